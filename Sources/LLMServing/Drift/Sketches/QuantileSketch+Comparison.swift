extension QuantileSketch {
    /// Counts of this and another sketch on the same buckets, in the order of the values.
    func aligned(with other: QuantileSketch) -> [(bucket: Int, own: Int, other: Int)] {
        Set(buckets.keys).union(other.buckets.keys).sorted().map {
            (bucket: $0, own: buckets[$0] ?? 0, other: other.buckets[$0] ?? 0)
        }
    }

    /// Counts of this (the reference) and the current values in bins of about equal share of the reference.
    ///
    /// Bins end at buckets, so a value that a large part of the reference has is a bin of its own, and there may be fewer bins
    /// than asked for.
    public func binned(with current: QuantileSketch, bins: Int) -> (reference: [Double], current: [Double]) {
        var result: (reference: [Double], current: [Double]) = ([], [])
        var open = (own: 0, other: 0)
        var closed = 0
        for (_, own, other) in aligned(with: current) {
            open.own += own
            open.other += other
            let filled = closed + open.own
            let due = Double(count) * Double(result.reference.count + 1) / Double(max(1, bins))
            if Double(filled) >= due, result.reference.count + 1 < bins {
                result.reference.append(Double(open.own))
                result.current.append(Double(open.other))
                closed = filled
                open = (0, 0)
            }
        }
        if open != (0, 0) {
            result.reference.append(Double(open.own))
            result.current.append(Double(open.other))
        }
        return result
    }

    /// The Kolmogorov-Smirnov test of the bucketed values, with the asymptotic probability.
    ///
    /// The statistic is at most that of the values themselves, and below it by at most the share of one bucket.
    public func kolmogorovSmirnov(_ other: QuantileSketch) throws(DriftError) -> TestResult {
        guard count > 0, other.count > 0 else { throw .empty("a sketch") }
        var seen = (0, 0)
        var distance = 0.0
        for (_, own, its) in aligned(with: other) {
            seen = (seen.0 + own, seen.1 + its)
            distance = max(distance, abs(Double(seen.0) / Double(count) - Double(seen.1) / Double(other.count)))
        }
        return TestResult(
            statistic: distance, pValue: KolmogorovSmirnov.asymptoticTail(count, other.count, distance))
    }

    /// The Wasserstein distance to current values in standard deviations of this sketch (at least 0.001).
    public func normalizedWasserstein(_ current: QuantileSketch) throws(DriftError) -> Double {
        guard let mean, current.count > 0 else { throw .empty("a sketch") }
        var variance = 0.0
        var seen = (0.0, 0.0)
        var sum = 0.0
        var previous: Double?
        for (bucket, own, other) in aligned(with: current) {
            let value = Self.value(of: bucket)
            if let previous { sum += abs(seen.0 - seen.1) * (value - previous) }
            seen = (seen.0 + Double(own) / Double(count), seen.1 + Double(other) / Double(current.count))
            variance += Double(own) / Double(count) * (value - mean) * (value - mean)
            previous = value
        }
        return sum / max(variance.squareRoot(), 0.001)
    }
}
