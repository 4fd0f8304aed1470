#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Wald's sequential probability ratio test on pairs: is the second of a pair worse more often than the first?
///
/// Pairs in which neither is worse say nothing. Among the others, the second is the worse one with probability 1/2 when
/// both are alike (H0), and with `odds / (1 + odds)` when it is harmful by that factor (H1). No distribution is
/// assumed and no level has to be known beforehand: it works for failures, latencies and scores alike.
///
/// Source: Wald, "Sequential Analysis", 1947, chapters 3 and 6 (double dichotomies).
public struct SequentialSignTest: Sendable, Hashable {
    /// What the pairs say so far.
    public enum Verdict: String, Sendable, Hashable {
        /// Not enough pairs yet.
        case undecided
        /// Alike, with at most the stated chance of missing harm.
        case alike
        /// Worse, with at most the stated chance of a false alarm.
        case worse
    }

    /// How much more often the harmful one is the worse of a pair.
    public let odds: Double
    /// Chance of calling an equal one worse.
    public let falseAlarm: Double
    /// Chance of calling one that is worse by ``odds`` alike.
    public let missedHarm: Double
    /// ln of the likelihood ratio, H1 over H0.
    public private(set) var logLikelihoodRatio = 0.0
    /// Pairs seen.
    public private(set) var pairs = 0
    /// Pairs in which the second was worse.
    public private(set) var worse = 0
    /// Pairs in which the first was worse.
    public private(set) var better = 0
    /// What the pairs say; does not change once it is decided.
    public private(set) var verdict = Verdict.undecided

    /// A test; `odds` above 1, chances between 0 and 1/2.
    public init(odds: Double = 4, falseAlarm: Double = 0.01, missedHarm: Double = 0.05) {
        self.odds = max(1.01, odds)
        self.falseAlarm = min(max(falseAlarm, 1e-9), 0.5)
        self.missedHarm = min(max(missedHarm, 1e-9), 0.5)
    }

    /// Adds a pair: `difference` above zero when the second was worse, below when the first was, zero for a tie.
    public mutating func add(difference: Double) {
        pairs += 1
        guard verdict == .undecided, difference != 0, !difference.isNaN else { return }
        let probability = odds / (1 + odds)
        if difference > 0 {
            worse += 1
            logLikelihoodRatio += log(2 * probability)
        } else {
            better += 1
            logLikelihoodRatio += log(2 * (1 - probability))
        }
        if logLikelihoodRatio >= log((1 - missedHarm) / falseAlarm) {
            verdict = .worse
        } else if logLikelihoodRatio <= log(missedHarm / (1 - falseAlarm)) {
            verdict = .alike
        }
    }
}
