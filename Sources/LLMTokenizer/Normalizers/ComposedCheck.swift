internal import CLLMKernels

/// The quick check of UAX #15 for composed text (NFC): most text is in that form already, and then nothing has to be copied.
struct ComposedCheck {
    static let shared = ComposedCheck()

    /// Above it nothing ever changes.
    private static let limit: UInt32 = 0x30000
    private static let mayChange: UInt8 = 255
    /// For each scalar below ``limit`` its combining class, or ``mayChange``.
    private let table: ConstantBuffer<UInt8>
    /// Which bytes begin characters that may have an entry other than 0, by their lower and by their upper half.
    private let nibbles: ConstantBuffer<UInt8>

    private init() {
        let mappings = UnicodeMappings.shared
        let seconds = mappings.secondsOfComposites
        var table = [UInt8](repeating: 0, count: Int(Self.limit))
        for scalar in 0xA0..<Self.limit where mappings.isTouched(scalar) {
            table[Int(scalar)] = mappings.combiningClass(scalar)
            guard let parts = mappings.listedDecomposition(scalar, compatible: false), let first = parts.first else {
                continue
            }
            // Those that do not come back when composed again, or whose beginning moves or may combine backwards.
            if mappings.combiningClass(first) != 0 || seconds.contains(first) || !Self.composes(scalar, parts) {
                table[Int(scalar)] = Self.mayChange
            }
        }
        for second in seconds { table[Int(second)] = Self.mayChange }
        self.table = ConstantBuffer(table)
        nibbles = ConstantBuffer(Self.nibbles(table))
    }

    /// Whether the parts of a decomposition, put together one by one, give the scalar again.
    private static func composes(_ scalar: UInt32, _ parts: UnsafeBufferPointer<UInt32>) -> Bool {
        var whole = parts[0]
        for part in parts.dropFirst() {
            guard let next = UnicodeMappings.shared.composite(whole, part) else { return false }
            whole = next
        }
        return whole == scalar
    }

    private static func nibbles(_ table: [UInt8]) -> [UInt8] {
        var nibbles = [UInt8](repeating: 0, count: 32)
        for (bit, high) in (0xC...0xF).enumerated() { nibbles[16 + high] = 1 << UInt8(bit) }
        for low in 0..<16 {
            for second in 0..<2 where table[(second << 10 | low << 6)...].prefix(64).contains(where: { $0 != 0 }) {
                nibbles[low] |= 1 << UInt8(second)
            }
            if table[(low << 12)...].prefix(4096).contains(where: { $0 != 0 }) { nibbles[low] |= 4 }
            nibbles[low] |= 8
        }
        return nibbles
    }

    /// Whether composing surely changes nothing.
    func isComposed(_ text: Bytes, _ span: Span) -> Bool { firstChange(text, span.start, span.end) == nil }

    /// The next part that composing may change, with what it may combine with; text before and behind it stays.
    func nextChange(_ text: Bytes, from start: Int, to end: Int) -> Span? {
        guard let change = firstChange(text, start, end) else { return nil }
        var first = change
        while first > start {
            repeat { first -= 1 } while first > start && text[first] & 0xC0 == 0x80
            if entry(UTF8Text.scalar(text, at: first).value) == 0 { break }
        }
        var last = change + UTF8Text.length(text[change])
        while last < end {
            let (scalar, length) = UTF8Text.scalar(text, at: last)
            if entry(scalar) == 0 { break }
            last += length
        }
        return Span(start: first, end: last)
    }

    @inline(__always)
    private func entry(_ scalar: UInt32) -> UInt8 { scalar < Self.limit ? table.pointer[Int(scalar)] : 0 }

    private func firstChange(_ text: Bytes, _ start: Int, _ end: Int) -> Int? {
        var position = start
        while true {
            // Characters that never change come by the register; where there is another one, that much is read one by one.
            position += Int(llmk_quiet(text + position, Int64(end - position), nibbles.pointer))
            while position < end, text[position] & 0xC0 == 0x80 { position += 1 }
            guard position < end else { return nil }
            let stop = end - position > 64 ? position + 32 : end
            guard isComposed(plainly: text, &position, stop, end) else { return position }
        }
    }

    /// The same character by character, up to `stop` and on to one that has no order; `position` is then at the first
    /// that may change.
    func isComposed(plainly text: Bytes, _ position: inout Int, _ stop: Int, _ end: Int) -> Bool {
        let raw = UnsafeRawPointer(text)
        var last: UInt8 = 0
        while position < stop || (last != 0 && position < end) {
            if text[position] < 0x80 {
                last = 0
                position += 1
                while position + 8 <= stop,
                    raw.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    position += 8
                }
                continue
            }
            let (scalar, length) = UTF8Text.scalar(text, at: position)
            let order = entry(scalar)
            if order != 0, order == Self.mayChange || order < last { return false }
            last = order
            position += length
        }
        return true
    }
}

extension Normalizer {
    /// The same without sequences of one step or none.
    var simplified: Normalizer? {
        guard case .sequence(let steps) = self else { return self }
        let rest = steps.compactMap(\.simplified)
        return rest.count > 1 ? .sequence(rest) : rest.first
    }

    /// Whether it surely leaves this text as it is.
    func surelyKeeps(_ text: Bytes, _ span: Span) -> Bool {
        if case .form(.nfc) = self { return ComposedCheck.shared.isComposed(text, span) }
        return false
    }
}
