/// The part of training that BPE and WordPiece share: words to vocabulary and merges.
struct BytePairTraining {
    struct Result {
        var vocabulary: TrainingVocabulary
        /// In the order they apply.
        var merges: [(left: TokenID, right: TokenID)]
    }

    private let configuration: BPETrainer.Configuration

    init(_ configuration: BPETrainer.Configuration) { self.configuration = configuration }

    func run(
        _ words: WordTable, isByteLevel: Bool, progress: (TokenizerTrainingProgress) -> Void
    ) throws -> Result {
        var vocabulary = TrainingVocabulary()
        for token in configuration.specialTokens { vocabulary.add(Array(token.utf8)) }
        if configuration.byteFallback {
            for byte in UInt8.min...UInt8.max { vocabulary.add(BPEModel.fallbackName(byte)) }
        }
        let prefix = Array((configuration.continuingPrefix ?? "").utf8)
        let options = BytePairCorpus.Options(
            initialAlphabet: configuration.initialAlphabet, alphabetLimit: configuration.alphabetLimit,
            continuingPrefix: prefix, endSuffix: Array((configuration.endOfWordSuffix ?? "").utf8))
        let corpus = BytePairCorpus(words, isByteLevel: isByteLevel, options: options, vocabulary: vocabulary)
        vocabulary = corpus.vocabulary
        let learner = MergeLearner(
            corpus.corpus, tokenCount: vocabulary.count, longestToken: configuration.longestToken)
        let total = configuration.vocabularySize
        let minimum = Int64(max(configuration.minimumFrequency, 0))
        var steps = 0
        while vocabulary.count < total, let pair = learner.next(minimumCount: minimum) {
            var right = vocabulary.tokens[Int(pair.right)][...]
            if !prefix.isEmpty, right.starts(with: prefix) { right = right.dropFirst(prefix.count) }
            learner.merge(into: vocabulary.add(vocabulary.tokens[Int(pair.left)] + right))
            steps += 1
            if steps & 255 == 0 {
                try Task.checkCancellation()
                progress(TokenizerTrainingProgress(stage: .merging, completed: vocabulary.count, total: total))
            }
        }
        progress(TokenizerTrainingProgress(stage: .merging, completed: vocabulary.count, total: vocabulary.count))
        return Result(vocabulary: vocabulary, merges: Self.distinct(learner.merges))
    }

    /// A pair that was merged twice keeps its later place.
    private static func distinct(_ merges: [MergeLearner.Merge]) -> [(left: TokenID, right: TokenID)] {
        var seen: Set<UInt64> = []
        var result: [(left: TokenID, right: TokenID)] = []
        for merge in merges.reversed() where seen.insert(PairTable.key(merge.left, merge.right)).inserted {
            result.append((merge.left, merge.right))
        }
        return result.reversed()
    }
}

/// What trainers ask of their options.
enum TrainingChecks {
    static func pipeline(_ words: WordCounter, _ pipeline: TokenizerPipeline) throws(TokenizerError) {
        guard words.pipeline == pipeline else {
            throw .invalidOption(name: "pipeline", reason: "the words were counted with another pipeline")
        }
    }

    static func size(_ vocabularySize: Int) throws(TokenizerError) {
        guard vocabularySize > 0, vocabularySize < 1 << 24 else {
            throw .invalidOption(
                name: "vocabularySize", reason: "\(vocabularySize) is not in the range of 1 to 16777215")
        }
    }

    static func unknown(_ token: String?, _ specialTokens: [String]) throws(TokenizerError) {
        guard let token else { return }
        guard specialTokens.contains(where: { Array($0.utf8) == Array(token.utf8) }) else {
            throw .invalidOption(name: "unknownToken", reason: "\"\(token)\" is not among the special tokens")
        }
    }

    /// The special tokens with their ids, each once.
    static func ids(_ tokens: [String], in vocabulary: TrainingVocabulary) -> [(content: String, id: TokenID)] {
        var seen: Set<TokenID> = []
        return tokens.compactMap { token in
            guard let id = vocabulary.id(of: Array(token.utf8)), seen.insert(id).inserted else { return nil }
            return (token, id)
        }
    }
}
