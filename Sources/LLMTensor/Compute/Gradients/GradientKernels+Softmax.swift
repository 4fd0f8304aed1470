/// Softmax of attention scores and of logits.
extension GradientKernels {
    /// One step of the online softmax (Milakov and Gimelshein, 2018, arXiv 1805.02867): turns the scores of `visible`
    /// into `e^(score - maximum)` and all others into 0, moves the running maximum and sum on, and returns the factor by
    /// which what was summed before shrinks.
    package static func accumulateSoftmax(
        _ scores: UnsafeMutablePointer<Float>, visible: Range<Int>, width: Int, maximum: inout Float,
        sum: inout Float
    ) -> Float {
        zero(scores, outside: visible, width: width)
        guard !visible.isEmpty else { return 1 }
        let (base, count) = (scores + visible.lowerBound, visible.count)
        var tops = Vector16(repeating: maximum)
        let whole = count & ~15
        for i in stride(from: 0, to: whole, by: 16) {
            let x = Vector16(loading: base + i)
            tops.replace(with: x, where: x .> tops)
        }
        var top = tops.largest
        for i in whole..<count { top = max(top, base[i]) }
        let factor = maximum == -.infinity ? 0 : exponential(Vector16(repeating: maximum - top))[0]
        var total = Vector16()
        for i in stride(from: 0, to: count, by: 16) {
            var e = exponential(Vector16(loading: base + i, count: count - i) - top)
            if count - i < 16 { for j in count - i..<16 { e[j] = 0 } }
            e.store(to: base + i, count: count - i)
            total += e
        }
        maximum = top
        sum = sum * factor + total.total
        return factor
    }

    /// `scores = e^(score - logSumExp)` in `visible`, 0 elsewhere.
    package static func probabilities(
        _ scores: UnsafeMutablePointer<Float>, visible: Range<Int>, width: Int, logSumExp: Float
    ) {
        zero(scores, outside: visible, width: width)
        let (base, count) = (scores + visible.lowerBound, visible.count)
        for i in stride(from: 0, to: count, by: 16) {
            exponential(Vector16(loading: base + i, count: count - i) - logSumExp).store(
                to: base + i, count: count - i)
        }
    }

    /// `d = p * (d - mean)`, the softmax's slope, where `mean` is the sum of `p * d` over the whole row.
    package static func softmaxBackward(
        _ d: UnsafeMutablePointer<Float>, probabilities p: UnsafePointer<Float>, mean: Float, count: Int
    ) {
        for i in stride(from: 0, to: count, by: 16) {
            (Vector16(loading: p + i, count: count - i) * (Vector16(loading: d + i, count: count - i) - mean))
                .store(to: d + i, count: count - i)
        }
    }

    private static func zero(_ scores: UnsafeMutablePointer<Float>, outside visible: Range<Int>, width: Int) {
        scores.update(repeating: 0, count: min(visible.lowerBound, width))
        if visible.upperBound < width {
            (scores + visible.upperBound).update(repeating: 0, count: width - visible.upperBound)
        }
    }

    /// The negative log likelihood of `target`; leaves the gradient of the logits in their place when asked.
    ///
    /// The logits are multiplied by `scale`, then capped (`cap * tanh(logits / cap)`) when there is a cap.
    package static func crossEntropy(
        _ logits: UnsafeMutablePointer<Float>, count: Int, target: Int, logitScale: Float, softcap cap: Float?,
        leavesGradient: Bool, kernels: Kernels
    ) -> Double {
        if logitScale != 1 { scale(logits, logitScale, count: count, into: logits) }
        if let cap { softcap(logits, cap: cap, count: count) }
        let normalizer = kernels.logSumExp(UnsafeBufferPointer(start: logits, count: count)).value
        let loss = normalizer - Double(logits[target])
        guard leavesGradient else { return loss }
        let shift = Float(normalizer)
        let capSlope = cap.map { 1 / ($0 * $0) } ?? 0
        let targetValue = logits[target]
        for i in stride(from: 0, to: count, by: 16) {
            let z = Vector16(loading: logits + i, count: count - i)
            var d = exponential(z - shift)
            if cap != nil { d *= 1 - z * z * capSlope }
            (d * logitScale).store(to: logits + i, count: count - i)
        }
        logits[target] -= (1 - targetValue * targetValue * capSlope) * logitScale
        return loss
    }
}
