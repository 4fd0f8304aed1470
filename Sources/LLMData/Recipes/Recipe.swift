public import LLMTensor
public import LLMTokenizer

/// How raw documents become a training corpus: what `llmops data prepare` reads.
///
/// ```yaml
/// input: {text: text, id: id}             # keys of JSON records
/// sources:                                # read besides the files that are named when it is run
///   - sqlite: {path: desk.sqlite, query: "SELECT id, body FROM ticket WHERE year >= ? ORDER BY id", bindings: [2024], text: body}
///   - xml: {path: dump.xml, record: page, text: revision.text}
///   - log: {path: server.log, pattern: '(?<date>\S+) (?<text>.*)', joinOtherLines: true}
/// stages:                                 # one document at a time, first to last
///   - gopher_quality: {minimumWords: 20}
///   - c4_quality
/// deduplicate:                            # all documents together, first to last
///   - exact
/// split:                                  # by hash of a group, so that no group straddles
///   seed: 1
///   group: thread
///   parts: {train: 0.98, validation: 0.01, test: 0.01}
/// tokenizer: {path: tokenizer.json, endOfDocument: true}
/// output: {shardTokens: 16777216, documents: true, excluded: true, tokenStore: true}
/// chunk: {records: 1000, bytes: 8388608}
/// ```
public struct Recipe: Sendable {
    /// What is read, in front of what the caller adds.
    public var sources: [any DocumentSource]
    /// Stages that look at one document at a time.
    public var stages: [any DocumentStage]
    /// Stages that look at all documents together.
    public var corpusStages: [any CorpusStage]
    /// Which document goes to which part.
    public var split: DocumentSplit
    /// How texts become token ids; nil leaves them text.
    public var tokenization: Tokenization?
    /// What is written.
    public var output: Output
    /// How work is cut.
    public var chunk: Chunk
    /// The keys of JSON records.
    package var keys: DocumentJSON.Keys
    /// The recipe as it was written, without layout and comments: two recipes are the same if these are.
    public var source: JSONValue

    /// How texts become token ids.
    public struct Tokenization: Sendable {
        /// The tokenizer.
        public var tokenizer: any Tokenizer
        /// Its fingerprint.
        public var fingerprint: TokenizerFingerprint
        /// Whether the tokenizer puts in what its model expects around a text.
        public var addsSpecialTokens: Bool
        /// Whether special tokens written in a text are read as such. Off, because documents are by strangers.
        public var parsesSpecialTokens: Bool
        /// Appended to every document.
        public var endToken: TokenID?
    }

    /// What is written besides shards, statistics and manifest.
    public struct Output: Sendable, Hashable {
        /// Tokens of a shard at most.
        public var shardTokens = 1 << 24
        /// Whether the documents that stay are written as JSON lines, a file for each part.
        public var documents = true
        /// Whether the documents that go are written as JSON lines with their reasons.
        public var excluded = false
        /// Whether tokens are counted in a ``TokenStore``.
        public var tokenStore = false
    }

    /// How work is cut: what is lost by a crash, and what a thread does at a time.
    public struct Chunk: Sendable, Hashable {
        /// Most records.
        public var records = 1000
        /// Bytes of text after which a chunk ends.
        public var bytes = 1 << 23
    }
}
