/// Probabilities for every class, with the truth; mergeable. Figures are those of scikit-learn.
///
/// Classes are numbers from 0; probabilities of one item add up to 1.
public struct ScoredClasses: Sendable, Equatable {
    /// How figures of classes, or of pairs of classes, become one.
    public enum Average: String, Sendable, CaseIterable {
        /// All count alike.
        case macro
        /// By how often they occur.
        case weighted
    }

    /// Classes.
    public let classCount: Int
    private var probabilities: [Double] = []
    private var truths: [Int] = []

    /// No items.
    ///
    /// - Throws: ``EvaluationError/invalidOption(name:value:expected:)`` for less than two classes.
    public init(classCount: Int) throws(EvaluationError) {
        guard classCount >= 2 else {
            throw .invalidOption(name: "classCount", value: "\(classCount)", expected: "2 or more")
        }
        self.classCount = classCount
    }

    /// Items.
    public var count: Int { truths.count }

    /// Adds one item.
    ///
    /// - Throws: ``EvaluationError`` for another number of classes, a probability outside 0 to 1, a sum that is not 1,
    ///   or a class that is none.
    public mutating func add(probabilities values: [Double], expected: Int) throws(EvaluationError) {
        guard values.count == classCount else {
            throw .countMismatch(
                first: "probabilities", firstCount: values.count, second: "classes", secondCount: classCount)
        }
        guard (0..<classCount).contains(expected) else {
            throw .invalidValue(
                what: "class", index: count, value: "\(expected)", expected: "0 to \(classCount - 1)")
        }
        for value in values where !(value >= 0 && value <= 1) {
            throw .invalidValue(what: "probability", index: count, value: "\(value)", expected: "0 to 1")
        }
        let sum = values.reduce(0, +)
        guard abs(sum - 1) < 1e-5 else {
            throw .invalidValue(what: "sum of probabilities", index: count, value: "\(sum)", expected: "1")
        }
        probabilities += values
        truths.append(expected)
    }

    /// Takes in another's items, after its own.
    ///
    /// - Throws: ``EvaluationError/countMismatch(first:firstCount:second:secondCount:)`` for another number of classes.
    public mutating func merge(_ other: ScoredClasses) throws(EvaluationError) {
        guard other.classCount == classCount else {
            throw .countMismatch(
                first: "classes", firstCount: classCount, second: "the other's classes", secondCount: other.classCount)
        }
        probabilities += other.probabilities
        truths += other.truths
    }

    private func probability(_ item: Int, _ label: Int) -> Double { probabilities[item * classCount + label] }

    /// One class against all others, for its curves and areas.
    public func predictions(of label: Int) throws(EvaluationError) -> ScoredPredictions {
        guard (0..<classCount).contains(label) else {
            throw .invalidOption(name: "label", value: "\(label)", expected: "0 to \(classCount - 1)")
        }
        return try predictions(of: label) { _ in true }
    }

    private func predictions(
        of label: Int, _ isIncluded: (Int) -> Bool
    ) throws(EvaluationError) -> ScoredPredictions {
        var result = ScoredPredictions()
        for item in 0..<count where isIncluded(truths[item]) {
            try result.add(score: probability(item, label), isPositive: truths[item] == label)
        }
        return result
    }

    /// Area under the ROC curve of each class against the rest, averaged; NaN when a class is missing.
    public func rocArea(average: Average = .macro) -> Double {
        var sum = 0.0
        for label in 0..<classCount {
            guard let scores = try? predictions(of: label) else { return .nan }
            let weight = average == .weighted ? Ratio.of(scores.positives, count) : 1 / Double(classCount)
            sum += scores.rocArea * weight
        }
        return sum
    }

    /// Area under the ROC curve of each class against each other one, averaged over pairs (Hand and Till 2001); NaN
    /// when a class is missing.
    public func pairwiseROCArea(average: Average = .macro) -> Double {
        var (sum, weights) = (0.0, 0.0)
        for first in 0..<classCount {
            for second in (first + 1)..<max(classCount, first + 1) {
                let isPair = { (label: Int) in label == first || label == second }
                guard let left = try? predictions(of: first, isPair),
                    let right = try? predictions(of: second, isPair)
                else { return .nan }
                let weight = average == .weighted ? Ratio.of(left.count, count) : 1
                sum += weight * (left.rocArea + right.rocArea) / 2
                weights += weight
            }
        }
        return weights > 0 ? sum / weights : .nan
    }

    /// Share of items whose class is among the `k` most probable ones; of equals the later class comes first.
    public func topAccuracy(_ k: Int) -> Double {
        let hits = (0..<count).count { item in
            let own = probability(item, truths[item])
            let ahead = (0..<classCount).count {
                let other = probability(item, $0)
                return other > own || (other == own && $0 > truths[item])
            }
            return ahead < k
        }
        return Ratio.of(hits, count)
    }

    /// Mean −log of the probability given to the truth, in nats, with probabilities kept an epsilon away from 0 and 1.
    public var logLoss: Double {
        (0..<count).reduce(0) { sum, item in
            sum - naturalLogarithm(min(max(probability(item, truths[item]), .ulpOfOne), 1 - .ulpOfOne))
        } / Double(max(1, count))
    }

    /// Mean squared distance of the probabilities from the truth (Brier 1950): 0 to 2, half of that for two classes.
    public var brierScore: Double {
        var sum = 0.0
        for item in 0..<count {
            for label in 0..<classCount {
                let difference = probability(item, label) - (truths[item] == label ? 1 : 0)
                sum += difference * difference
            }
        }
        return sum / Double(max(1, count)) * (classCount < 3 ? 0.5 : 1)
    }

    /// The most probable class of each item (of equals the first) as a prediction of its own: its probability, and
    /// whether it is right. What calibration of a classifier is measured on.
    public var confidences: ScoredPredictions {
        var result = ScoredPredictions()
        for item in 0..<count {
            var best = 0
            for label in 1..<classCount where probability(item, label) > probability(item, best) { best = label }
            try? result.add(score: probability(item, best), isPositive: best == truths[item])
        }
        return result
    }
}
