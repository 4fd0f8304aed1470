/// Makes a tokenizer from a corpus.
///
/// Trainers are values: they may be used from any thread and more than once. The same counts give the same tokenizer,
/// whatever the number of threads and the order of the texts.
public protocol TokenizerTrainer: Sendable {
    /// What the tokenizer does around its model.
    var pipeline: TokenizerPipeline { get }

    /// Makes a tokenizer from the words of a corpus.
    ///
    /// - Parameters:
    ///   - words: counted with this trainer's pipeline.
    ///   - progress: called now and then on the calling thread.
    /// - Throws: ``TokenizerError`` for options that cannot be, `CancellationError` when the task is cancelled.
    func train(
        _ words: WordCounter, progress: (TokenizerTrainingProgress) -> Void
    ) throws -> TrainedTokenizer
}

extension TokenizerTrainer {
    /// Makes a tokenizer from the words of a corpus.
    public func train(_ words: WordCounter) throws -> TrainedTokenizer { try train(words) { _ in } }

    /// Makes a tokenizer from texts, which are read once and not kept.
    ///
    /// - Parameters:
    ///   - texts: the corpus; no token reaches over the end of a text.
    ///   - threads: threads that count words; all processors by default.
    ///   - progress: called now and then on the calling thread.
    /// - Throws: ``TokenizerError`` for options that cannot be, `CancellationError` when the task is cancelled.
    public func train(
        texts: some Sequence<String>, threads: Int? = nil,
        progress: (TokenizerTrainingProgress) -> Void = { _ in }
    ) throws -> TrainedTokenizer {
        let words = try WordCounter(pipeline: pipeline, threads: threads)
        for text in texts {
            words.add(text)
            try words.report(progress)
        }
        return try train(words, progress: progress)
    }

    /// Makes a tokenizer from a stream of texts, which are not kept.
    ///
    /// - Throws: what the stream throws, ``TokenizerError`` for options that cannot be, `CancellationError` when the
    ///   task is cancelled.
    public func train<Texts: AsyncSequence>(
        texts: Texts, threads: Int? = nil, progress: (TokenizerTrainingProgress) -> Void = { _ in }
    ) async throws -> TrainedTokenizer where Texts.Element == String {
        let words = try WordCounter(pipeline: pipeline, threads: threads)
        for try await text in texts {
            words.add(text)
            try words.report(progress)
        }
        return try train(words, progress: progress)
    }
}

/// How far training is.
public struct TokenizerTrainingProgress: Sendable, Equatable {
    /// What is being done.
    public enum Stage: String, Sendable, Equatable {
        /// Words are counted; `completed` are bytes.
        case counting
        /// Pairs are merged; `completed` are tokens.
        case merging
        /// Substrings are collected; `completed` are words.
        case seeding
        /// Probabilities are estimated and tokens dropped; `completed` are rounds.
        case estimating
    }

    /// What is being done.
    public var stage: Stage
    /// How much of it is done.
    public var completed: Int
    /// How much there is in all, if known.
    public var total: Int?

    /// A state of training.
    public init(stage: Stage, completed: Int, total: Int? = nil) {
        self.stage = stage
        self.completed = completed
        self.total = total
    }
}

extension WordCounter {
    /// Reports now and then, and throws when the task is cancelled.
    func report(_ progress: (TokenizerTrainingProgress) -> Void) throws {
        guard textCount & 1023 == 0 else { return }
        try Task.checkCancellation()
        progress(TokenizerTrainingProgress(stage: .counting, completed: byteCount, total: nil))
    }
}
