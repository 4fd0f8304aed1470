/// Drops texts that are lists, fragments or repeat themselves: the rules of FineWeb (Penedo et al. 2024, section 3.6),
/// as datatrove 0.10 computes them.
///
/// Reasons: `empty`, `line_punct_ratio`, `short_line_ratio`, `char_dup_ratio`, `list_ratio`. Given the same words,
/// decisions equal datatrove's. Pure; may be called from many threads.
public struct FineWebQualityFilter: DocumentStage {
    /// Limits.
    public struct Configuration: Sendable, Hashable {
        /// Smallest fraction of lines that end in a terminal mark.
        public var minimumTerminalLines = 0.12
        /// Whether a text passes of which no line does.
        public var acceptsNoTerminalLines = false
        /// The terminal marks; nil for those of many scripts.
        public var terminalMarks: [Unicode.Scalar]?
        /// Largest fraction of short lines.
        public var maximumShortLines = 0.67
        /// Most characters of a short line.
        public var shortLineLength = 30
        /// Largest fraction of characters in lines that came before.
        public var maximumDuplicateCharacters = 0.01
        /// Most newlines for each word.
        public var maximumNewlinesPerWord = 0.3

        /// The published limits.
        public init() {}
    }

    /// `fineweb_quality`.
    public var name: String { "fineweb_quality" }
    /// Limits.
    public let configuration: Configuration
    /// What finds the words.
    public let words: any WordSplitter
    private let marks: ScalarSet
    private let pool = AnalysisPool()

    /// Makes a filter.
    public init(_ configuration: Configuration = Configuration(), words: any WordSplitter = UnicodeWords()) {
        self.configuration = configuration
        self.words = words
        marks = configuration.terminalMarks.map { ScalarSet($0) } ?? .terminalPunctuation
    }

    /// Keeps or drops a document; never changes it.
    public func process(_ document: inout Document) throws -> StageDecision {
        try pool.analyze(&document.text) { text, analysis in try decide(text, analysis) }
    }

    func decide(_ text: TextBytes, _ analysis: TextAnalysis) throws -> StageDecision {
        var terminal = 0
        var short = 0
        var newlines = 0
        analysis.spans.removeAll()
        var start = 0
        while true {
            let end = TextScan.find(0x0A, text, from: start, to: text.count)
            if TextScan.skipSpaces(text, from: start, to: end) < end {
                analysis.spans.append(start: start, end: end)
                let last = TextScan.scalar(text, at: TextScan.scalarStart(text, before: end)).value
                if marks.contains(last) { terminal += 1 }
                if isShort(text, start, end) { short += 1 }
            }
            guard end < text.count else { break }
            newlines += 1
            start = end + 1
        }
        let count = Double(analysis.spans.count)
        guard count > 0 else { return .drop(reason: "empty") }
        var ratio = Double(terminal) / count
        if ratio < configuration.minimumTerminalLines, !(ratio == 0 && configuration.acceptsNoTerminalLines) {
            return .drop(reason: "line_punct_ratio")
        }
        ratio = Double(short) / count
        if ratio > configuration.maximumShortLines { return .drop(reason: "short_line_ratio") }
        let repeated = analysis.repeatedSpans.duplicates(text, analysis.spans).scalars
        ratio = Double(repeated) / Double(analysis.scalarCount(of: text) - newlines)
        if ratio > configuration.maximumDuplicateCharacters { return .drop(reason: "char_dup_ratio") }
        // Splitting into words is the dear part, and without a newline the ratio is 0.
        guard newlines > 0 || configuration.maximumNewlinesPerWord < 0 else { return .keep }
        ratio = Double(newlines) / Double(try analysis.words(of: text, by: words).count)
        return ratio > configuration.maximumNewlinesPerWord ? .drop(reason: "list_ratio") : .keep
    }

    @inline(__always) private func isShort(_ text: TextBytes, _ start: Int, _ end: Int) -> Bool {
        let limit = configuration.shortLineLength
        if end - start <= limit { return true }
        if end - start > limit * 4 { return false }
        return TextScan.scalarCount(text, from: start, to: end) <= limit
    }
}
