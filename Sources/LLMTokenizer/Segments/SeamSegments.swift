/// Segments of vocabularies of the SentencePiece kind, where spaces become marks and nothing is split: parts between
/// seams, over which no token reaches.
struct SeamSegments: SegmentScan {
    enum Model: Sendable {
        case scored(ScoredBPEModel)
        case merged(BPEModel)
    }

    private static let mark: [UInt8] = [0xE2, 0x96, 0x81]
    let seams: Seams
    private let model: Model
    /// Whether a space is put in front of a text.
    let addsSpace: Bool

    init?(_ parts: PipelineTokenizer.Parts) {
        guard parts.preTokenizer.steps.isEmpty else { return nil }
        switch parts.model {
        case .scoredBPE(let scored):
            guard let adds = Self.addsMark(parts.normalizer), scored.hasAllBytes else { return nil }
            seams = scored.seams
            model = .scored(scored)
            addsSpace = adds
        case .bpe(let merged):
            guard let found = merged.seams, merged.hasAllBytes, merged.options.dropout == 0,
                !merged.options.ignoresMerges, !merged.options.bytes, merged.options.continuingPrefix.isEmpty,
                merged.options.endSuffix.isEmpty, let adds = Self.addsMark(parts.normalizer)
            else { return nil }
            seams = found
            model = .merged(merged)
            addsSpace = adds
        default: return nil
        }
    }

    /// Whether a normalizer that marks spaces and does nothing else puts a mark in front; nil for others.
    private static func addsMark(_ normalizer: Normalizer?) -> Bool? {
        func marks(_ normalizer: Normalizer) -> Bool {
            guard case .replace(let replacement) = normalizer, case .literal([0x20]) = replacement.pattern else {
                return false
            }
            return replacement.content == mark
        }
        switch normalizer?.simplified {
        case .sequence(let steps) where steps.count == 2:
            guard case .prepend(let prefix) = steps[0], prefix == mark || prefix == [0x20], marks(steps[1]) else {
                return nil
            }
            return true
        case .sentencePiece(let normalizer):
            let isPlain =
                normalizer.map == nil && !normalizer.foldsSpaces && !normalizer.addsSpaceBehind
                && normalizer.marksSpaces && normalizer.literals == nil
            return isPlain ? normalizer.addsSpace : nil
        case let single?: return marks(single) ? false : nil
        case nil: return nil
        }
    }

    @inline(__always)
    func next(_ text: Bytes, _ position: Int, _ end: Int) -> Span {
        Span(start: position, end: seams.nextMarkingSpaces(text, from: position, end))
    }

    func encode(_ text: Bytes, _ count: Int, _ scratch: EncodeScratch) -> Bool {
        let word = scratch.segmentText.ensure(count * 3)
        var length = 0
        for index in 0..<count {
            let byte = text[index]
            if byte == 0x20 {
                word[length] = 0xE2
                word[length + 1] = 0x96
                word[length + 2] = 0x81
                length += 3
            } else {
                word[length] = byte
                length += 1
            }
        }
        switch model {
        case .scored(let model): model.encodePart(word, length, scratch)
        case .merged(let model): model.encodeSegment(word, 0, length, wordLength: length, scratch)
        }
        return true
    }
}
