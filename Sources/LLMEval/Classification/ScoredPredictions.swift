/// Scores for one class against the rest, with the truth; mergeable. Curves and figures are those of scikit-learn.
///
/// A score may be any finite number for ranking figures; ``logLoss``, ``brierScore`` and calibration take it as a
/// probability.
public struct ScoredPredictions: Sendable, Equatable {
    private var scores: [Double] = []
    private var truths: [Bool] = []

    /// No predictions.
    public init() {}

    /// Predictions.
    public var count: Int { scores.count }
    /// Those of the positive class.
    public var positives: Int { truths.count { $0 } }

    /// Adds one prediction.
    ///
    /// - Throws: ``EvaluationError/invalidValue(what:index:value:expected:)`` for a score that is not finite.
    public mutating func add(score: Double, isPositive: Bool) throws(EvaluationError) {
        guard score.isFinite else {
            throw .invalidValue(what: "score", index: count, value: "\(score)", expected: "a finite number")
        }
        scores.append(score)
        truths.append(isPositive)
    }

    /// Takes in another's predictions, after its own.
    public mutating func merge(_ other: ScoredPredictions) {
        scores.append(contentsOf: other.scores)
        truths.append(contentsOf: other.truths)
    }

    /// A point of a curve: counts of predictions at or above a threshold.
    struct Step {
        var threshold: Double
        var truePositives: Int
        var falsePositives: Int
    }

    /// One step per distinct score, from the largest down.
    var steps: [Step] {
        let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
        var steps: [Step] = []
        var (truePositives, falsePositives) = (0, 0)
        for (rank, index) in order.enumerated() {
            if truths[index] { truePositives += 1 } else { falsePositives += 1 }
            if rank + 1 == order.count || scores[order[rank + 1]] != scores[index] {
                steps.append(
                    Step(threshold: scores[index], truePositives: truePositives, falsePositives: falsePositives))
            }
        }
        return steps
    }

    /// A point of the receiver operating characteristic.
    public struct ROCPoint: Sendable, Equatable {
        /// Predictions with at least this score count as positive.
        public var threshold: Double
        /// Share of the negatives that do.
        public var falsePositiveRate: Double
        /// Share of the positives that do.
        public var truePositiveRate: Double
    }

    /// The receiver operating characteristic without points on a straight line; empty when a class is missing.
    public var rocCurve: [ROCPoint] {
        let steps = steps
        guard let last = steps.last, last.truePositives > 0, last.falsePositives > 0 else { return [] }
        var kept: [Step] = []
        for index in steps.indices {
            if index > 0, index + 1 < steps.count {
                let (before, here, after) = (steps[index - 1], steps[index], steps[index + 1])
                let bend = before.truePositives - 2 * here.truePositives + after.truePositives
                let falseBend = before.falsePositives - 2 * here.falsePositives + after.falsePositives
                if bend == 0, falseBend == 0 { continue }
            }
            kept.append(steps[index])
        }
        return [ROCPoint(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0)]
            + kept.map {
                ROCPoint(
                    threshold: $0.threshold, falsePositiveRate: Ratio.of($0.falsePositives, last.falsePositives),
                    truePositiveRate: Ratio.of($0.truePositives, last.truePositives))
            }
    }

    /// Area under the ROC curve: how likely a positive scores above a negative; NaN when a class is missing.
    public var rocArea: Double {
        let curve = rocCurve
        guard !curve.isEmpty else { return .nan }
        return zip(curve, curve.dropFirst()).reduce(0) { area, points in
            let (before, here) = points
            return area + (here.falsePositiveRate - before.falsePositiveRate)
                * (here.truePositiveRate + before.truePositiveRate) / 2
        }
    }

    /// A point of the precision-recall curve.
    public struct PrecisionRecallPoint: Sendable, Equatable {
        /// Predictions with at least this score count as positive; infinite for the last point.
        public var threshold: Double
        /// Share of those that are.
        public var precision: Double
        /// Share of the positives among them.
        public var recall: Double
    }

    /// The precision-recall curve by rising thresholds, ending in precision 1 and recall 0. Without positives recall
    /// is 1 everywhere else.
    public var precisionRecallCurve: [PrecisionRecallPoint] {
        let steps = steps
        let positives = steps.last?.truePositives ?? 0
        return steps.reversed().map {
            PrecisionRecallPoint(
                threshold: $0.threshold, precision: Ratio.of($0.truePositives, $0.truePositives + $0.falsePositives),
                recall: positives > 0 ? Ratio.of($0.truePositives, positives) : 1)
        } + [PrecisionRecallPoint(threshold: .infinity, precision: 1, recall: 0)]
    }

    /// Precision averaged over the steps of recall; 0 without positives.
    public var averagePrecision: Double {
        guard positives > 0 else { return 0 }
        let curve = precisionRecallCurve
        return zip(curve, curve.dropFirst()).reduce(0) { $0 + ($1.0.recall - $1.1.recall) * $1.0.precision }
    }
}

extension ScoredPredictions {
    /// Mean −log of the probability given to the truth, in nats, with probabilities kept an epsilon away from 0 and 1.
    public var logLoss: Double {
        let epsilon = Double.ulpOfOne
        return zip(scores, truths).reduce(0) { sum, pair in
            let probability = min(max(pair.0, epsilon), 1 - epsilon)
            // The other class's probability is clipped by itself, as scikit-learn does.
            let other = min(max(1 - pair.0, epsilon), 1 - epsilon)
            return sum - naturalLogarithm(pair.1 ? probability : other)
        } / Double(max(1, count))
    }

    /// Mean squared difference of probability and truth.
    public var brierScore: Double {
        zip(scores, truths).reduce(0) { $0 + ($1.0 - ($1.1 ? 1 : 0)) * ($1.0 - ($1.1 ? 1 : 0)) }
            / Double(max(1, count))
    }

    /// Predictions whose probabilities lie in one interval.
    public struct CalibrationBin: Sendable, Equatable {
        /// Mean probability.
        public var meanProbability: Double
        /// Share of positives.
        public var positiveShare: Double
        /// Predictions.
        public var count: Int
    }

    /// The bins of equal width over 0 to 1 that are not empty; a probability on an edge belongs to the bin below.
    public func calibration(bins: Int = 10) -> [CalibrationBin] {
        let bins = max(1, bins)
        var sums = Array(repeating: (probability: 0.0, positives: 0, count: 0), count: bins)
        for (score, truth) in zip(scores, truths) {
            var (low, high) = (0, bins - 1)
            while low < high {
                let middle = (low + high) / 2
                if score > Double(middle + 1) * (1 / Double(bins)) { low = middle + 1 } else { high = middle }
            }
            sums[low].probability += score
            sums[low].positives += truth ? 1 : 0
            sums[low].count += 1
        }
        return sums.filter { $0.count > 0 }.map {
            CalibrationBin(
                meanProbability: $0.probability / Double($0.count), positiveShare: Ratio.of($0.positives, $0.count),
                count: $0.count)
        }
    }

    /// Expected calibration error (Naeini et al., 2015): mean distance of probability and share, by bin size.
    public func expectedCalibrationError(bins: Int = 10) -> Double {
        calibration(bins: bins).reduce(0) {
            $0 + abs($1.meanProbability - $1.positiveShare) * Double($1.count) / Double(count)
        }
    }
}
