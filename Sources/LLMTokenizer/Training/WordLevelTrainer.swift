/// Makes a vocabulary of the most frequent words; of words that come equally often, those first whose bytes are smaller.
///
/// As the `tokenizers` library's `WordLevelTrainer`.
public struct WordLevelTrainer: TokenizerTrainer {
    /// What to train.
    public struct Configuration: Sendable, Equatable {
        /// Tokens in all, special ones included.
        public var vocabularySize: Int
        /// A word has to come so often.
        public var minimumFrequency: Int
        /// Tokens that stand for something outside the text; they get the first ids.
        public var specialTokens: [String]
        /// The token for all other words; one of the special tokens.
        public var unknownToken = "[UNK]"
        /// What the tokenizer does around its model.
        public var pipeline: TokenizerPipeline

        /// Words and runs of symbols, unless a pipeline says otherwise.
        public init(
            vocabularySize: Int = 30_000, minimumFrequency: Int = 0, specialTokens: [String] = ["[UNK]"],
            pipeline: TokenizerPipeline = .whitespace
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
        let table = words.table()
        var counted: [(word: [UInt8], count: Int64)] = []
        counted.reserveCapacity(table.count)
        let isByteLevel = words.splitter.isByteLevel
        let minimum = Int64(configuration.minimumFrequency)
        table.forEach { word, count in
            guard count >= minimum else { return }
            counted.append((isByteLevel ? ByteAlphabet.encode(word) : Array(word), count))
        }
        try Task.checkCancellation()
        counted.sort { $0.count != $1.count ? $0.count > $1.count : $0.word.lexicographicallyPrecedes($1.word) }
        // A word spelt like a special token takes its name over, at the word's place.
        let names = configuration.specialTokens.map { Array($0.utf8) } + counted.map(\.word)
        var ids: [[UInt8]: TokenID] = [:]
        for (index, name) in names.prefix(configuration.vocabularySize).enumerated() {
            ids[name] = TokenID(truncatingIfNeeded: index)
        }
        progress(
            TokenizerTrainingProgress(stage: .counting, completed: words.byteCount, total: words.byteCount))
        let special = configuration.specialTokens.compactMap { name in
            ids[Array(name.utf8)].map { (content: name, id: $0) }
        }
        let file = TokenizerFile(
            pipeline: pipeline,
            model: .wordLevel(
                tokens: ids.map { (token: $0.key, id: $0.value) }.sorted { $0.id < $1.id },
                unknown: configuration.unknownToken),
            specialTokens: special)
        return try TrainedTokenizer(file, words: words, distinctWords: table.count)
    }
}
