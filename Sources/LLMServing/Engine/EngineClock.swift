/// Where an engine takes its time from: monotonic, the same for all events of a process.
public protocol EngineClock: Sendable {
    /// Time since some fixed moment.
    var now: Duration { get }
}

/// The system's monotonic clock.
public struct SystemEngineClock: EngineClock {
    private static let start = ContinuousClock.now

    /// The clock.
    public init() {}

    /// Time since the clock was first looked at in this process.
    public var now: Duration { ContinuousClock.now - Self.start }
}
