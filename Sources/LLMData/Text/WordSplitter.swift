/// Finds the words of a text. What a word is decides what the quality filters count.
///
/// The filters were published with different words: datatrove takes the tokens of spaCy, others split at white space.
/// Thresholds are fractions of words, so choose one splitter and keep to it. Pure, and called from many threads.
public protocol WordSplitter: Sendable {
    /// A name for recipes and statistics.
    var name: String { get }
    /// Appends the words of `text`, which is well-formed UTF-8 of less than 2 GiB, in order. No word is empty or
    /// begins or ends with white space.
    func split(_ text: UnsafeBufferPointer<UInt8>, into words: inout WordSpans) throws
}

/// Words are what stands between white space (Python's `str.split`).
public struct WhitespaceWords: WordSplitter {
    /// `whitespace`.
    public let name = "whitespace"

    /// Makes a splitter.
    public init() {}

    /// Appends the words of a text.
    public func split(_ text: UnsafeBufferPointer<UInt8>, into words: inout WordSpans) {
        var index = 0
        var start = -1
        while index < text.count {
            let length = TextScan.spaceLength(text, at: index)
            if length == 0 {
                if start < 0 { start = index }
                index += 1
            } else {
                if start >= 0 { words.append(start: start, end: index) }
                start = -1
                index += length
            }
        }
        if start >= 0 { words.append(start: start, end: text.count) }
    }
}

/// Words that were found elsewhere, for instance by spaCy, looked up by the text.
public struct GivenWords: WordSplitter {
    /// `given`.
    public let name = "given"
    private let spans: [UInt64: WordSpans]

    /// Takes the words of each text.
    public init(_ words: some Sequence<(text: String, words: WordSpans)>) {
        var spans: [UInt64: WordSpans] = [:]
        for (text, words) in words {
            var text = text
            spans[text.withUTF8 { XXHash.hash64($0) }] = words
        }
        self.spans = spans
    }

    /// Appends the words of a text.
    ///
    /// - Throws: ``DataError/unknownText(splitter:beginning:)`` for a text that was not given.
    public func split(_ text: UnsafeBufferPointer<UInt8>, into words: inout WordSpans) throws {
        guard let found = spans[XXHash.hash64(text)] else {
            throw DataError.unknownText(splitter: name, beginning: String(decoding: text.prefix(40), as: UTF8.self))
        }
        words = found
    }
}
