/// A 95 % confidence interval by bootstrap resampling of segments (Koehn, 2004), the very one sacrebleu prints.
public struct ConfidenceInterval: Sendable, Equatable {
    /// Mean over the resamples.
    public let mean: Double
    /// Half the width of the interval that holds 95 % of the resamples.
    public let halfWidth: Double
}

/// How corpora are resampled.
public struct Resampling: Sendable, Equatable {
    /// Resamples or shuffles.
    public var samples: Int
    /// Seed of NumPy's generator; 12345 is sacrebleu's.
    public var seed: UInt64

    /// sacrebleu's defaults for the bootstrap.
    public init(samples: Int = 1000, seed: UInt64 = 12345) {
        self.samples = max(1, samples)
        self.seed = seed
    }
}

extension CorpusAccumulator {
    /// The score with its confidence interval and a signature that says so; nil without segments.
    public func confidence(
        _ resampling: Resampling = Resampling()
    ) -> (score: Metric.Score, interval: ConfidenceInterval)? {
        guard result() != nil else { return nil }
        let scores = resampledScores(resampling).sorted()
        let (lower, upper) = Self.bounds(of: scores)
        var mean = NumPyMean.exactMean(scores)
        var halfWidth = 0.5 * (upper - lower)
        if metric.resampledScoreIsSinglePrecision {
            mean = Double(Float(mean))
            halfWidth = Double(0.5 * (Float(upper) - Float(lower)))
        }
        let signature = signature(test: [("bs", "\(resampling.samples)"), ("seed", "\(resampling.seed)")])
        return (
            metric.score(statistics: summedStatistics, signature: signature),
            ConfidenceInterval(mean: mean, halfWidth: halfWidth)
        )
    }

    /// Scores of corpora drawn from this one's segments with replacement.
    func resampledScores(_ resampling: Resampling) -> [Double] {
        var generator = NumPyGenerator(seed: resampling.seed)
        return resampledScores(samples: resampling.samples, generator: &generator)
    }

    func resampledScores(samples: Int, generator: inout NumPyGenerator) -> [Double] {
        let width = metric.statisticsCount
        let rows = statistics.map { Float($0) }
        var indexes = [Int32](repeating: 0, count: segmentCount)
        return (0..<samples).map { _ in
            indexes.withUnsafeMutableBufferPointer { generator.choices(below: segmentCount, into: $0) }
            var sums = [Float](repeating: 0, count: width)
            rows.withUnsafeBufferPointer { rows in
                sums.withUnsafeMutableBufferPointer { sums in
                    // Row after row, as NumPy sums along the first axis: single precision depends on the order.
                    for index in indexes {
                        let row = Int(index) &* width
                        for column in 0..<width { sums[column] += rows[row &+ column] }
                    }
                }
            }
            return metric.resampledScore(statistics: sums)
        }
    }

    /// The 25th smallest and largest of a thousand.
    static func bounds(of sorted: [Double]) -> (lower: Double, upper: Double) {
        let outside = sorted.count / 40
        return (sorted[outside], sorted[sorted.count - outside - 1])
    }
}
