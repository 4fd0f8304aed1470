/// Keeps the lines of a text that look like sentences, and drops texts with too few: the rules of C4 (Raffel et al.
/// 2020, section 2.2), as datatrove 0.10 computes them.
///
/// Lines are dropped that hold a very long word, do not end in `. ? ! " '` or end in `...`, have too few words, speak
/// of JavaScript, or of cookies and policies; citations such as `[3]` and `[edit]` are cut out. Reasons to drop the
/// text: `lorem_ipsum`, `curly_bracket`, `too_few_sentences`. Pure; may be called from many threads.
public struct C4QualityFilter: DocumentStage {
    /// What is looked at.
    public struct Configuration: Sendable, Hashable {
        /// Whether lines are judged; if not, sentences are, and joined by spaces.
        public var splitsLines = true
        /// Whether citations are cut out.
        public var removesCitations = true
        /// Whether lines must end in a terminal mark.
        public var requiresTerminalMark = true
        /// Fewest sentences in the lines that are left; nil for no limit.
        public var minimumSentences: Int? = 5
        /// Fewest words of a line; nil for no limit.
        public var minimumWordsPerLine: Int? = 3
        /// Longest word of a line in characters; nil for no limit.
        public var maximumWordLength: Int? = 1000
        /// Whether a line with "lorem ipsum" drops the text.
        public var dropsLoremIpsum = true
        /// Whether lines with "javascript" are dropped.
        public var dropsJavaScript = true
        /// Whether a line with `{` drops the text.
        public var dropsCurlyBracket = true
        /// Whether lines are dropped that speak of terms of use, privacy policies or cookies.
        public var dropsPolicy = true

        /// The published rules.
        public init() {}

        /// As FineWeb has it: lines need no terminal mark.
        public static var fineWeb: Configuration {
            var result = Configuration()
            result.requiresTerminalMark = false
            return result
        }
    }

    /// `c4_quality`.
    public var name: String { "c4_quality" }
    /// What is looked at.
    public let configuration: Configuration
    /// What counts the sentences of a line.
    public let sentences: any SentenceSplitter
    private let pool = AnalysisPool()

    /// Makes a filter.
    public init(
        _ configuration: Configuration = Configuration(), sentences: any SentenceSplitter = SentenceRules()
    ) {
        self.configuration = configuration
        self.sentences = sentences
    }

    /// Drops a document or leaves the lines that pass.
    public func process(_ document: inout Document) throws -> StageDecision {
        let (decision, text) = try pool.analyze(&document.text) { text, analysis in
            let outcome = try decide(text, analysis)
            return (outcome.decision, outcome.isChanged ? String(decoding: analysis.output, as: UTF8.self) : nil)
        }
        if decision == .keep, let text {
            document.text = text
            document.history.append(name)
        }
        return decision
    }

    /// The decision; when it is to keep the text and the text changed, its new bytes are in `analysis.output`.
    func decide(_ text: TextBytes, _ analysis: TextAnalysis) throws -> (decision: StageDecision, isChanged: Bool) {
        let phrases = C4Phrases.find(in: text)
        analysis.output.removeAll(keepingCapacity: true)
        if configuration.splitsLines {
            analysis.spans = analysis.lines(of: text)
        } else {
            try splitSentences(text, into: &analysis.spans)
        }
        var sentenceCount = 0
        var isFirst = true
        for index in 0..<analysis.spans.count {
            let span = analysis.spans[index]
            let start = TextScan.skipSpaces(text, from: span.lowerBound, to: span.upperBound)
            let end = TextScan.skipSpacesBack(text, from: start, to: span.upperBound)
            let original = TextBytes(rebasing: text[start..<end])
            if let limit = configuration.maximumWordLength, original.count > limit,
                C4Line.hasWord(original, longerThan: limit)
            {
                continue
            }
            var line = original
            if configuration.removesCitations, phrases.contains(.bracket),
                C4Line.removeCitations(original, into: &analysis.scratch)
            {
                // The copy outlives this turn of the loop: nothing else touches the scratch memory.
                line = analysis.scratch.withUnsafeBufferPointer { $0 }
            }
            if configuration.requiresTerminalMark, !C4Line.endsSentence(line) { continue }
            if let limit = configuration.minimumWordsPerLine, !C4Line.hasWords(original, atLeast: limit) { continue }
            if configuration.dropsLoremIpsum, phrases.contains(.loremIpsum), C4Phrases.loremIpsumPhrase.isIn(line) {
                return (.drop(reason: "lorem_ipsum"), false)
            }
            if configuration.dropsJavaScript, phrases.contains(.javaScript), C4Phrases.javaScriptPhrase.isIn(line) {
                continue
            }
            if configuration.dropsCurlyBracket, phrases.contains(.curlyBracket), line.contains(UInt8(ascii: "{")) {
                return (.drop(reason: "curly_bracket"), false)
            }
            if configuration.dropsPolicy, phrases.contains(.policy),
                C4Phrases.policyPhrases.contains(where: { $0.isIn(line) })
            {
                continue
            }
            if let limit = configuration.minimumSentences, sentenceCount < limit {
                sentenceCount += configuration.splitsLines ? try sentences.count(line) : 1
            }
            if !isFirst { analysis.output.append(configuration.splitsLines ? 0x0A : 0x20) }
            isFirst = false
            analysis.output.append(contentsOf: line)
        }
        if let limit = configuration.minimumSentences, sentenceCount < limit {
            return (.drop(reason: "too_few_sentences"), false)
        }
        return (.keep, Self.finish(&analysis.output, text))
    }

    /// Strips the new text and says whether it is another one.
    private static func finish(_ output: inout [UInt8], _ text: TextBytes) -> Bool {
        let (start, end) = output.withUnsafeBufferPointer { bytes in
            let start = TextScan.skipSpaces(bytes, from: 0, to: bytes.count)
            return (start, TextScan.skipSpacesBack(bytes, from: start, to: bytes.count))
        }
        output.removeSubrange(end...)
        if start > 0 { output.removeSubrange(..<start) }
        return output.withUnsafeBufferPointer { output in
            guard output.count == text.count, let new = output.baseAddress, let old = text.baseAddress else {
                return output.count != text.count
            }
            return !TextScan.isEqual(new, old, text.count)
        }
    }

    /// The sentences with the white space before each, the last one to the end of the text.
    private func splitSentences(_ text: TextBytes, into spans: inout WordSpans) throws {
        var found = WordSpans()
        try sentences.split(text, into: &found)
        spans.removeAll()
        var start = 0
        for index in 0..<max(found.count - 1, 0) {
            spans.append(start: start, end: found[index].upperBound)
            start = found[index].upperBound
        }
        spans.append(start: start, end: text.count)
    }
}
