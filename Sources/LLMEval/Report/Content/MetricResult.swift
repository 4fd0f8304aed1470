/// A figure with all that is needed to quote it.
public struct MetricResult: Sendable, Equatable {
    /// Which way is better.
    public enum Direction: String, Sendable, Equatable {
        case higherIsBetter, lowerIsBetter, neutral
    }

    /// What was measured.
    public var name: String
    /// The figure.
    public var value: Double
    /// What it is measured in; empty for plain numbers.
    public var unit: String
    /// Digits behind the point when people read it.
    public var decimals: Int
    /// Where the figure may lie.
    public var interval: ReportInterval?
    /// The same figure before, or of the system it is compared with.
    public var baseline: Double?
    /// Which way is better.
    public var direction: Direction
    /// Says exactly what was computed.
    public var signature: String

    /// A figure.
    public init(
        _ name: String, _ value: Double, unit: String = "", decimals: Int = 2, interval: ReportInterval? = nil,
        baseline: Double? = nil, direction: Direction = .neutral, signature: String = ""
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.decimals = min(max(decimals, 0), 12)
        self.interval = interval
        self.baseline = baseline
        self.direction = direction
        self.signature = signature
    }

    /// The score of a corpus with the interval of its resamples.
    public init(
        _ name: String, _ score: some CorpusScore, interval: ConfidenceInterval? = nil, decimals: Int = 1,
        baseline: Double? = nil, direction: Direction = .higherIsBetter
    ) {
        self.init(
            name, score.score, decimals: decimals,
            interval: interval.map {
                ReportInterval(lower: $0.mean - $0.halfWidth, upper: $0.mean + $0.halfWidth, level: 0.95)
            }, baseline: baseline, direction: direction, signature: score.signature)
    }
}

/// A confidence interval.
public struct ReportInterval: Sendable, Equatable {
    /// Its lower end.
    public var lower: Double
    /// Its upper end.
    public var upper: Double
    /// How sure it is, 0.95 for 95 %.
    public var level: Double

    /// An interval.
    public init(lower: Double, upper: Double, level: Double = 0.95) {
        self.lower = lower
        self.upper = upper
        self.level = level
    }
}
