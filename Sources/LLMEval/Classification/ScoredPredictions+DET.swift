extension ScoredPredictions {
    /// A point of the detection error trade-off.
    public struct DETPoint: Sendable, Equatable {
        /// Predictions with at least this score count as positive.
        public var threshold: Double
        /// Share of the negatives that do.
        public var falsePositiveRate: Double
        /// Share of the positives that do not.
        public var falseNegativeRate: Double
    }

    /// The detection error trade-off (Martin et al. 1997) by falling false positive rates, from the last point without
    /// false negatives to the last one without false positives; empty when a class is missing.
    public var detCurve: [DETPoint] {
        let steps = [Step(threshold: .infinity, truePositives: 0, falsePositives: 0)] + steps
        guard let last = steps.last, last.truePositives > 0, last.falsePositives > 0 else { return [] }
        let first = (steps.lastIndex { $0.falsePositives == 0 }) ?? 0
        let end = (steps.firstIndex { $0.truePositives == last.truePositives }) ?? steps.count - 1
        guard first <= end else { return [] }
        return steps[first...end].reversed().map {
            DETPoint(
                threshold: $0.threshold, falsePositiveRate: Ratio.of($0.falsePositives, last.falsePositives),
                falseNegativeRate: Ratio.of(last.truePositives - $0.truePositives, last.truePositives))
        }
    }
}
