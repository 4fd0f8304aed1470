/// The quick check of UAX #15 for composed text (NFC): most text is in that form already, and then nothing has to be copied.
struct ComposedCheck {
    static let shared = ComposedCheck()

    private static let limit: UInt32 = 0x20000
    private static let mayChange: UInt8 = 255
    /// For each scalar below ``limit`` its combining class, or ``mayChange``.
    private let table: ConstantBuffer<UInt8>

    private init() {
        let mappings = UnicodeMappings.shared
        var table = (0..<Self.limit).map { mappings.combiningClass($0) }
        for second in mappings.secondsOfComposites where second < Self.limit { table[Int(second)] = Self.mayChange }
        for (scalar, parts) in mappings.canonical where scalar < Self.limit {
            // Those that do not come back when composed again, or that begin with something that moves.
            let starts = parts.first.map { mappings.combiningClass($0) == 0 } ?? false
            if !starts || Self.composed(scalar) != [scalar] { table[Int(scalar)] = Self.mayChange }
        }
        self.table = ConstantBuffer(table)
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
        let raw = UnsafeRawPointer(text)
        let table = self.table.pointer
        var position = span.start
        var last: UInt8 = 0
        while position < span.end {
            if text[position] < 0x80 {
                last = 0
                position += 1
                while position + 8 <= span.end,
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
