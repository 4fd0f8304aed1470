public import LLMTensor

/// Turns raw documents into a training corpus as a ``Recipe`` says: stages, deduplication, split, tokens.
///
/// Work is done in numbered chunks, several at a time, and each finished step leaves a file, so that a run that was killed
/// goes on where it was and ends with the same bytes as one that was not: the result does not depend on threads,
/// interruptions or time. Memory holds a few chunks, the signatures of deduplication, and the ids of all documents.
///
/// A folder then holds `manifest.json` (settings, inputs, the SHA-256 of every file), `statistics.json`,
/// `malformed.jsonl`, `<part>-00000.tokens` ..., `<part>.jsonl`, and when asked for `excluded.jsonl` and
/// `tokens.sqlite`.
public struct PreparationPipeline: Sendable {
    /// What is done.
    public let recipe: Recipe
    /// What is read, in this order.
    public let sources: [any DocumentSource]
    /// Where everything is written.
    public let folder: String
    /// How it is done.
    public let options: Options
    let report: @Sendable (PreparationProgress) -> Void

    /// How the work is done; the result does not depend on it.
    public struct Options: Sendable {
        /// Chunks that are worked on at once.
        public var threads: Int
        /// Whether the result of another recipe or other inputs in the folder is removed.
        public var overwrites: Bool

        /// Makes options.
        public init(threads: Int = ComputePool.processorCount, overwrites: Bool = false) {
            self.threads = max(1, threads)
            self.overwrites = overwrites
        }
    }

    /// Makes a pipeline. ``run()`` starts it.
    ///
    /// - Parameter progress: called from any thread.
    public init(
        recipe: Recipe, sources: [any DocumentSource], folder: String, options: Options = Options(),
        progress: @escaping @Sendable (PreparationProgress) -> Void = { _ in }
    ) {
        self.recipe = recipe
        self.sources = sources
        self.folder = folder
        self.options = options
        report = progress
    }

    /// Does the work, or what is left of it. A folder that is finished already is left as it is.
    ///
    /// - Throws: ``PreparationError``, `CancellationError`, and what sources and files throw.
    public func run() async throws -> PreparationResult {
        let job = try PreparationJob(recipe: recipe, sources: sources)
        let space = PreparationFolder(path: folder)
        if let finished = try space.begin(job, overwrites: options.overwrites) { return finished }
        let chunks = try await filter(space)
        try Task.checkCancellation()
        let removals = try deduplicate(space, chunks: chunks)
        try Task.checkCancellation()
        try await tokenize(space, chunks: chunks, removals: removals)
        try Task.checkCancellation()
        return try assemble(space, job: job, chunks: chunks)
    }

    /// Runs numbered work, several at a time; the first error ends it.
    func concurrently(_ count: Int, _ work: @escaping @Sendable (Int) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= options.threads { try await group.next() }
                group.addTask {
                    try Task.checkCancellation()
                    try work(number)
                }
            }
            try await group.waitForAll()
        }
    }
}

/// How far a preparation is.
public struct PreparationProgress: Sendable, Equatable {
    /// The steps, in order.
    public enum Step: String, Sendable, CaseIterable {
        /// Reading, and the stages that look at one document.
        case filter
        /// The stages that look at all documents.
        case deduplicate
        /// Splitting and tokenizing.
        case tokenize
        /// Writing the result.
        case write
    }

    /// The current step.
    public var step: Step
    /// Records or chunks of this step that are done.
    public var done: Int
    /// How many there are, when it is known.
    public var total: Int?
    /// Bytes of text that were read in this step.
    public var bytes: Int
}

/// What a preparation gave.
public struct PreparationResult: Sendable {
    /// The counts.
    public var statistics: PreparationStatistics
    /// The files of the result, relative to the folder, in the order of their names.
    public var files: [String]
    /// Whether the folder was finished before.
    public var wasFinished: Bool
}

/// What goes wrong with a preparation, apart from recipes, sources and files.
public enum PreparationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder holds the result, or part of it, of another recipe or other inputs.
    case otherJob(folder: String, difference: String)
    /// A file of the pipeline itself is damaged.
    case damaged(path: String, reason: String)

    /// A sentence that says what to do.
    public var description: String {
        switch self {
        case .otherJob(let folder, let difference):
            "\(folder): holds a preparation with another \(difference); choose another folder or overwrite it"
        case .damaged(let path, let reason): "\(path): \(reason)"
        }
    }
}
