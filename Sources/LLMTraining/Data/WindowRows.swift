public import LLMData
public import LLMTokenizer

/// A stream of tokens cut into windows of one length: pretraining.
///
/// Windows do not overlap as inputs, and each predicts the first token of the next one, so that every token but the first is
/// a target exactly once. What does not fill a window at the end is left out. Windows run over the ends of documents,
/// which the stream marks with a token of its own.
public struct WindowRows: TrainingDataSource {
    /// Tokens a window reads.
    public let windowLength: Int
    /// What the data is.
    public let signature: String
    /// Windows of one pass.
    public let rowCount: Int
    private let tokens: Tokens

    private enum Tokens: Sendable {
        case memory([TokenID])
        case corpus(TokenCorpus)
    }

    /// Cuts tokens held in memory.
    ///
    /// - Throws: ``TrainingError/noData(source:reason:)`` for a stream shorter than one window and a token.
    public init(_ tokens: [TokenID], windowLength: Int, source: String = "tokens") throws(TrainingError) {
        var signature = DataSignature()
        signature.add(tokens)
        try self.init(.memory(tokens), tokens.count, windowLength, source, signature)
    }

    /// Cuts the shards of a corpus, which stay mapped.
    ///
    /// - Throws: ``TrainingError/noData(source:reason:)`` for a corpus shorter than one window and a token.
    public init(_ corpus: TokenCorpus, windowLength: Int, source: String = "corpus") throws {
        var signature = DataSignature()
        for shard in corpus.shards {
            signature.add(UInt64(shard.tokenCount))
            signature.add(UInt64(shard.documentCount))
            signature.add(shard.fingerprint.bytes.map { Int32($0) })
            // Reading all of a large corpus would take longer than it is worth.
            let probe = min(shard.tokenCount, 4096)
            signature.add(try shard.tokens(0..<probe))
            signature.add(try shard.tokens(shard.tokenCount - probe..<shard.tokenCount))
        }
        try self.init(.corpus(corpus), corpus.tokenCount, windowLength, source, signature)
    }

    private init(
        _ tokens: Tokens, _ count: Int, _ windowLength: Int, _ source: String, _ signature: DataSignature
    ) throws(TrainingError) {
        guard windowLength >= 1 else {
            throw .invalidSetting(key: "windowLength", value: "\(windowLength)", expected: "1 or more tokens")
        }
        rowCount = max(0, (count - 1) / windowLength)
        guard rowCount > 0 else {
            throw .noData(source: source, reason: "\(count) tokens, a window takes \(windowLength) and one to predict")
        }
        self.tokens = tokens
        self.windowLength = windowLength
        self.signature = "windows of \(windowLength), tokens \(signature.text)"
    }

    /// Appends a window.
    public func append(row: Int, to batch: inout TrainingBatch) throws {
        let range = row * windowLength..<(row + 1) * windowLength + 1
        let window: [TokenID]
        switch tokens {
        case .memory(let tokens): window = Array(tokens[range])
        case .corpus(let corpus): window = try corpus.tokens(range)
        }
        batch.append(tokens: window.dropLast(), targets: window.dropFirst())
    }
}
