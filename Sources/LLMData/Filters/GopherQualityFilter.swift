internal import LLMTokenizer

/// Drops texts that do not look like prose: the rules of Gopher (Rae et al. 2021, section A1.1), as datatrove 0.10
/// computes them.
///
/// Reasons: `gopher_short_doc`, `gopher_long_doc`, `gopher_below_avg_threshold`, `gopher_above_avg_threshold`,
/// `gopher_too_many_hashes`, `gopher_too_many_ellipsis`, `gopher_too_many_bullets`, `gopher_too_many_end_ellipsis`,
/// `gopher_below_alpha_threshold`, `gopher_enough_stop_words`. Given the same words, decisions equal datatrove's.
/// Pure; may be called from many threads.
public struct GopherQualityFilter: DocumentStage {
    /// Limits. A limit of nil or 0 is not looked at.
    public struct Configuration: Sendable, Hashable {
        /// Fewest words that are not only symbols.
        public var minimumWords: Int? = 50
        /// Most words that are not only symbols.
        public var maximumWords: Int? = 100_000
        /// Smallest mean length of these words in characters.
        public var minimumMeanWordLength: Double? = 3
        /// Largest mean length of these words in characters.
        public var maximumMeanWordLength: Double? = 10
        /// Most `#`, and most ellipses, for each word.
        public var maximumSymbolsPerWord: Double? = 0.1
        /// Largest fraction of lines that begin with a bullet.
        public var maximumBulletLines: Double? = 0.9
        /// Largest fraction of lines that end with an ellipsis.
        public var maximumEllipsisLines: Double? = 0.3
        /// Smallest fraction of words with a letter.
        public var minimumAlphabeticWords: Double? = 0.8
        /// Fewest different stop words.
        public var minimumStopWords: Int? = 2
        /// The stop words, compared as they are written.
        public var stopWords = ["the", "be", "to", "of", "and", "that", "have", "with"]

        /// The published limits.
        public init() {}
    }

    /// `gopher_quality`.
    public var name: String { "gopher_quality" }
    /// Limits.
    public let configuration: Configuration
    /// What finds the words.
    public let words: any WordSplitter
    private let stopWords: StopWords
    private let pool = AnalysisPool()

    /// Makes a filter.
    public init(_ configuration: Configuration = Configuration(), words: any WordSplitter = UnicodeWords()) {
        self.configuration = configuration
        self.words = words
        stopWords = StopWords(configuration.stopWords)
    }

    /// Keeps or drops a document; never changes it.
    public func process(_ document: inout Document) throws -> StageDecision {
        try pool.analyze(&document.text) { text, analysis in try decide(text, analysis) }
    }

    func decide(_ text: TextBytes, _ analysis: TextAnalysis) throws -> StageDecision {
        let spans = try analysis.words(of: text, by: words)
        let facts = WordFacts(text, spans, stopWords)
        if let limit = Self.active(configuration.minimumWords), facts.plainWords < limit {
            return .drop(reason: "gopher_short_doc")
        }
        if let limit = Self.active(configuration.maximumWords), facts.plainWords > limit {
            return .drop(reason: "gopher_long_doc")
        }
        let mean = Double(facts.plainScalars) / Double(facts.plainWords)
        if let limit = Self.active(configuration.minimumMeanWordLength), mean < limit {
            return .drop(reason: "gopher_below_avg_threshold")
        }
        if let limit = Self.active(configuration.maximumMeanWordLength), mean > limit {
            return .drop(reason: "gopher_above_avg_threshold")
        }
        let wordCount = Double(spans.count)
        if let limit = Self.active(configuration.maximumSymbolsPerWord) {
            let symbols = Self.symbols(text)
            if Double(symbols.hashes) / wordCount > limit { return .drop(reason: "gopher_too_many_hashes") }
            if Double(symbols.ellipses) / wordCount > limit { return .drop(reason: "gopher_too_many_ellipsis") }
        }
        let lines = Self.lines(text, analysis.lines(of: text))
        let lineCount = Double(analysis.lines(of: text).count)
        if let limit = Self.active(configuration.maximumBulletLines), Double(lines.bullets) / lineCount > limit {
            return .drop(reason: "gopher_too_many_bullets")
        }
        if let limit = Self.active(configuration.maximumEllipsisLines), Double(lines.ellipses) / lineCount > limit {
            return .drop(reason: "gopher_too_many_end_ellipsis")
        }
        if let limit = Self.active(configuration.minimumAlphabeticWords),
            Double(facts.alphabeticWords) / wordCount < limit
        {
            return .drop(reason: "gopher_below_alpha_threshold")
        }
        if let limit = Self.active(configuration.minimumStopWords), facts.stopWords < limit {
            return .drop(reason: "gopher_enough_stop_words")
        }
        return .keep
    }

    private static func active<Limit: Numeric>(_ limit: Limit?) -> Limit? { limit == 0 ? nil : limit }

    /// How often `#` comes, and `...` (not overlapping) or `…`.
    private static func symbols(_ text: TextBytes) -> (hashes: Int, ellipses: Int) {
        var hashes = 0
        for byte in text { hashes &+= byte == UInt8(ascii: "#") ? 1 : 0 }
        var ellipses = 0
        var index = 0
        while true {
            index = TextScan.find(UInt8(ascii: "."), text, from: index, to: text.count)
            guard index + 2 < text.count else { break }
            if text[index + 1] == UInt8(ascii: "."), text[index + 2] == UInt8(ascii: ".") {
                ellipses += 1
                index += 3
            } else {
                index += 1
            }
        }
        index = 0
        while true {
            index = TextScan.find(0xE2, text, from: index, to: text.count)
            guard index + 2 < text.count else { break }
            if text[index + 1] == 0x80, text[index + 2] == 0xA6 { ellipses += 1 }
            index += 3
        }
        return (hashes, ellipses)
    }

    /// How many lines begin with a bullet, and how many end with an ellipsis.
    private static func lines(_ text: TextBytes, _ lines: WordSpans) -> (bullets: Int, ellipses: Int) {
        var result = (bullets: 0, ellipses: 0)
        for index in 0..<lines.count {
            let line = lines[index]
            let start = TextScan.skipSpaces(text, from: line.lowerBound, to: line.upperBound)
            guard start < line.upperBound else { continue }
            let end = TextScan.skipSpacesBack(text, from: start, to: line.upperBound)
            let isBullet = end - start >= 3 && text[start] == 0xE2 && text[start + 1] == 0x80 && text[start + 2] == 0xA2
            if isBullet || text[start] == UInt8(ascii: "-") { result.bullets += 1 }
            if TextScan.hasSuffix(text, start, end, 0x2E, 0x2E, 0x2E)
                || TextScan.hasSuffix(text, start, end, 0xE2, 0x80, 0xA6)
            {
                result.ellipses += 1
            }
        }
        return result
    }
}
