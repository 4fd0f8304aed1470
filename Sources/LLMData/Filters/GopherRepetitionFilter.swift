/// Drops texts that repeat themselves: the rules of Gopher (Rae et al. 2021, table A1), as datatrove 0.10 computes them.
///
/// Reasons: `empty`, `dup_para_frac`, `dup_para_char_frac`, `dup_line_frac`, `dup_line_char_frac`, `top_N_gram`,
/// `duplicated_N_n_grams`. Given the same words, decisions equal datatrove's. Pure; may be called from many threads.
public struct GopherRepetitionFilter: DocumentStage {
    /// Limits. Line and paragraph limits of nil or 0 are not looked at.
    public struct Configuration: Sendable, Hashable {
        /// An n-gram's length in words and the largest fraction of the text's characters.
        public struct GramLimit: Sendable, Hashable {
            /// Words of the n-gram.
            public var words: Int
            /// Largest fraction of the text's characters.
            public var fraction: Double

            /// Creates a limit.
            public init(words: Int, fraction: Double) {
                self.words = words
                self.fraction = fraction
            }
        }

        /// Largest fraction of lines that came before.
        public var duplicateLines: Double? = 0.3
        /// Largest fraction of paragraphs that came before.
        public var duplicateParagraphs: Double? = 0.3
        /// Largest fraction of characters in lines that came before.
        public var duplicateLineCharacters: Double? = 0.2
        /// Largest fraction of characters in paragraphs that came before.
        public var duplicateParagraphCharacters: Double? = 0.2
        /// Largest fractions of characters in the most frequent n-gram.
        public var topGrams = [
            GramLimit(words: 2, fraction: 0.2), GramLimit(words: 3, fraction: 0.18),
            GramLimit(words: 4, fraction: 0.16),
        ]
        /// Largest fractions of characters in n-grams that came before.
        public var duplicateGrams = [
            GramLimit(words: 5, fraction: 0.15), GramLimit(words: 6, fraction: 0.14),
            GramLimit(words: 7, fraction: 0.13), GramLimit(words: 8, fraction: 0.12),
            GramLimit(words: 9, fraction: 0.11), GramLimit(words: 10, fraction: 0.10),
        ]

        /// The published limits.
        public init() {}
    }

    /// `gopher_repetition`.
    public var name: String { "gopher_repetition" }
    /// Limits.
    public let configuration: Configuration
    /// What finds the words.
    public let words: any WordSplitter
    private let pool = AnalysisPool()

    /// Makes a filter.
    public init(_ configuration: Configuration = Configuration(), words: any WordSplitter = UnicodeWords()) {
        self.configuration = configuration
        self.words = words
    }

    /// Keeps or drops a document; never changes it.
    public func process(_ document: inout Document) throws -> StageDecision {
        try pool.analyze(&document.text) { text, analysis in try decide(text, analysis) }
    }

    func decide(_ text: TextBytes, _ analysis: TextAnalysis) throws -> StageDecision {
        guard !text.isEmpty else { return .drop(reason: "empty") }
        let characters = Double(analysis.scalarCount(of: text))

        Self.splitParagraphs(text, into: &analysis.spans)
        var repeated = analysis.repeatedSpans.duplicates(text, analysis.spans)
        if Self.exceeds(Double(repeated.spans) / Double(analysis.spans.count), configuration.duplicateParagraphs) {
            return .drop(reason: "dup_para_frac")
        }
        if Self.exceeds(Double(repeated.scalars) / characters, configuration.duplicateParagraphCharacters) {
            return .drop(reason: "dup_para_char_frac")
        }

        Self.splitAtNewlines(text, into: &analysis.spans)
        repeated = analysis.repeatedSpans.duplicates(text, analysis.spans)
        if Self.exceeds(Double(repeated.spans) / Double(analysis.spans.count), configuration.duplicateLines) {
            return .drop(reason: "dup_line_frac")
        }
        if Self.exceeds(Double(repeated.scalars) / characters, configuration.duplicateLineCharacters) {
            return .drop(reason: "dup_line_char_frac")
        }

        analysis.grams.load(text, try analysis.words(of: text, by: words))
        for limit in configuration.topGrams {
            guard let scalars = analysis.grams.topGramScalars(limit.words) else { continue }
            if Double(scalars) / characters > limit.fraction { return .drop(reason: "top_\(limit.words)_gram") }
        }
        for limit in configuration.duplicateGrams
        where Double(analysis.grams.repeatedScalars(limit.words)) / characters > limit.fraction {
            return .drop(reason: "duplicated_\(limit.words)_n_grams")
        }
        return .keep
    }

    private static func exceeds(_ value: Double, _ limit: Double?) -> Bool {
        guard let limit, limit != 0 else { return false }
        return value > limit
    }

    /// The parts of the stripped text between two or more newlines.
    private static func splitParagraphs(_ text: TextBytes, into spans: inout WordSpans) {
        spans.removeAll()
        let end = TextScan.skipSpacesBack(text, from: 0, to: text.count)
        var start = TextScan.skipSpaces(text, from: 0, to: end)
        var index = start
        while index < end {
            let newline = TextScan.find(0x0A, text, from: index, to: end)
            var next = newline
            while next < end, text[next] == 0x0A { next += 1 }
            if next - newline >= 2 {
                spans.append(start: start, end: newline)
                start = next
            }
            index = next
        }
        spans.append(start: start, end: max(start, end))
    }

    /// The parts of the text between one or more newlines, empty ones at its ends included.
    private static func splitAtNewlines(_ text: TextBytes, into spans: inout WordSpans) {
        spans.removeAll()
        var start = 0
        while true {
            let newline = TextScan.find(0x0A, text, from: start, to: text.count)
            spans.append(start: start, end: newline)
            guard newline < text.count else { return }
            start = newline
            while start < text.count, text[start] == 0x0A { start += 1 }
        }
    }
}
