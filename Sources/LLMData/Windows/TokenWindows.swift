/// Windows of a fixed length over a corpus, each so many tokens after the one before, by number.
///
/// Nothing is read or copied: a window is a range of tokens of the ``TokenCorpus``. Immutable.
public struct TokenWindows: Sendable {
    /// What a window may contain.
    public enum Boundary: String, Sendable, CaseIterable {
        /// Windows run over the ends of documents.
        case cross
        /// Every window lies in one document.
        case respect
    }

    /// Tokens of a window.
    public let length: Int
    /// Tokens from the start of a window to the start of the next; less than `length` makes windows overlap.
    public let stride: Int
    /// Whether windows run over the ends of documents.
    public let boundary: Boundary
    /// Whether the rest that fills no window becomes a shorter one.
    public let keepsShortWindows: Bool
    /// Windows in all.
    public let count: Int

    private let corpus: TokenCorpus
    /// For windows within documents: windows before each document, and all of them at the end.
    private let windowsBefore: [Int]

    /// Lays windows over a corpus.
    ///
    /// - Precondition: `length` and `stride` are positive.
    public init(
        corpus: TokenCorpus, length: Int, stride: Int? = nil, boundary: Boundary = .cross,
        keepsShortWindows: Bool = false
    ) {
        let stride = stride ?? length
        precondition(length > 0 && stride > 0, "windows of \(length) tokens every \(stride)")
        self.corpus = corpus
        self.length = length
        self.stride = stride
        self.boundary = boundary
        self.keepsShortWindows = keepsShortWindows
        switch boundary {
        case .cross:
            windowsBefore = []
            count = Self.count(corpus.tokenCount, length, stride, keepsShortWindows)
        case .respect:
            var before = [0]
            before.reserveCapacity(corpus.documentCount + 1)
            var sum = 0
            for document in 0..<corpus.documentCount {
                sum += Self.count(corpus.range(ofDocument: document).count, length, stride, keepsShortWindows)
                before.append(sum)
            }
            windowsBefore = before
            count = sum
        }
    }

    /// The tokens of a window, as a range of the corpus.
    ///
    /// - Precondition: `index` is below ``count``.
    public subscript(index: Int) -> Range<Int> {
        precondition((0..<count).contains(index), "no window \(index)")
        guard boundary == .respect else { return window(index, in: 0..<corpus.tokenCount) }
        var low = 0
        var high = windowsBefore.count - 1
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if windowsBefore[middle] <= index { low = middle } else { high = middle }
        }
        return window(index - windowsBefore[low], in: corpus.range(ofDocument: low))
    }

    private func window(_ index: Int, in range: Range<Int>) -> Range<Int> {
        let start = range.lowerBound + index * stride
        return start..<min(range.upperBound, start + length)
    }

    /// Windows over so many tokens. A short one is added only for tokens that no window before it has.
    private static func count(_ tokens: Int, _ length: Int, _ stride: Int, _ keepsShort: Bool) -> Int {
        guard tokens >= length else { return keepsShort && tokens > 0 ? 1 : 0 }
        let whole = (tokens - length) / stride + 1
        let covered = (whole - 1) * stride + length
        return whole + (keepsShort && covered < tokens && whole * stride < tokens ? 1 : 0)
    }
}
