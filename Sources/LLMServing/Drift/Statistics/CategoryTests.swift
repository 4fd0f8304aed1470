/// Tests on counts of categories.
public enum CategoryTests {
    /// Pearson's test that observed counts follow expected ones.
    ///
    /// The expected counts are scaled to the observed total. `scipy.stats.chisquare` on the scaled counts.
    public static func chiSquare(observed: [Double], expected: [Double]) throws(DriftError) -> TestResult {
        guard observed.count == expected.count else {
            throw .mismatch("\(observed.count) observed and \(expected.count) expected categories")
        }
        let (total, expectedTotal) = (try sum(observed), try sum(expected))
        var statistic = 0.0
        for (seen, stated) in zip(observed, expected) {
            let scaled = stated / expectedTotal * total
            guard scaled > 0 else { throw .invalidValue("an expected count of 0") }
            statistic += (seen - scaled) * (seen - scaled) / scaled
        }
        return result(statistic, degreesOfFreedom: observed.count - 1)
    }

    /// Pearson's test that two samples have the same shares: the 2 x k table without continuity correction.
    ///
    /// Categories that neither sample has are left out. `scipy.stats.chi2_contingency(table, correction=False)`.
    public static func homogeneity(_ first: [Double], _ second: [Double]) throws(DriftError) -> TestResult {
        guard first.count == second.count else {
            throw .mismatch("\(first.count) and \(second.count) categories")
        }
        let totals = (try sum(first), try sum(second))
        let all = totals.0 + totals.1
        var statistic = 0.0
        var categories = 0
        for (a, b) in zip(first, second) where a + b > 0 {
            categories += 1
            let expected = ((a + b) * totals.0 / all, (a + b) * totals.1 / all)
            statistic += (a - expected.0) * (a - expected.0) / expected.0
            statistic += (b - expected.1) * (b - expected.1) / expected.1
        }
        return result(statistic, degreesOfFreedom: categories - 1)
    }

    /// The two-sided z-test that two proportions are equal, with pooled variance.
    ///
    /// Equal proportions of all or nothing give statistic 0 and probability 1.
    public static func proportions(
        successes first: Double, of firstCount: Double, and second: Double, of secondCount: Double
    ) throws(DriftError) -> TestResult {
        guard firstCount > 0, secondCount > 0 else { throw .empty("a sample") }
        guard (0...firstCount).contains(first), (0...secondCount).contains(second) else {
            throw .invalidValue("more successes than trials, or fewer than none")
        }
        let pooled = (first + second) / (firstCount + secondCount)
        let variance = pooled * (1 - pooled) * (1 / firstCount + 1 / secondCount)
        guard variance > 0 else { return TestResult(statistic: 0, pValue: 1) }
        let z = (first / firstCount - second / secondCount) / variance.squareRoot()
        return TestResult(statistic: z, pValue: 2 * SpecialFunctions.normalTail(abs(z)))
    }

    private static func result(_ statistic: Double, degreesOfFreedom: Int) -> TestResult {
        guard degreesOfFreedom > 0 else { return TestResult(statistic: statistic, pValue: 1) }
        return TestResult(
            statistic: statistic,
            pValue: SpecialFunctions.chiSquareTail(statistic, degreesOfFreedom: Double(degreesOfFreedom)))
    }

    private static func sum(_ counts: [Double]) throws(DriftError) -> Double {
        guard counts.allSatisfy({ $0.isFinite && $0 >= 0 }) else { throw .invalidValue("a negative count") }
        let total = counts.reduce(0, +)
        guard total > 0 else { throw .empty("a table of counts") }
        return total
    }
}
