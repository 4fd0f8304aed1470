/// How a new version is tried on part of the traffic, and what decides about it.
public struct CanaryPolicy: Sendable, Hashable {
    /// What is compared between the versions, request by request.
    public enum Measure: String, Sendable, Hashable, CaseIterable {
        /// Whether the request failed or missed its deadline.
        case failure
        /// Time per token, queueing left out.
        case latency
        /// A score somebody gave the answer, larger is better.
        case quality
    }

    /// The share of requests that go to the new version, 0 to 1. A routing key always goes to the same one.
    public var share = 0.1
    /// What is compared. A measure nobody reports stays undecided until ``maximumPairs``.
    public var measures: Set<Measure> = [.failure, .latency]
    /// How many times more often the worse of a pair a harmful version is.
    public var odds = 4.0
    /// Chance of rolling back a version that is alike, over all measures.
    public var falseAlarm = 0.01
    /// Chance, per measure, of missing one that is worse by ``odds``.
    public var missedHarm = 0.05
    /// Pairs that must have been seen before a version is promoted.
    public var minimumPairs = 30
    /// Pairs after which it is decided at the latest; by then, what leans less than half way to "worse" is promoted.
    public var maximumPairs = 400

    /// The defaults.
    public init() {}
}

/// What became of a version on trial.
public struct RolloutDecision: Sendable, Hashable {
    /// What is done.
    public enum Action: String, Sendable, Hashable {
        /// It takes all the traffic.
        case promote
        /// It takes none any more.
        case rollback
    }

    /// What is done.
    public var action: Action
    /// The name it was tried under.
    public var name: String
    /// The version on trial.
    public var version: String
    /// The version that was there before.
    public var stable: String
    /// Why, with the counts that decided.
    public var reason: String
    /// Pairs seen.
    public var pairs: Int
}
