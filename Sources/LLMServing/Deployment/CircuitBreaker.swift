/// Stops sending requests to what keeps failing, and lets a few through now and then to see whether it recovered.
///
/// A value with one owner; time comes in with every call.
public struct CircuitBreaker: Sendable, Hashable {
    /// When it opens and closes.
    public struct Configuration: Sendable, Hashable {
        /// Requests that count, the latest ones.
        public var window = 50
        /// Requests there must be before it opens.
        public var minimumRequests = 10
        /// The share of failures at which it opens.
        public var failureShare = 0.5
        /// How long it stays open before requests are let through on trial.
        public var openTime = Duration.seconds(5)
        /// Requests on trial that must succeed before it closes.
        public var probes = 3

        /// The defaults.
        public init() {}
    }

    /// What it does with requests.
    public enum State: Sendable, Hashable {
        /// Lets them through.
        case closed
        /// Refuses them until the given time.
        case open(until: Duration)
        /// Lets some through on trial: so many are under way, so many came back well.
        case halfOpen(underWay: Int, succeeded: Int)
    }

    /// What it does with requests.
    public private(set) var state = State.closed
    private let configuration: Configuration
    private var outcomes: [Bool] = []
    private var next = 0

    /// A closed breaker.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Whether a request may go through now; if not, when to try again. A request that may counts as under way.
    public mutating func admit(now: Duration) -> Duration? {
        switch state {
        case .closed: return nil
        case .open(let until) where now < until: return until - now
        case .open:
            state = .halfOpen(underWay: 1, succeeded: 0)
            return nil
        case .halfOpen(let underWay, let succeeded):
            guard underWay + succeeded < configuration.probes else { return configuration.openTime }
            state = .halfOpen(underWay: underWay + 1, succeeded: succeeded)
            return nil
        }
    }

    /// A request that was let through came back; nil when it says nothing about health (it was cancelled).
    public mutating func record(_ succeeded: Bool?, now: Duration) {
        switch state {
        case .closed:
            guard let succeeded else { return }
            note(succeeded)
            let failures = outcomes.count { !$0 }
            if outcomes.count >= configuration.minimumRequests,
                Double(failures) >= configuration.failureShare * Double(outcomes.count)
            {
                open(now)
            }
        case .open: break
        case .halfOpen(let underWay, let count):
            guard succeeded != false else { return open(now) }
            let total = count + (succeeded == true ? 1 : 0)
            if total >= configuration.probes {
                state = .closed
            } else {
                state = .halfOpen(underWay: max(0, underWay - 1), succeeded: total)
            }
        }
    }

    private mutating func note(_ succeeded: Bool) {
        if outcomes.count < configuration.window {
            outcomes.append(succeeded)
        } else {
            outcomes[next] = succeeded
            next = (next + 1) % configuration.window
        }
    }

    private mutating func open(_ now: Duration) {
        state = .open(until: now + configuration.openTime)
        outcomes.removeAll()
        next = 0
    }
}
