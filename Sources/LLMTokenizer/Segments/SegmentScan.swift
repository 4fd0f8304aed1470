/// Finds segments: parts of a text whose ids do not depend on what stands around them.
///
/// Where the stages of a tokenizer allow it, a text becomes segments before anything is normalized. Most of them are
/// known, and the stages run on the others alone.
protocol SegmentScan: Sendable {
    /// The first segment at `position`, where one may begin, or behind it; empty when none is left. What is passed over
    /// has no tokens.
    func next(_ text: Bytes, _ position: Int, _ end: Int) -> Span

    /// Appends the ids of a segment, or returns false when all stages have to see it.
    func encode(_ text: Bytes, _ count: Int, _ scratch: EncodeScratch) -> Bool

    /// The model that encodes words of many segments together; nil when segments are encoded one by one.
    var wordModel: UnigramModel? { get }

    /// Appends the words of a segment for that model, or returns false when all stages have to see it.
    func prepare(_ text: Bytes, _ count: Int, _ words: UnigramWords) -> Bool
}

extension SegmentScan {
    var wordModel: UnigramModel? { nil }

    func prepare(_ text: Bytes, _ count: Int, _ words: UnigramWords) -> Bool { false }
}

/// The kinds of pipelines for which there are segments.
enum Segments: Sendable {
    case bert(BertSegments)
    case marked(MarkedSegments)
    case seams(SeamSegments)

    /// Nil when the stages can look further than segments reach.
    init?(_ parts: PipelineTokenizer.Parts) {
        guard !parts.addedTokens.contains(where: \.isNormalized) else { return nil }
        if let found = BertSegments(parts) {
            self = .bert(found)
        } else if let found = MarkedSegments(parts) {
            self = .marked(found)
        } else if let found = SeamSegments(parts) {
            self = .seams(found)
        } else {
            return nil
        }
    }
}

extension Segments {
    /// How much room to give to the words that are known, beside what usually suffices: words of a unigram model cost so
    /// much that none should be made twice.
    var wordCost: Int {
        if case .marked = self { 2 } else { 1 }
    }
}

/// A segment on its way to the table of known ones.
struct SegmentKey: BitwiseCopyable {
    var key: KnownWords.Key
    var count: Int32
    var start: Int

    /// So many are looked up together, so that none waits for the memory of another.
    static let batch = 512
}

/// Where the ids of a segment come from.
struct SegmentPlace: BitwiseCopyable {
    /// The place of a known word, or the first of the segment's words.
    var first: Int32
    /// Behind the last of its words; or one of the following.
    var last: Int32

    static let known: Int32 = -1
    /// From all stages of the pipeline.
    static let stages: Int32 = -2
}
