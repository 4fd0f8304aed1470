/// Counts of expected and predicted classes; mergeable. The figures are those of scikit-learn, where a division by zero
/// gives 0.
public struct ConfusionMatrix: Sendable, Equatable {
    private struct Pair: Hashable {
        var expected: String
        var predicted: String
    }

    private var counts: [Pair: Int] = [:]

    /// An empty matrix.
    public init() {}

    /// Adds one item.
    public mutating func add(expected: String, predicted: String) {
        counts[Pair(expected: expected, predicted: predicted), default: 0] += 1
    }

    /// Takes in another matrix's items.
    public mutating func merge(_ other: ConfusionMatrix) {
        counts.merge(other.counts, uniquingKeysWith: +)
    }

    /// All classes, expected or predicted: by value when all are whole numbers, else by code points.
    public var labels: [String] {
        let names = Set(counts.keys.flatMap { [$0.expected, $0.predicted] })
        if names.allSatisfy({ Int($0) != nil }) { return names.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) } }
        return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }

    /// The counts and everything computed from them; nil without items.
    public func result() -> ClassificationResult? {
        let labels = labels
        guard !labels.isEmpty else { return nil }
        let index = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
        var matrix = Array(repeating: Array(repeating: 0, count: labels.count), count: labels.count)
        for (pair, count) in counts {
            if let row = index[pair.expected], let column = index[pair.predicted] { matrix[row][column] = count }
        }
        return ClassificationResult(labels: labels, matrix: matrix)
    }
}

/// Precision, recall, F1 and how many items there are to find.
public struct ClassScores: Sendable, Equatable {
    /// Share of the predicted items that are right.
    public var precision: Double
    /// Share of the expected items that were found.
    public var recall: Double
    /// Harmonic mean of both.
    public var f1: Double
    /// Expected items.
    public var support: Int

    init(truePositives: Int, predicted: Int, expected: Int) {
        precision = Ratio.of(truePositives, predicted)
        recall = Ratio.of(truePositives, expected)
        f1 = Ratio.of(2 * truePositives, predicted + expected)
        support = expected
    }

    /// Mean of scores, weighted.
    init(_ scores: [ClassScores], weights: [Double], support: Int) {
        let total = weights.reduce(0, +)
        func mean(_ path: KeyPath<ClassScores, Double>) -> Double {
            guard total > 0 else { return 0 }
            return zip(scores, weights).reduce(0) { $0 + $1.0[keyPath: path] * $1.1 } / total
        }
        precision = mean(\.precision)
        recall = mean(\.recall)
        f1 = mean(\.f1)
        self.support = support
    }
}

enum Ratio {
    static func of(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
}

/// What a confusion matrix says.
public struct ClassificationResult: Sendable, Equatable {
    /// Weights of Cohen's kappa: how much worse a confusion of classes far apart is.
    public enum KappaWeights: String, Sendable, CaseIterable {
        /// All confusions are alike.
        case none
        /// By the distance of the classes in their order.
        case linear
        /// By its square.
        case quadratic
    }

    /// The classes, in the order of all lists here.
    public let labels: [String]
    /// `[expected, predicted]`: items.
    public let matrix: [[Int]]
    /// Scores of each class against all others.
    public let classes: [ClassScores]
    private let expected: [Int]
    private let predicted: [Int]
    private let total: Int
    private let correct: Int

    init(labels: [String], matrix: [[Int]]) {
        self.labels = labels
        self.matrix = matrix
        let expected = matrix.map { $0.reduce(0, +) }
        let predicted = labels.indices.map { column in matrix.reduce(0) { $0 + $1[column] } }
        self.expected = expected
        self.predicted = predicted
        total = expected.reduce(0, +)
        correct = labels.indices.reduce(0) { $0 + matrix[$1][$1] }
        classes = labels.indices.map {
            ClassScores(truePositives: matrix[$0][$0], predicted: predicted[$0], expected: expected[$0])
        }
    }

    /// Items.
    public var count: Int { total }
    /// Share of items whose class is right; micro-averaged precision, recall and F1 equal it.
    public var accuracy: Double { Ratio.of(correct, total) }
    /// Mean over classes, each counting the same.
    public var macro: ClassScores {
        ClassScores(classes, weights: classes.map { _ in 1 }, support: total)
    }
    /// Mean over classes, each counting by its expected items.
    public var weighted: ClassScores {
        ClassScores(classes, weights: expected.map(Double.init), support: total)
    }
    /// Mean recall of the classes that are expected at all.
    public var balancedAccuracy: Double {
        let recalls = zip(classes, expected).filter { $1 > 0 }.map(\.0.recall)
        return recalls.reduce(0, +) / Double(max(1, recalls.count))
    }

    /// Matthews' correlation coefficient for any number of classes (Gorodkin, 2004); 0 when one side has one class.
    public var matthewsCorrelation: Double {
        let n = Double(total)
        let (expected, predicted) = (expected.map(Double.init), predicted.map(Double.init))
        let both = Double(correct) * n - zip(expected, predicted).reduce(0) { $0 + $1.0 * $1.1 }
        let predictedSpread = n * n - predicted.reduce(0) { $0 + $1 * $1 }
        let expectedSpread = n * n - expected.reduce(0) { $0 + $1 * $1 }
        let product = predictedSpread * expectedSpread
        return product == 0 ? 0 : both / product.squareRoot()
    }

    /// Cohen's kappa: agreement beyond chance; NaN when both sides have a single, equal class.
    public func kappa(weights: KappaWeights = .none) -> Double {
        var (observed, byChance) = (0.0, 0.0)
        for row in labels.indices {
            for column in labels.indices {
                let distance = Double(abs(row - column))
                let weight =
                    switch weights {
                    case .none: row == column ? 0.0 : 1.0
                    case .linear: distance
                    case .quadratic: distance * distance
                    }
                observed += weight * Double(matrix[row][column])
                byChance += weight * Double(predicted[column]) * Double(expected[row]) / Double(total)
            }
        }
        return 1 - observed / byChance
    }

    /// Says what was computed.
    public var signature: String {
        "metric:classification|classes:\(labels.count)|zero:0|version:\(EvaluationLibrary.version)"
    }
}
