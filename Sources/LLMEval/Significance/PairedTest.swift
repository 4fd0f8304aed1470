/// A system against a baseline on the same segments.
public struct PairedResult<Score: CorpusScore>: Sendable {
    /// The baseline's score.
    public let baseline: Score
    /// The system's score.
    public let system: Score
    /// The system's confidence interval, when one was computed.
    public let interval: ConfidenceInterval?
    /// Probability of a difference at least this large if the systems were equally good.
    public let pValue: Double
}

/// Significance of the difference between two systems, the very figures sacrebleu prints for the same seed.
public enum PairedTest {
    /// Paired bootstrap resampling (Koehn, 2004).
    ///
    /// - Throws: ``EvaluationError`` when the systems have different numbers of segments, or none.
    public static func bootstrap<Metric: CorpusMetric>(
        baseline: CorpusAccumulator<Metric>, system: CorpusAccumulator<Metric>, _ resampling: Resampling = Resampling()
    ) throws(EvaluationError) -> PairedResult<Metric.Score> {
        let (first, second) = try results(
            baseline, system, test: [("bs", "\(resampling.samples)"), ("seed", "\(resampling.seed)")])
        let baselineScores = baseline.resampledScores(resampling)
        let systemScores = system.resampledScores(resampling)
        let difference = abs(first.score - second.score)
        let pValue: Double
        let interval: ConfidenceInterval
        if system.metric.resampledScoreIsSinglePrecision {
            (pValue, interval) = bootstrapStatistics(
                baselineScores.map { Float($0) }, systemScores.map { Float($0) }, difference: Float(difference))
        } else {
            (pValue, interval) = bootstrapStatistics(baselineScores, systemScores, difference: difference)
        }
        return PairedResult(baseline: first, system: second, interval: interval, pValue: pValue)
    }

    /// Approximate randomization (Riezler and Maxwell, 2005): segments are swapped between the systems at random.
    ///
    /// - Parameters:
    ///   - resampling: 10,000 shuffles is sacrebleu's default.
    ///   - confidenceSamples: resamples for the system's confidence interval, 0 for none.
    /// - Throws: ``EvaluationError`` when the systems have different numbers of segments, or none.
    public static func approximateRandomization<Metric: CorpusMetric>(
        baseline: CorpusAccumulator<Metric>, system: CorpusAccumulator<Metric>,
        _ resampling: Resampling = Resampling(samples: 10_000), confidenceSamples: Int = 0
    ) throws(EvaluationError) -> PairedResult<Metric.Score> {
        var test = [(key: "bs", value: "\(confidenceSamples)"), (key: "ar", value: "\(resampling.samples)")]
        test.append((key: "seed", value: "\(resampling.seed)"))
        if confidenceSamples <= 0 { test.removeFirst() }
        let (first, second) = try results(baseline, system, test: test)
        var generator = NumPyGenerator(seed: resampling.seed)
        let swaps = generator.booleans(resampling.samples * baseline.segmentCount)
        let difference = abs(first.score - second.score)
        var larger = 0
        for sample in 0..<resampling.samples {
            let start = sample * baseline.segmentCount
            let (a, b) = shuffled(
                baseline, system, keep: swaps[start..<start + baseline.segmentCount])
            let scoreA = baseline.metric.score(statistics: a, signature: "").score
            let scoreB = baseline.metric.score(statistics: b, signature: "").score
            if abs(scoreA - scoreB) > difference { larger += 1 }
        }
        var interval: ConfidenceInterval?
        if confidenceSamples > 0 {
            let scores = system.resampledScores(samples: confidenceSamples, generator: &generator)
            interval =
                system.metric.resampledScoreIsSinglePrecision
                ? estimate(scores.map { Float($0) }) : estimate(scores)
        }
        let pValue = Double(larger + 1) / Double(resampling.samples + 1)
        return PairedResult(baseline: first, system: second, interval: interval, pValue: pValue)
    }

    private static func results<Metric: CorpusMetric>(
        _ baseline: CorpusAccumulator<Metric>, _ system: CorpusAccumulator<Metric>,
        test: [(key: String, value: String)]
    ) throws(EvaluationError) -> (Metric.Score, Metric.Score) {
        guard baseline.segmentCount == system.segmentCount else {
            throw .countMismatch(
                first: "baseline", firstCount: baseline.segmentCount, second: "system",
                secondCount: system.segmentCount)
        }
        guard baseline.segmentCount > 0 else { throw .nothingToMeasure(what: "paired test") }
        let signature = baseline.signature(test: test)
        return (
            baseline.metric.score(statistics: baseline.summedStatistics, signature: signature),
            system.metric.score(statistics: system.summedStatistics, signature: signature)
        )
    }

    private static func bootstrapStatistics<Value: BinaryFloatingPoint>(
        _ baseline: [Value], _ system: [Value], difference: Value
    ) -> (Double, ConfidenceInterval) {
        let differences = zip(baseline, system).map { abs($1 - $0) }
        let mean = NumPyMean.mean(differences)
        let larger = differences.count { $0 - mean > difference }
        return (Double(larger + 1) / Double(differences.count + 1), estimate(system))
    }

    private static func estimate<Value: BinaryFloatingPoint>(_ scores: [Value]) -> ConfidenceInterval {
        let sorted = scores.sorted()
        let (lower, upper) = (sorted[sorted.count / 40], sorted[sorted.count - sorted.count / 40 - 1])
        return ConfidenceInterval(
            mean: Double(NumPyMean.mean(sorted)), halfWidth: Double(Value(0.5) * (upper - lower)))
    }

    private static func shuffled<Metric: CorpusMetric>(
        _ baseline: CorpusAccumulator<Metric>, _ system: CorpusAccumulator<Metric>, keep: ArraySlice<Bool>
    ) -> ([Double], [Double]) {
        let width = baseline.metric.statisticsCount
        var a = [Double](repeating: 0, count: width)
        var b = a
        for (segment, keeps) in keep.enumerated() {
            for column in 0..<width {
                let (x, y) = (
                    baseline.statistics[segment * width + column], system.statistics[segment * width + column]
                )
                a[column] += keeps ? x : y
                b[column] += keeps ? y : x
            }
        }
        return (a, b)
    }
}
