/// Counts for items that have any number of labels; mergeable. The figures are those of scikit-learn, where a division
/// by zero gives 0.
public struct MultiLabelCounts: Sendable, Equatable {
    private struct Counts: Equatable {
        var truePositives = 0
        var predicted = 0
        var expected = 0
    }

    private var counts: [String: Counts] = [:]
    private var items = 0
    private var exactItems = 0
    private var differences = 0
    private var itemSums = (precision: 0.0, recall: 0.0, f1: 0.0)

    /// No items.
    public init() {}

    /// Compares counts and sums.
    public static func == (first: MultiLabelCounts, second: MultiLabelCounts) -> Bool {
        first.counts == second.counts && first.items == second.items && first.exactItems == second.exactItems
            && first.itemSums == second.itemSums
    }

    /// Adds one item.
    public mutating func add(expected: Set<String>, predicted: Set<String>) {
        let common = expected.intersection(predicted)
        for label in expected { counts[label, default: Counts()].expected += 1 }
        for label in predicted { counts[label, default: Counts()].predicted += 1 }
        for label in common { counts[label, default: Counts()].truePositives += 1 }
        items += 1
        if expected == predicted { exactItems += 1 }
        differences += expected.symmetricDifference(predicted).count
        let scores = ClassScores(truePositives: common.count, predicted: predicted.count, expected: expected.count)
        itemSums.precision += scores.precision
        itemSums.recall += scores.recall
        itemSums.f1 += scores.f1
    }

    /// Takes in another's items.
    public mutating func merge(_ other: MultiLabelCounts) {
        counts.merge(other.counts) { first, second in
            Counts(
                truePositives: first.truePositives + second.truePositives,
                predicted: first.predicted + second.predicted, expected: first.expected + second.expected)
        }
        items += other.items
        exactItems += other.exactItems
        differences += other.differences
        itemSums.precision += other.itemSums.precision
        itemSums.recall += other.itemSums.recall
        itemSums.f1 += other.itemSums.f1
    }

    /// The figures so far, nil without items.
    public func result() -> MultiLabelResult? {
        guard items > 0 else { return nil }
        let labels = counts.keys.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        let all = labels.compactMap { counts[$0] }
        let classes = all.map {
            ClassScores(truePositives: $0.truePositives, predicted: $0.predicted, expected: $0.expected)
        }
        let expected = all.reduce(0) { $0 + $1.expected }
        var samples = ClassScores(truePositives: 0, predicted: 0, expected: expected)
        samples.precision = itemSums.precision / Double(items)
        samples.recall = itemSums.recall / Double(items)
        samples.f1 = itemSums.f1 / Double(items)
        return MultiLabelResult(
            count: items, labels: labels, classes: classes,
            micro: ClassScores(
                truePositives: all.reduce(0) { $0 + $1.truePositives },
                predicted: all.reduce(0) { $0 + $1.predicted }, expected: expected),
            macro: ClassScores(classes, weights: classes.map { _ in 1 }, support: expected),
            weighted: ClassScores(classes, weights: classes.map { Double($0.support) }, support: expected),
            samples: samples, subsetAccuracy: Ratio.of(exactItems, items),
            hammingLoss: Ratio.of(differences, items * labels.count))
    }
}

/// What predictions of label sets are worth.
public struct MultiLabelResult: Sendable, Equatable {
    /// Items.
    public let count: Int
    /// All labels, in the order of `classes`.
    public let labels: [String]
    /// Scores per label.
    public let classes: [ClassScores]
    /// All labels of all items together.
    public let micro: ClassScores
    /// Mean over labels, each counting the same.
    public let macro: ClassScores
    /// Mean over labels, each counting by its expected items.
    public let weighted: ClassScores
    /// Mean over items.
    public let samples: ClassScores
    /// Share of items whose labels are all right.
    public let subsetAccuracy: Double
    /// Share of wrong decisions among all labels of all items.
    public let hammingLoss: Double
}
