/// The normalizer of BERT: cleaning, spaces around ideographs, accents, lower case.
struct BertNormalizer: Sendable {
    var cleansText = true
    var padsIdeographs = true
    /// With nil, accents go when letters are made lower case.
    var stripsAccents: Bool?
    var lowercases = true

    func apply(_ text: inout TextBuffer, spare: inout TextBuffer) {
        if cleansText {
            TextMap.apply(&text, spare: &spare) { scalar, mask in
                if mask & ScalarClass.bertDropped.rawValue != 0 { return .drop }
                return mask & ScalarClass.whiteSpace.rawValue != 0 ? .replace(0x20) : .keep
            }
        }
        if padsIdeographs { padIdeographs(&text, spare: &spare) }
        if stripsAccents ?? lowercases {
            NormalizationForm.nfd.apply(&text, spare: &spare)
            TextMap.apply(&text, spare: &spare) { _, mask in
                mask & ScalarClass.bertAccent.rawValue != 0 ? .drop : .keep
            }
        }
        if lowercases { TextMap.lowercase(&text, spare: &spare) }
    }

    /// The blocks that BERT takes for Chinese; the gap at U+2B820 is the reference's.
    static func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    private func padIdeographs(_ text: inout TextBuffer, spare: inout TextBuffer) {
        guard text.bytes.contains(where: { $0 >= 0xE3 }) else { return }
        spare.reset(tracksOrigins: text.tracksOrigins)
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = 0
            while position < buffer.count {
                let (scalar, length) = UTF8Text.scalar(base, at: position)
                if Self.isIdeograph(scalar) {
                    spare.append(0x20, from: text, at: position)
                    spare.append(scalar, from: text, at: position)
                    spare.append(0x20, from: text, at: position)
                } else {
                    spare.append(position..<(position + length), of: text)
                }
                position += length
            }
        }
        swap(&text, &spare)
    }
}

/// Rewriting scalar by scalar.
enum TextMap {
    enum Change {
        case keep, drop
        case replace(UInt32)
    }

    /// Changes what `change` says, given each scalar and its class mask.
    static func apply(
        _ text: inout TextBuffer, spare: inout TextBuffer, _ change: (UInt32, UInt64) -> Change
    ) {
        let data = UnicodeData.shared
        spare.reset(tracksOrigins: text.tracksOrigins)
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = 0
            var kept = 0
            while position < buffer.count {
                let (scalar, length) = UTF8Text.scalar(base, at: position)
                switch change(scalar, data.mask(of: scalar)) {
                case .keep: break
                case .drop:
                    spare.append(kept..<position, of: text)
                    kept = position + length
                case .replace(let other) where other == scalar: break
                case .replace(let other):
                    spare.append(kept..<position, of: text)
                    spare.append(other, from: text, at: position)
                    kept = position + length
                }
                position += length
            }
            spare.append(kept..<buffer.count, of: text)
        }
        swap(&text, &spare)
    }

    /// Full lower case, scalar by scalar, without regard to context.
    static func lowercase(_ text: inout TextBuffer, spare: inout TextBuffer) {
        let mappings = UnicodeMappings.shared.lowercase
        spare.reset(tracksOrigins: text.tracksOrigins)
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = 0
            while position < buffer.count {
                let (scalar, length) = UTF8Text.scalar(base, at: position)
                if scalar < 0x80 {
                    spare.append(0x41...0x5A ~= scalar ? scalar + 0x20 : scalar, from: text, at: position)
                } else if let lower = mappings[scalar] {
                    for other in lower { spare.append(other, from: text, at: position) }
                } else {
                    spare.append(position..<(position + length), of: text)
                }
                position += length
            }
        }
        swap(&text, &spare)
    }
}
