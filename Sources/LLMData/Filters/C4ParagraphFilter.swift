/// Drops texts with fewer than three long lines: the paragraph rule of mC4 (Xue et al. 2021), as datatrove 0.10
/// computes it.
///
/// Reason: `< 3 paragraphs`. Pure; may be called from many threads.
public struct C4ParagraphFilter: DocumentStage {
    /// Limits.
    public struct Configuration: Sendable, Hashable {
        /// Fewest long lines.
        public var minimumParagraphs = 3
        /// Characters of a long line.
        public var minimumParagraphLength = 200

        /// The published limits.
        public init() {}
    }

    /// `c4_paragraph`.
    public var name: String { "c4_paragraph" }
    /// Limits.
    public let configuration: Configuration
    private let pool = AnalysisPool()

    /// Makes a filter.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Keeps or drops a document; never changes it.
    public func process(_ document: inout Document) throws -> StageDecision {
        try pool.analyze(&document.text) { text, _ in decide(text) }
    }

    func decide(_ text: TextBytes) -> StageDecision {
        var found = 0
        var start = 0
        while found < configuration.minimumParagraphs {
            let end = TextScan.find(0x0A, text, from: start, to: text.count)
            let limit = configuration.minimumParagraphLength
            if end - start >= limit, TextScan.scalarCount(text, from: start, to: end) >= limit { found += 1 }
            guard end < text.count else { break }
            start = end + 1
        }
        return found >= configuration.minimumParagraphs
            ? .keep : .drop(reason: "< \(configuration.minimumParagraphs) paragraphs")
    }
}
