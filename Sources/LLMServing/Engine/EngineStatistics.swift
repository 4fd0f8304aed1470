/// Counters and levels of an engine at one moment. Counters only grow.
public struct EngineStatistics: Sendable, Hashable {
    /// Requests being computed.
    public var running = 0
    /// Requests in the queue, those put aside included.
    public var waiting = 0
    /// Bytes of key/value memory in use, kept prefixes included.
    public var keyValueBytes = 0
    /// Bytes of it that hold only kept prefixes.
    public var prefixBytes = 0
    /// The limit of ``keyValueBytes``.
    public var keyValueLimit = 0
    /// Requests taken in.
    public var accepted = 0
    /// Requests turned away.
    public var refused = 0
    /// Requests completed.
    public var completed = 0
    /// Requests cancelled by their readers, slow ones included.
    public var cancelled = 0
    /// Requests that missed their deadline.
    public var expired = 0
    /// Requests that failed.
    public var failed = 0
    /// Times a request was put aside for want of memory.
    public var preemptions = 0
    /// Prompt tokens of requests that were started.
    public var promptTokens = 0
    /// Prompt tokens that came from earlier requests.
    public var cachedTokens = 0
    /// Tokens generated.
    public var generatedTokens = 0
    /// Steps computed.
    public var steps = 0
    /// Time spent in steps.
    public var stepTime = Duration.zero

    /// The share of the key/value memory in use, 0 to 1.
    public var keyValueUsage: Double {
        keyValueLimit > 0 ? Double(keyValueBytes) / Double(keyValueLimit) : 0
    }

    /// No counts yet.
    public init() {}
}

extension EngineStatistics {
    /// Adds the counters of `other`; levels stay.
    mutating func add(_ other: EngineStatistics) {
        completed += other.completed
        cancelled += other.cancelled
        expired += other.expired
        failed += other.failed
        preemptions += other.preemptions
        promptTokens += other.promptTokens
        cachedTokens += other.cachedTokens
        generatedTokens += other.generatedTokens
        steps += other.steps
        stepTime += other.stepTime
    }
}
