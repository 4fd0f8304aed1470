/// Pairs the requests of two versions as they come, and decides between them.
///
/// A value without a clock: the same outcomes in the same order decide the same.
public struct CanaryJudge: Sendable {
    /// Which version a request went to.
    public enum Side: Sendable, Hashable {
        /// The version that was there before.
        case stable
        /// The version on trial.
        case canary
    }

    private struct Measure {
        var test: SequentialSignTest
        /// Values waiting for a partner, the oldest first; larger is worse. All of one side.
        var unpaired: [Double] = []
        var unpairedSide = Side.stable
        static let limit = 1000

        mutating func add(_ value: Double, _ side: Side) {
            if unpaired.isEmpty || side == unpairedSide {
                unpairedSide = side
                unpaired.append(value)
                if unpaired.count > Self.limit { unpaired.removeFirst() }
                return
            }
            // The latest is the fairest partner: both ran under the same load.
            guard let partner = unpaired.popLast() else { return }
            test.add(difference: side == .canary ? value - partner : partner - value)
        }
    }

    /// What it decides by.
    public let policy: CanaryPolicy
    private var measures: [CanaryPolicy.Measure: Measure]

    /// A judge that has seen nothing.
    public init(policy: CanaryPolicy) {
        self.policy = policy
        let falseAlarm = policy.falseAlarm / Double(max(1, policy.measures.count))
        measures = Dictionary(
            uniqueKeysWithValues: policy.measures.map {
                (
                    $0,
                    Measure(
                        test: SequentialSignTest(
                            odds: policy.odds, falseAlarm: falseAlarm, missedHarm: policy.missedHarm))
                )
            })
    }

    /// The test of a measure.
    public func test(_ measure: CanaryPolicy.Measure) -> SequentialSignTest? { measures[measure]?.test }

    /// Adds what a request was measured at.
    ///
    /// - Parameter value: failures as 1 or 0, latencies in seconds, qualities as scores.
    public mutating func add(_ measure: CanaryPolicy.Measure, _ value: Double, _ side: Side) {
        measures[measure]?.add(measure == .quality ? -value : value, side)
    }

    /// The decision and its reason; nil while there is none.
    public var decision: (action: RolloutDecision.Action, reason: String)? {
        let tests = CanaryPolicy.Measure.allCases.compactMap { name in measures[name].map { (name, $0.test) } }
        if let (name, test) = tests.first(where: { $0.1.verdict == .worse }) {
            return (.rollback, Self.describe(name, test))
        }
        guard let pairs = tests.map(\.1.pairs).max(), pairs >= policy.minimumPairs else { return nil }
        let reason = tests.map { Self.describe($0, $1) }.joined(separator: "; ")
        // No request failed on either side: nothing to hold against it.
        let areDecided = tests.allSatisfy { name, test in
            test.verdict == .alike
                || (name == .failure && test.pairs >= policy.minimumPairs && test.worse + test.better == 0)
        }
        if areDecided { return (.promote, reason) }
        guard pairs >= policy.maximumPairs else { return nil }
        let limit = Double.logOfRatio(1 - policy.missedHarm, policy.falseAlarm) / 2
        return (tests.contains { $0.1.logLikelihoodRatio > limit } ? .rollback : .promote, reason)
    }

    /// Pairs of the measure seen most.
    public var pairs: Int { measures.values.map(\.test.pairs).max() ?? 0 }

    private static func describe(_ measure: CanaryPolicy.Measure, _ test: SequentialSignTest) -> String {
        "\(measure.rawValue): worse in \(test.worse) and better in \(test.better) of \(test.pairs) pairs"
    }
}
