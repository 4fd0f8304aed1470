/// Trains WordPiece: pairs are merged as in byte-pair encoding, then only the vocabulary is kept.
///
/// As the `tokenizers` library's `WordPieceTrainer`, except that the `##` forms of single scalars get their ids in the
/// order of the scalars and not in random order. (BERT's own vocabularies were trained by likelihood; Schuster and
/// Nakajima 2012, "Japanese and Korean Voice Search".)
public struct WordPieceTrainer: TokenizerTrainer {
    /// What to train.
    public struct Configuration: Sendable, Equatable {
        /// Tokens in all, special ones included; fewer if the corpus does not have so many pairs.
        public var vocabularySize: Int
        /// A pair has to come so often to be merged.
        public var minimumFrequency: Int
        /// Tokens that stand for something outside the text; they get the first ids.
        public var specialTokens: [String]
        /// Scalars that are tokens even if the corpus does not have them.
        public var initialAlphabet: [Unicode.Scalar] = []
        /// How many scalars become tokens at most, the most frequent ones.
        public var alphabetLimit: Int?
        /// The token for words that cannot be put together; one of the special tokens.
        public var unknownToken = "[UNK]"
        /// Written before every token of a word but the first.
        public var continuingPrefix = "##"
        /// Words of more scalars are unknown.
        public var longestWord = 100
        /// What the tokenizer does around its model.
        public var pipeline: TokenizerPipeline

        /// As BERT, unless a pipeline says otherwise.
        public init(
            vocabularySize: Int = 30_000, minimumFrequency: Int = 2,
            specialTokens: [String] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
            pipeline: TokenizerPipeline = .bert()
        ) {
            self.vocabularySize = vocabularySize
            self.minimumFrequency = minimumFrequency
            self.specialTokens = specialTokens
            self.pipeline = pipeline
        }
    }

    /// What to train.
    public var configuration: Configuration

    /// A trainer of the given kind.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// What the tokenizer does around its model.
    public var pipeline: TokenizerPipeline { configuration.pipeline }

    /// Makes a tokenizer from the words of a corpus.
    public func train(
        _ words: WordCounter, progress: (TokenizerTrainingProgress) -> Void
    ) throws -> TrainedTokenizer {
        try TrainingChecks.pipeline(words, pipeline)
        try TrainingChecks.size(configuration.vocabularySize)
        try TrainingChecks.unknown(configuration.unknownToken, configuration.specialTokens)
        var pairs = BPETrainer.Configuration(
            vocabularySize: configuration.vocabularySize, minimumFrequency: configuration.minimumFrequency,
            specialTokens: configuration.specialTokens, initialAlphabet: configuration.initialAlphabet,
            alphabetLimit: configuration.alphabetLimit, pipeline: pipeline)
        pairs.continuingPrefix = configuration.continuingPrefix
        let table = words.table()
        let learned = try BytePairTraining(pairs).run(
            table, isByteLevel: words.splitter.isByteLevel, progress: progress)
        let file = TokenizerFile(
            pipeline: pipeline,
            model: .wordPiece(
                tokens: learned.vocabulary.tokens, unknown: configuration.unknownToken,
                prefix: configuration.continuingPrefix, longestWord: configuration.longestWord),
            specialTokens: TrainingChecks.ids(configuration.specialTokens, in: learned.vocabulary))
        return try TrainedTokenizer(file, words: words, distinctWords: table.count)
    }
}
