/// Trains byte-pair encoding.
///
/// The merges are those of the `tokenizers` library's `BpeTrainer` on the same corpus, ties included: among pairs that
/// come equally often the one with the smaller ids is merged first. Sennrich et al. 2016, "Neural Machine Translation
/// of Rare Words with Subword Units"; over bytes: Radford et al. 2019 (GPT-2).
public struct BPETrainer: TokenizerTrainer {
    /// What to train.
    public struct Configuration: Sendable, Equatable {
        /// Tokens in all, special ones included; fewer if the corpus does not have so many pairs.
        public var vocabularySize: Int
        /// A pair has to come so often to be merged.
        public var minimumFrequency: Int
        /// Tokens that stand for something outside the text; they get the first ids.
        public var specialTokens: [String]
        /// Scalars that are tokens even if the corpus does not have them.
        public var initialAlphabet: [Unicode.Scalar]
        /// How many scalars become tokens at most, the most frequent ones.
        public var alphabetLimit: Int?
        /// Tokens stay shorter than this many scalars.
        public var longestToken: Int?
        /// The token for text outside the alphabet; one of the special tokens.
        public var unknownToken: String?
        /// Text outside the alphabet becomes the tokens `<0x00>` ... `<0xFF>`, which follow the special ones.
        public var byteFallback: Bool
        /// Written before every symbol of a word but the first.
        public var continuingPrefix: String?
        /// Written behind the last symbol of a word.
        public var endOfWordSuffix: String?
        /// What the tokenizer does around its model.
        public var pipeline: TokenizerPipeline

        /// Byte-level encoding as GPT-2's, unless a pipeline says otherwise.
        public init(
            vocabularySize: Int = 32_000, minimumFrequency: Int = 2, specialTokens: [String] = [],
            initialAlphabet: [Unicode.Scalar] = Configuration.byteAlphabet, alphabetLimit: Int? = nil,
            pipeline: TokenizerPipeline = .byteLevel
        ) {
            self.vocabularySize = vocabularySize
            self.minimumFrequency = minimumFrequency
            self.specialTokens = specialTokens
            self.initialAlphabet = initialAlphabet
            self.alphabetLimit = alphabetLimit
            self.pipeline = pipeline
            byteFallback = false
        }

        /// The scalars that stand for the 256 bytes in byte-level vocabularies.
        public static let byteAlphabet: [Unicode.Scalar] = ByteAlphabet.scalars.compactMap(Unicode.Scalar.init)

        /// As SentencePiece: scalars with `▁` for spaces, bytes for what is outside the alphabet.
        public static func sentencePiece(
            vocabularySize: Int = 32_000, minimumFrequency: Int = 2,
            specialTokens: [String] = ["<unk>", "<s>", "</s>"]
        ) -> Configuration {
            var pipeline = TokenizerPipeline.sentencePiece
            pipeline.decoder = .sequence([
                .replace("▁", with: " "), .byteFallback, .fuse, .strip(" ", start: 1, stop: 0),
            ])
            var result = Configuration(
                vocabularySize: vocabularySize, minimumFrequency: minimumFrequency, specialTokens: specialTokens,
                initialAlphabet: [], pipeline: pipeline)
            result.unknownToken = specialTokens.contains("<unk>") ? "<unk>" : nil
            result.byteFallback = true
            return result
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
        let table = words.table()
        let learned = try BytePairTraining(configuration).run(
            table, isByteLevel: words.splitter.isByteLevel, progress: progress)
        var options = TokenizerFile.BytePairOptions()
        options.unknown = configuration.unknownToken
        options.continuingPrefix = configuration.continuingPrefix
        options.endSuffix = configuration.endOfWordSuffix
        options.byteFallback = configuration.byteFallback
        options.fusesUnknown = configuration.byteFallback
        let file = TokenizerFile(
            pipeline: pipeline,
            model: .bytePairs(tokens: learned.vocabulary.tokens, merges: learned.merges, options),
            specialTokens: TrainingChecks.ids(configuration.specialTokens, in: learned.vocabulary))
        return try TrainedTokenizer(file, words: words, distinctWords: table.count)
    }
}
