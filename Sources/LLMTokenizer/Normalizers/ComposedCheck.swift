internal import CLLMKernels

/// The quick check of UAX #15 for composed text (NFC): most text is in that form already, and then nothing has to be copied.
struct ComposedCheck {
    static let shared = ComposedCheck()

    private static let limit: UInt32 = 0x20000
    private static let mayChange: UInt8 = 255
    /// For each scalar below ``limit`` its combining class, or ``mayChange``.
    private let table: ConstantBuffer<UInt8>
    /// Which bytes begin characters that may have an entry other than 0, by their lower and by their upper half.
    private let nibbles: ConstantBuffer<UInt8>

    private init() {
        let mappings = UnicodeMappings.shared
        var table = [UInt8](repeating: 0, count: Int(Self.limit))
        for (scalar, order) in mappings.combiningClasses where scalar < Self.limit { table[Int(scalar)] = order }
        for second in mappings.secondsOfComposites where second < Self.limit { table[Int(second)] = Self.mayChange }
        for (scalar, parts) in mappings.canonical where scalar < Self.limit {
            // Those that do not come back when composed again, or that begin with something that moves.
            let starts = parts.first.map { mappings.combiningClass($0) == 0 } ?? false
            if !starts || Self.composed(scalar) != [scalar] { table[Int(scalar)] = Self.mayChange }
        }
        self.table = ConstantBuffer(table)
        nibbles = ConstantBuffer(Self.nibbles(table))
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

    private static func composed(_ scalar: UInt32) -> [UInt32] {
        var text = TextBuffer()
        var spare = TextBuffer()
        UTF8Text.append(scalar, to: &text.bytes)
        NormalizationForm.nfc.apply(&text, spare: &spare)
        return text.bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return [] }
            var scalars: [UInt32] = []
            var position = 0
            while position < bytes.count {
                let (value, length) = UTF8Text.scalar(base, at: position)
                scalars.append(value)
                position += length
            }
            return scalars
        }
    }

    /// Whether composing surely changes nothing.
    func isComposed(_ text: Bytes, _ span: Span) -> Bool {
        var position = span.start
        while true {
            // Characters that never change come by the register; where there is another one, that much is read one by one.
            position += Int(llmk_quiet(text + position, Int64(span.end - position), nibbles.pointer))
            while position < span.end, text[position] & 0xC0 == 0x80 { position += 1 }
            guard position < span.end else { return true }
            let stop = span.end - position > 64 ? position + 32 : span.end
            guard isComposed(plainly: text, &position, stop, span.end) else { return false }
        }
    }

    /// The same character by character, up to `stop` and on to one that has no order.
    func isComposed(plainly text: Bytes, _ position: inout Int, _ stop: Int, _ end: Int) -> Bool {
        let raw = UnsafeRawPointer(text)
        let table = self.table.pointer
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
            guard scalar < Self.limit else { return false }
            let order = table[Int(scalar)]
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
