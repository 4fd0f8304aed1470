extension BLEU {
    /// The score for summed statistics; see ``statisticsCount`` for their order.
    public func score(statistics: [Double], signature: String) -> BLEUScore {
        let parts = compute(statistics)
        return BLEUScore(
            score: parts.score, matches: parts.matches, totals: parts.totals, precisions: parts.precisions,
            brevityPenalty: parts.brevityPenalty, hypothesisLength: Int(statistics[0]),
            referenceLength: Int(statistics[1]), signature: signature)
    }

    /// The score alone, precisions in single precision and the mean of their logarithms in double.
    public func resampledScore(statistics: [Float]) -> Double { compute(statistics).score }

    /// False: the last step is in double precision.
    public var resampledScoreIsSinglePrecision: Bool { false }

    private struct Parts<Value> {
        var score: Double
        var matches: [Value]
        var totals: [Value]
        var precisions: [Value]
        var brevityPenalty: Double
    }

    private func compute<Value: BinaryFloatingPoint>(_ statistics: [Value]) -> Parts<Value> {
        let hypothesisLength = Double(statistics[0])
        let referenceLength = Double(statistics[1])
        var parts = Parts(
            score: 0, matches: Array(statistics[2..<2 + maximumOrder]),
            totals: Array(statistics[(2 + maximumOrder)...]),
            precisions: [Value](repeating: 0, count: maximumOrder), brevityPenalty: 1)
        if hypothesisLength < referenceLength {
            parts.brevityPenalty =
                hypothesisLength > 0 ? exponential(1 - referenceLength / hypothesisLength) : 0
        }
        guard parts.matches.contains(where: { $0 != 0 }) else { return parts }
        var share = 1.0
        var effectiveOrder = maximumOrder
        for order in 0..<maximumOrder {
            if case .addK(let value) = smoothing, order > 0 {
                parts.matches[order] += Value(value)
                parts.totals[order] += Value(value)
            }
            let total = parts.totals[order]
            if total == 0 { break }
            if usesEffectiveOrder { effectiveOrder = order + 1 }
            if parts.matches[order] != 0 {
                parts.precisions[order] = 100 * parts.matches[order] / total
            } else if case .exponential = smoothing {
                share *= 2
                parts.precisions[order] = 100 / (Value(share) * total)
            } else if case .floor(let value) = smoothing {
                parts.precisions[order] = Value(100 * value) / total
            }
        }
        var sum = 0.0
        for precision in parts.precisions[..<effectiveOrder] {
            // sacrebleu's stand-in for the logarithm of zero.
            sum += precision == 0 ? -9_999_999_999 : naturalLogarithm(Double(precision))
        }
        parts.score = parts.brevityPenalty * exponential(sum / Double(effectiveOrder))
        return parts
    }
}
