internal import LLMTokenizer

/// Finds the sentences of a text. Pure, and called from many threads.
public protocol SentenceSplitter: Sendable {
    /// A name for recipes and statistics.
    var name: String { get }
    /// Appends the sentences of `text`, which is well-formed UTF-8 of less than 2 GiB, in order.
    func split(_ text: UnsafeBufferPointer<UInt8>, into sentences: inout WordSpans) throws
    /// How many sentences there are; at least 1. Has a default.
    func count(_ text: UnsafeBufferPointer<UInt8>) throws -> Int
}

extension SentenceSplitter {
    /// How many sentences there are; at least 1.
    public func count(_ text: UnsafeBufferPointer<UInt8>) throws -> Int {
        var sentences = WordSpans()
        try split(text, into: &sentences)
        return max(sentences.count, 1)
    }
}

/// Ends a sentence before the first word that follows a full stop or its like and is no punctuation itself: the rule
/// of spaCy's sentencizer, over the words of any splitter. White space of more than one space is such a word, too.
public struct SentenceRules: SentenceSplitter {
    /// `rules`.
    public let name = "rules"
    /// What finds the words; marks must be words of their own.
    public let words: any WordSplitter

    /// Makes a splitter.
    public init(words: any WordSplitter = UnicodeWords()) { self.words = words }

    /// Appends the sentences of a text.
    public func split(_ text: UnsafeBufferPointer<UInt8>, into sentences: inout WordSpans) throws {
        var spans = WordSpans()
        try words.split(text, into: &spans)
        guard spans.count > 0 else { return }
        var start = 0
        var end = 0
        var sawMark = false
        for index in 0..<spans.count {
            let span = spans[index]
            if sawMark, Self.isWide(text, from: end, to: span.lowerBound) {
                sentences.append(start: start, end: end)
                start = end
                sawMark = false
            }
            let isMark = Self.isMark(text, span)
            if sawMark, !isMark, !Self.isPunctuation(text, span) {
                sentences.append(start: start, end: end)
                start = span.lowerBound
                sawMark = false
            } else if isMark {
                sawMark = true
            }
            end = span.upperBound
        }
        sentences.append(start: start, end: end)
        if sawMark, Self.isWide(text, from: end, to: text.count) { sentences.append(start: end, end: text.count) }
    }

    /// Whether there is more between two words than one space.
    private static func isWide(_ text: TextBytes, from start: Int, to end: Int) -> Bool {
        start < end && (text[start] != 0x20 || end - start > 1)
    }

    private static func isMark(_ text: TextBytes, _ span: Range<Int>) -> Bool {
        let (scalar, length) = TextScan.scalar(text, at: span.lowerBound)
        return length == span.count && ScalarSet.sentenceMarks.contains(scalar)
    }

    private static func isPunctuation(_ text: TextBytes, _ span: Range<Int>) -> Bool {
        var index = span.lowerBound
        while index < span.upperBound {
            let (scalar, length) = TextScan.scalar(text, at: index)
            guard UnicodeText.isPunctuation(scalar) else { return false }
            index += length
        }
        return true
    }
}
