internal import LLMTensor

/// What several filters want to know of one text, found once; with scratch memory that is used again for the next.
///
/// One owner at a time; everything is about the text since the last ``reset()``.
final class TextAnalysis {
    let repeatedSpans = SpanTable()
    let grams = RepeatedNGrams()
    var scratch: [UInt8] = []
    var output: [UInt8] = []
    var spans = WordSpans()

    private var lineSpans = WordSpans()
    private var hasLines = false
    private var wordSpans = WordSpans()
    private var splitter: String?
    private var scalars = -1

    /// Forgets what was found, for another text.
    func reset() {
        hasLines = false
        splitter = nil
        scalars = -1
    }

    /// The lines of the text (`str.splitlines`).
    func lines(of text: TextBytes) -> WordSpans {
        if !hasLines {
            TextScan.splitLines(text, into: &lineSpans)
            hasLines = true
        }
        return lineSpans
    }

    /// The words of the text.
    func words(of text: TextBytes, by words: any WordSplitter) throws -> WordSpans {
        if splitter != words.name {
            wordSpans.removeAll()
            splitter = nil
            try words.split(text, into: &wordSpans)
            splitter = words.name
        }
        return wordSpans
    }

    /// Number of scalars of the text.
    func scalarCount(of text: TextBytes) -> Int {
        if scalars < 0 { scalars = TextScan.scalarCount(text, from: 0, to: text.count) }
        return scalars
    }
}

/// Scratch memory of a stage that may be called from many threads.
final class AnalysisPool: Sendable {
    private let free = LockedValue<[TextAnalysis]>([])

    /// Calls `body` with the bytes of a text and an analysis of its own.
    ///
    /// - Throws: ``DataError/tooLarge(what:count:limit:)`` from 2 GiB on.
    func analyze<R>(_ text: inout String, _ body: (TextBytes, TextAnalysis) throws -> R) throws -> R {
        let analysis = free.withLock { $0.popLast() } ?? TextAnalysis()
        defer { free.withLock { $0.append(analysis) } }
        analysis.reset()
        return try text.withUTF8 { bytes in
            guard bytes.count < Int(Int32.max) else {
                throw DataError.tooLarge(what: "a document", count: bytes.count, limit: Int(Int32.max) - 1)
            }
            return try body(bytes, analysis)
        }
    }
}
