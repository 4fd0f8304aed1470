/// What a model says about the tokens of one text.
public struct TokenLikelihoods: Sendable, Hashable {
    /// Log-probability of each token after those before it, in nats.
    public var logProbabilities: [Double]
    /// By token: mean of the log-probabilities of the whole vocabulary under the model's own distribution; for
    /// Min-K%++.
    public var means: [Double]
    /// By token: standard deviation of the same.
    public var deviations: [Double]

    /// Likelihoods; without means and deviations there is no Min-K%++.
    public init(logProbabilities: [Double], means: [Double] = [], deviations: [Double] = []) {
        self.logProbabilities = logProbabilities
        self.means = means
        self.deviations = deviations
    }

    /// Takes one token's numbers from the log-probabilities of the whole vocabulary.
    public mutating func append(token: Int, distribution: [Float]) {
        guard distribution.indices.contains(token) else { return }
        var (mean, square) = (0.0, 0.0)
        for value in distribution where value > -80 {
            let probability = Libm.exp(Double(value))
            mean += probability * Double(value)
            square += probability * Double(value) * Double(value)
        }
        logProbabilities.append(Double(distribution[token]))
        means.append(mean)
        deviations.append(max(0, square - mean * mean).squareRoot())
    }
}

/// Scores by which one guesses whether a text was in the training data; higher: more likely a member.
///
/// Attacks of this kind are near chance on models trained in one pass (Duan et al. 2024, arXiv 2402.07841), and work
/// after several epochs of tuning. An area of 0.5 is no proof of privacy.
public enum MembershipScore: Sendable, Hashable {
    /// Mean log-probability.
    case loss
    /// Negative log-likelihood over the compressed size, negated (Carlini et al. 2021).
    case compression
    /// Mean of the lowest share of log-probabilities (Shi et al. 2024); 0.2 is usual.
    case minK(Double)
    /// The same of normalized log-probabilities (Zhang et al. 2024).
    case minKPlusPlus(Double)
    /// Mean log-probability minus a reference model's.
    case reference

    /// The score of a text; nil when it has no tokens or what the score needs is not there.
    ///
    /// - Parameter reference: The likelihoods under the reference model.
    public func value(_ likelihoods: TokenLikelihoods, text: String, reference: TokenLikelihoods? = nil) -> Double? {
        let values = likelihoods.logProbabilities
        guard !values.isEmpty else { return nil }
        switch self {
        case .loss: return Self.mean(values[...])
        case .compression:
            return values.reduce(0, +) / Double(max(1, CompressedSize.bytes(Array(text.utf8))))
        case .minK(let share): return Self.lowest(values, share)
        case .minKPlusPlus(let share):
            guard likelihoods.means.count == values.count, likelihoods.deviations.count == values.count else {
                return nil
            }
            let normalized = values.indices.map {
                (values[$0] - likelihoods.means[$0]) / max(likelihoods.deviations[$0], 1e-6)
            }
            return Self.lowest(normalized, share)
        case .reference:
            guard let reference, !reference.logProbabilities.isEmpty else { return nil }
            return Self.mean(values[...]) - Self.mean(reference.logProbabilities[...])
        }
    }

    private static func lowest(_ values: [Double], _ share: Double) -> Double {
        let kept = min(values.count, max(1, Int(Double(values.count) * min(1, max(0, share)))))
        return mean(values.sorted().prefix(kept))
    }

    private static func mean(_ values: ArraySlice<Double>) -> Double { values.reduce(0, +) / Double(values.count) }
}

/// How well scores tell members from others.
public struct MembershipInference: Sendable, Hashable {
    /// Area under the receiver operating curve: 0.5 is chance.
    public let area: Double
    /// Members found when at most 1 % of the others are taken for members.
    public let truePositiveRateAt1Percent: Double

    /// Compares scores of texts that were in training with scores of texts that were not.
    ///
    /// - Throws: ``LeakageError/nothingToCompare(_:)``
    public init(members: [Double], others: [Double]) throws(LeakageError) {
        guard !members.isEmpty, !others.isEmpty else { throw .nothingToCompare("members or others") }
        let ranks = RankStatistics.ranks(members + others)
        let sum = ranks.prefix(members.count).reduce(0, +)
        let count = Double(members.count)
        area = (sum - count * (count + 1) / 2) / (count * Double(others.count))
        let allowed = others.count / 100
        let threshold = others.sorted(by: >)[allowed]
        truePositiveRateAt1Percent = Double(members.count { $0 > threshold }) / count
    }
}
