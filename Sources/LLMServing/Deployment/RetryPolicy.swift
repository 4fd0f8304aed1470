#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// When and how often a request that failed before its first token is tried again.
public struct RetryPolicy: Sendable, Hashable {
    /// Tries in all; 1 for none again.
    public var attempts = 3
    /// The longest pause before the second try; doubles with every try.
    public var firstPause = Duration.milliseconds(50)
    /// The longest pause of all.
    public var longestPause = Duration.seconds(2)
    /// Tries again per request, on average: what keeps retries from making an overload worse.
    public var budgetShare = 0.1
    /// Tries again that may be saved up.
    public var budgetLimit = 10.0

    /// The defaults.
    public init() {}

    /// The pause before try number `attempt`, counted from 2: anything from nothing to the longest ("full jitter").
    ///
    /// - Parameter draw: uniform in [0, 1).
    public func pause(before attempt: Int, draw: Double) -> Duration {
        let factor = pow(2, Double(max(0, attempt - 2)))
        return min(longestPause, firstPause * factor) * draw
    }
}

/// How many tries again are left: every request adds a share of one, every try again takes one.
struct RetryBudget: Sendable {
    private let policy: RetryPolicy
    private var balance: Double

    init(_ policy: RetryPolicy) {
        self.policy = policy
        balance = policy.budgetLimit
    }

    mutating func deposit() { balance = min(policy.budgetLimit, balance + policy.budgetShare) }

    mutating func withdraw() -> Bool {
        guard balance >= 1 else { return false }
        balance -= 1
        return true
    }
}

/// A limit of requests under way that grows by one per full round of good answers and shrinks by a tenth when one is
/// bad: additive increase, multiplicative decrease.
///
/// Source: Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion avoidance", 1989.
public struct AdaptiveLimit: Sendable, Hashable {
    /// Requests that may be under way.
    public var limit: Int { Int(value) }
    private var value: Double
    private let bounds: ClosedRange<Int>

    /// Starts at the upper bound.
    public init(_ bounds: ClosedRange<Int>) {
        self.bounds = bounds
        value = Double(bounds.upperBound)
    }

    /// An answer came back; bad ones failed, or were late.
    public mutating func record(isGood: Bool) {
        value = isGood ? min(Double(bounds.upperBound), value + 1 / value) : max(Double(bounds.lowerBound), value * 0.9)
    }
}

extension Double {
    /// ln(a / b).
    static func logOfRatio(_ a: Double, _ b: Double) -> Double { log(a / b) }
}
