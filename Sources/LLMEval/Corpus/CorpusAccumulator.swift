/// Collects the statistics of segments; mergeable. One thread at a time may add to it.
public struct CorpusAccumulator<Metric: CorpusMetric>: Sendable {
    /// The metric.
    public let metric: Metric
    /// Segments so far.
    public private(set) var segmentCount = 0
    /// The statistics of all segments, `metric.statisticsCount` numbers each, for resampling.
    public private(set) var statistics: [Double] = []
    /// ``statistics`` summed over segments.
    public private(set) var summedStatistics: [Double]
    private var workspace: Metric.Workspace
    private var referenceCount: ReferenceCount?

    /// An empty accumulator.
    public init(_ metric: Metric) {
        self.metric = metric
        workspace = metric.makeWorkspace()
        summedStatistics = Array(repeating: 0, count: metric.statisticsCount)
    }

    /// Adds one segment.
    ///
    /// - Throws: ``EvaluationError/nothingToMeasure(what:)`` when there is no reference.
    public mutating func add(hypothesis: String, references: [String]) throws(EvaluationError) {
        guard !references.isEmpty else {
            throw .nothingToMeasure(what: "segment \(segmentCount + 1) has no reference")
        }
        let start = statistics.count
        metric.appendStatistics(
            hypothesis: hypothesis, references: references, workspace: &workspace, to: &statistics)
        for index in summedStatistics.indices { summedStatistics[index] += statistics[start + index] }
        note(.fixed(references.count))
        segmentCount += 1
    }

    /// Takes in another accumulator's segments, after its own.
    public mutating func merge(_ other: CorpusAccumulator) {
        guard let count = other.referenceCount else { return }
        statistics.append(contentsOf: other.statistics)
        for index in summedStatistics.indices { summedStatistics[index] += other.summedStatistics[index] }
        note(count)
        segmentCount += other.segmentCount
    }

    /// The score so far, nil without segments.
    public func result() -> Metric.Score? {
        guard segmentCount > 0 else { return nil }
        return metric.score(statistics: summedStatistics, signature: signature())
    }

    /// The score of every segment by itself.
    public func segmentScores() -> [Metric.Score] {
        let signature = signature()
        return (0..<segmentCount).map { segment in
            let start = segment * metric.statisticsCount
            return metric.score(
                statistics: Array(statistics[start..<start + metric.statisticsCount]), signature: signature)
        }
    }

    /// The signature of a result over these segments.
    public func signature(test: [(key: String, value: String)] = []) -> String {
        metric.signature(references: referenceCount ?? .variable, test: test)
    }

    private mutating func note(_ count: ReferenceCount) {
        referenceCount = referenceCount.map { $0 == count ? $0 : .variable } ?? count
    }
}
