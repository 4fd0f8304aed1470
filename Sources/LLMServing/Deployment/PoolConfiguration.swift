/// How a pool guards its models.
public struct PoolConfiguration: Sendable, Hashable {
    /// Trying again before the first token.
    public var retry = RetryPolicy()
    /// When a version that keeps failing is left alone.
    public var breaker = CircuitBreaker.Configuration()
    /// Bounds of the requests under way per version; queued ones count.
    public var underWay = 1...1024
    /// An answer counts as late, and lowers the limit of requests under way, when its first token took longer.
    public var lateAfter = Duration.seconds(30)
    /// Versions remembered for a rollback, per name.
    public var historyLimit = 16

    /// The defaults.
    public init() {}
}

/// What answers to a name, as a list of models shows it.
public struct ModelStatus: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The version that serves it.
    public var version: String
    /// The version on trial, and its share of the requests.
    public var canary: String?
    /// The share of requests that go to it.
    public var canaryShare: Double
    /// Other names for it.
    public var aliases: [String]
}
