public import LLMTensor
public import LLMTokenizer

/// Writes documents of token ids as numbered shards of bounded size: `train-00000.tokens`, `train-00001.tokens`, ...
///
/// The same documents in the same order give the same files. One owner at a time.
public struct TokenCorpusWriter: Sendable {
    /// Where the shards go.
    public let folder: String
    /// What their names begin with.
    public let prefix: String
    /// Tokens that a shard has at most, unless one document alone has more.
    public let shardTokenLimit: Int
    /// The shards that were sealed.
    public private(set) var paths: [String] = []
    /// Documents so far.
    public private(set) var documentCount = 0
    /// Tokens so far.
    public private(set) var tokenCount = 0
    private var builder: TokenShardBuilder

    /// Starts a corpus in an existing folder.
    public init(
        folder: String, prefix: String, vocabularySize: Int, fingerprint: TokenizerFingerprint,
        shardTokenLimit: Int = 1 << 24
    ) {
        self.folder = folder
        self.prefix = prefix
        self.shardTokenLimit = max(1, shardTokenLimit)
        builder = TokenShardBuilder(vocabularySize: vocabularySize, fingerprint: fingerprint)
    }

    /// Appends a document; seals a shard when it would grow beyond the limit.
    ///
    /// - Throws: ``TensorFileError``.
    public mutating func append(id: String, tokens: [TokenID]) throws(TensorFileError) {
        if builder.documentCount > 0, builder.tokenCount + tokens.count > shardTokenLimit { try seal() }
        try builder.append(id: id, tokens: tokens)
        documentCount += 1
        tokenCount += tokens.count
    }

    /// Seals the last shard. A corpus without documents gets one empty shard.
    public mutating func finish() throws(TensorFileError) {
        if builder.documentCount > 0 || paths.isEmpty { try seal() }
    }

    private mutating func seal() throws(TensorFileError) {
        let number = String(paths.count)
        let padded = String(repeating: "0", count: max(0, 5 - number.utf8.count)) + number
        let path = "\(folder)/\(prefix)-\(padded).tokens"
        try builder.seal(path: path)
        paths.append(path)
        builder = TokenShardBuilder(vocabularySize: builder.vocabularySize, fingerprint: builder.fingerprint)
    }
}
