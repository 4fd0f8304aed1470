/// Segments of BERT's pipeline: words between white space, punctuation and ideographs.
///
/// Next to ASCII no mark is reordered or composed, and ideographs get spaces around them, so that the normalizer sees
/// nothing that is not in the segment.
struct BertSegments: SegmentScan {
    private enum Kind {
        static let word: UInt8 = 0
        static let space: UInt8 = 1
        static let punctuation: UInt8 = 2
        /// A byte with which an ideograph may begin.
        static let lead: UInt8 = 3
    }

    private let kinds: ConstantBuffer<UInt8>
    /// What becomes of printable ASCII; 0 for other bytes.
    private let letters: ConstantBuffer<UInt8>
    private let model: WordPieceModel
    /// What becomes of the scalars of the first plane, see ``Effect``, and the bytes of what they are changed to.
    private let effects: ConstantBuffer<UInt32>
    private let changed: ConstantBuffer<UInt8>

    /// What the stages before the model do to a scalar, whatever stands around it.
    private enum Effect {
        /// More than can be said here: all stages have to see it.
        static let other: UInt32 = 0
        static let dropped: UInt32 = 1
        static let kept: UInt32 = 2
        /// Kept, and a word of its own.
        static let punctuation: UInt32 = 3
        /// From here on: where the bytes begin that it becomes, and in the lowest four bits their number.
        static let change: UInt32 = 16
    }

    init?(_ parts: PipelineTokenizer.Parts) {
        guard case .bert(let normalizer)? = parts.normalizer?.simplified, case .wordPiece(let model) = parts.model,
            parts.preTokenizer.steps.count == 2,
            case .classes(.whiteSpace, .removed) = parts.preTokenizer.steps[0],
            case .classes(.bertPunctuation, .isolated) = parts.preTokenizer.steps[1]
        else { return nil }
        self.model = model
        var kinds = [UInt8](repeating: Kind.word, count: 256)
        var letters = [UInt8](repeating: 0, count: 256)
        for byte in UInt8(0x21)...0x7E {
            let isUpper = normalizer.lowercases && (0x41...0x5A).contains(byte)
            letters[Int(byte)] = isUpper ? byte + 0x20 : byte
            if UnicodeData.shared.contains(UInt32(byte), .bertPunctuation) { kinds[Int(byte)] = Kind.punctuation }
        }
        for byte in [0x09, 0x0A, 0x0D, 0x20] { kinds[byte] = Kind.space }
        if normalizer.padsIdeographs {
            for byte in [0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF, 0xF0] { kinds[byte] = Kind.lead }
        }
        self.kinds = ConstantBuffer(kinds)
        self.letters = ConstantBuffer(letters)
        var changed: [UInt8] = [0]
        effects = ConstantBuffer((0..<0x10000).map { Self.effect(on: $0, normalizer, &changed) })
        self.changed = ConstantBuffer(changed)
    }

    private static func effect(on scalar: UInt32, _ normalizer: BertNormalizer, _ changed: inout [UInt8]) -> UInt32 {
        let mappings = UnicodeMappings.shared
        func classes(_ scalar: UInt32) -> ScalarClass { ScalarClass(rawValue: UnicodeData.shared.mask(of: scalar)) }
        let own = classes(scalar)
        // What begins a segment or ends one is no matter of this table, and neither are surrogates.
        guard scalar >= 0x80, !(0xD800..<0xE000).contains(scalar) else { return Effect.other }
        if normalizer.cleansText, own.contains(.bertDropped) { return Effect.dropped }
        let strips = normalizer.stripsAccents ?? normalizer.lowercases
        var result: [UInt32] = []
        let decomposes = strips && mappings.decompose(scalar, compatible: false) { result.append($0) }
        if !decomposes, !normalizer.lowercases || mappings.lowercase[scalar] == nil {
            if strips, own.contains(.bertAccent) { return Effect.dropped }
            // Marks that stay may change places with their neighbours.
            if own.contains(.whiteSpace) || strips && mappings.combiningClass(scalar) != 0 { return Effect.other }
            return own.contains(.bertPunctuation) ? Effect.punctuation : Effect.kept
        }
        if !decomposes { result = [scalar] }
        if strips {
            result.removeAll { classes($0).contains(.bertAccent) }
            guard result.allSatisfy({ mappings.combiningClass($0) == 0 }) else { return Effect.other }
        }
        if normalizer.lowercases { result = result.flatMap { mappings.lowercase[$0] ?? [$0] } }
        if result.isEmpty { return Effect.dropped }
        guard result.allSatisfy({ classes($0).isDisjoint(with: [.whiteSpace, .bertPunctuation]) }) else {
            return Effect.other
        }
        let start = changed.count
        for part in result { UTF8Text.append(part, to: &changed) }
        let count = changed.count - start
        guard count <= 15, count <= 3 * UTF8Text.bytes(of: scalar).count else { return Effect.other }
        return UInt32(truncatingIfNeeded: start) << 4 | UInt32(truncatingIfNeeded: count)
    }

    @inline(__always)
    func next(_ text: Bytes, _ position: Int, _ end: Int) -> Span {
        let kinds = kinds.pointer
        var start = position
        while start < end, kinds[Int(text[start])] == Kind.space { start += 1 }
        guard start < end else { return Span(start: end, end: end) }
        var stop = start
        while stop < end {
            let kind = kinds[Int(text[stop])]
            if kind == Kind.word {
                stop += 1
                continue
            }
            if kind == Kind.lead {
                let (scalar, length) = UTF8Text.scalar(text, at: stop)
                guard BertNormalizer.isIdeograph(scalar) else {
                    stop += length
                    continue
                }
                if stop == start { stop += length }
            } else if kind == Kind.punctuation, stop == start {
                stop += 1
            }
            break
        }
        return Span(start: start, end: stop)
    }

    /// Words whose scalars are changed one by one.
    func encode(_ text: Bytes, _ count: Int, _ scratch: EncodeScratch) -> Bool {
        // No scalar becomes more than three times as long.
        let word = scratch.segmentText.ensure(3 * count)
        let (letters, effects) = (letters.pointer, effects.pointer)
        let before = scratch.count
        var position = 0
        var length = 0
        while position < count {
            let letter = letters[Int(text[position])]
            if letter != 0 {
                word[length] = letter
                length += 1
                position += 1
                continue
            }
            let (scalar, bytes) = UTF8Text.scalar(text, at: position)
            let effect = scalar < 0x10000 ? effects[Int(scalar)] : Effect.other
            switch effect {
            case Effect.dropped: break
            case Effect.kept:
                (word + length).update(from: text + position, count: bytes)
                length += bytes
            case Effect.punctuation:
                if length > 0 { model.encode(word, length, scratch) }
                length = 0
                model.encode(text + position, bytes, scratch)
            case Effect.change...:
                (word + length).update(from: changed.pointer + Int(effect >> 4), count: Int(effect & 15))
                length += Int(effect & 15)
            default:
                scratch.removeLast(scratch.count - before)
                return false
            }
            position += bytes
        }
        if length > 0 { model.encode(word, length, scratch) }
        return true
    }
}
