/// What a statistical test says.
public struct TestResult: Sendable, Hashable {
    /// The statistic.
    public var statistic: Double
    /// The probability of such a statistic, or a larger one, when both samples come from one distribution.
    public var pValue: Double

    /// A result.
    public init(statistic: Double, pValue: Double) {
        self.statistic = statistic
        self.pValue = pValue
    }
}
