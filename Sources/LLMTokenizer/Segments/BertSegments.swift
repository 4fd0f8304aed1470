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

    /// Printable ASCII is one word, whose letters only have to be made small.
    func encode(_ text: Bytes, _ count: Int, _ scratch: EncodeScratch) -> Bool {
        let word = scratch.segmentText.ensure(count)
        let letters = letters.pointer
        for index in 0..<count {
            let letter = letters[Int(text[index])]
            if letter == 0 { return false }
            word[index] = letter
        }
        model.encode(word, count, scratch)
        return true
    }
}
