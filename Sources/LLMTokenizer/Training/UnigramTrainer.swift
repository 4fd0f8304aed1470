/// Trains a unigram language model over pieces of words: many candidates first, probabilities by expectation
/// maximization, and those dropped that the corpus misses least, until the vocabulary has its size.
///
/// Kudo 2018, "Subword Regularization"; the steps and constants are those of the `tokenizers` library's
/// `UnigramTrainer`, which follows SentencePiece. Where that library depends on the order of a hash table, words and
/// scalars stand in ascending order here, so that the same corpus gives the same tokenizer.
public struct UnigramTrainer: TokenizerTrainer {
    /// What to train.
    public struct Configuration: Sendable, Equatable {
        /// Tokens in all, special ones included; fewer if the corpus does not have so many.
        public var vocabularySize: Int
        /// Tokens that stand for something outside the text; they get the first ids.
        public var specialTokens: [String]
        /// The token for text outside the vocabulary; put in front when it is not among the special tokens.
        public var unknownToken: String?
        /// Scalars that are tokens even if the corpus does not have them.
        public var initialAlphabet: [Unicode.Scalar] = []
        /// Part of the pieces that a round of dropping keeps, above 0 and below 1.
        public var shrinkingFactor = 0.75
        /// Estimations between two rounds of dropping.
        public var subIterations = 2
        /// Scalars in a piece at most.
        public var longestPiece = 16
        /// Candidates to begin with.
        public var seedSize = 1_000_000
        /// What the tokenizer does around its model.
        public var pipeline: TokenizerPipeline

        /// As SentencePiece, unless a pipeline says otherwise.
        public init(
            vocabularySize: Int = 8_000, specialTokens: [String] = ["<unk>", "<s>", "</s>"],
            unknownToken: String? = "<unk>", pipeline: TokenizerPipeline = .sentencePiece
        ) {
            self.vocabularySize = vocabularySize
            self.specialTokens = specialTokens
            self.unknownToken = unknownToken
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
        guard configuration.shrinkingFactor > 0, configuration.shrinkingFactor < 1 else {
            throw TokenizerError.invalidOption(
                name: "shrinkingFactor", reason: "\(configuration.shrinkingFactor) is not between 0 and 1")
        }
        guard (1...255).contains(configuration.longestPiece), (1...1000).contains(configuration.subIterations),
            configuration.seedSize > 0
        else {
            throw TokenizerError.invalidOption(
                name: "longestPiece, subIterations, seedSize", reason: "they are 1 to 255, 1 to 1000, and 1 and more")
        }
        let table = words.table()
        let corpus = UnigramCorpus(table, isByteLevel: words.splitter.isByteLevel)
        let training = UnigramTraining(configuration, corpus)
        let pieces = try training.run(progress)
        var names = configuration.specialTokens
        var unknown: Int?
        if let token = configuration.unknownToken {
            unknown = names.firstIndex { Array($0.utf8) == Array(token.utf8) }
            if unknown == nil {
                names.insert(token, at: 0)
                unknown = 0
            }
        }
        let tokens = names.map { (token: Array($0.utf8), score: 0.0) } + pieces
        let special = names.enumerated().map { (content: $0.element, id: TokenID($0.offset)) }
        let file = TokenizerFile(
            pipeline: pipeline, model: .unigram(tokens: tokens, unknown: unknown, byteFallback: false),
            specialTokens: special.filter { configuration.specialTokens.contains($0.content) })
        return try TrainedTokenizer(file, words: words, distinctWords: table.count)
    }
}
