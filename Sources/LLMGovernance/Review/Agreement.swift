/// How far reviewers agree beyond what chance gives.
public enum Agreement {
    /// Cohen's kappa of two raters over the same items: 1 for full agreement, 0 for chance.
    ///
    /// Nil when there are no items, when the lists differ in length, or when both gave one and the same label only.
    /// Source: Cohen, "A Coefficient of Agreement for Nominal Scales", 1960.
    public static func cohenKappa<Label: Hashable>(_ first: [Label], _ second: [Label]) -> Double? {
        guard first.count == second.count, !first.isEmpty else { return nil }
        let count = Double(first.count)
        var margins: [Label: (Double, Double)] = [:]
        var agreed = 0.0
        for (left, right) in zip(first, second) {
            margins[left, default: (0, 0)].0 += 1
            margins[right, default: (0, 0)].1 += 1
            if left == right { agreed += 1 }
        }
        let expected = margins.values.map { $0.0 * $0.1 }.sorted().reduce(0, +) / (count * count)
        return expected >= 1 ? nil : (agreed / count - expected) / (1 - expected)
    }

    /// Fleiss' kappa of the same number of raters for each item.
    ///
    /// - Parameter counts: `[items][labels]`: how many raters gave an item a label.
    /// - Returns: nil when items have different numbers of raters or fewer than two, or all gave one label only.
    ///
    /// Source: Fleiss, "Measuring nominal scale agreement among many raters", 1971.
    public static func fleissKappa(_ counts: [[Int]]) -> Double? {
        guard let raters = counts.first?.reduce(0, +), raters >= 2, let labels = counts.first?.count,
            counts.allSatisfy({ $0.count == labels && $0.reduce(0, +) == raters && $0.allSatisfy { $0 >= 0 } })
        else { return nil }
        let total = Double(counts.count * raters)
        var agreement = 0.0
        var shares = [Double](repeating: 0, count: labels)
        for item in counts {
            agreement += Double(item.reduce(0) { $0 + $1 * ($1 - 1) }) / Double(raters * (raters - 1))
            for label in 0..<labels { shares[label] += Double(item[label]) / total }
        }
        let expected = shares.reduce(0) { $0 + $1 * $1 }
        return expected >= 1 ? nil : (agreement / Double(counts.count) - expected) / (1 - expected)
    }
}
