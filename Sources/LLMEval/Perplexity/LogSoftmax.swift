/// Log-softmax of one row of logits, for scoring a single target.
///
/// Exponentials are taken 16 at a time in Float (relative error below 2e-7) and summed per block of 256 into a
/// Double, so the sum over a vocabulary of 262,144 keeps the accuracy of one exponential.
package enum LogSoftmax {
    /// Values per block: one Float partial sum per SIMD lane never takes more than `blockLength / 16` terms.
    private static let blockLength = 256

    /// −log softmax(logits)[target] in nats, NaN when a logit is NaN or the largest is infinite.
    ///
    /// - Parameters:
    ///   - logits: `[vocabulary]`, not empty.
    ///   - target: index below `logits.count`.
    package static func negativeLogLikelihood(_ logits: UnsafeBufferPointer<Float>, target: Int) -> Double {
        let largest = maximum(logits)
        guard largest.isFinite else { return .nan }
        return naturalLogarithm(sumOfExponentials(logits, minus: largest)) + Double(largest) - Double(logits[target])
    }

    /// The largest logit; NaN if any is NaN.
    static func maximum(_ logits: UnsafeBufferPointer<Float>) -> Float {
        guard let base = logits.baseAddress else { return .nan }
        let count = logits.count
        var index = 0
        var largest = -Float.infinity
        if count >= 16 {
            let raw = UnsafeRawPointer(base)
            var lanes = SIMD16<Float>(repeating: -.infinity)
            var finite = SIMDMask<SIMD16<Int32>>(repeating: true)
            while index + 16 <= count {
                let values = raw.loadUnaligned(fromByteOffset: index &* 4, as: SIMD16<Float>.self)
                finite = finite .& (values .== values)
                lanes.replace(with: values, where: values .> lanes)
                index &+= 16
            }
            guard all(finite) else { return .nan }
            largest = lanes.max()
        }
        while index < count {
            guard !base[index].isNaN else { return .nan }
            largest = Swift.max(largest, base[index])
            index &+= 1
        }
        return largest
    }

    /// Σ exp(logit − shift); `shift` is at least every logit.
    static func sumOfExponentials(_ logits: UnsafeBufferPointer<Float>, minus shift: Float) -> Double {
        guard let base = logits.baseAddress else { return 0 }
        let raw = UnsafeRawPointer(base)
        let count = logits.count
        let shifts = SIMD16<Float>(repeating: shift)
        var total = 0.0
        var index = 0
        while index + 16 <= count {
            let end = Swift.min(index &+ blockLength, count & ~15)
            var lanes = SIMD16<Float>(repeating: 0)
            while index < end {
                lanes += exponentials(raw.loadUnaligned(fromByteOffset: index &* 4, as: SIMD16<Float>.self) - shifts)
                index &+= 16
            }
            total += Double(lanes.sum())
        }
        while index < count {
            total += exponential(Double(base[index] - shift))
            index &+= 1
        }
        return total
    }

    /// exp of 16 values of at most 0; below −87 the result is 0.
    ///
    /// 2^k · exp(r) with r = x − k·ln 2 in two parts (Cody and Waite) and a degree-6 Taylor polynomial on |r| ≤ 0.35.
    @inline(__always) private static func exponentials(_ x: SIMD16<Float>) -> SIMD16<Float> {
        let smallest = SIMD16<Float>(repeating: -87)
        let clamped = x.replacing(with: smallest, where: x .< smallest)
        // Adding and taking away 1.5 · 2^23 rounds to the nearest integer and leaves it in the low bits.
        let magic = SIMD16<Float>(repeating: 12_582_912)
        let shifted = clamped * 1.442_695_04 + magic
        let k = shifted - magic
        let r = (clamped - k * 0.693_359_375) + k * 2.121_944_4e-4
        var sum = r * 1.388_888_9e-3 + 8.333_333_3e-3
        sum = sum * r + 4.166_666_8e-2
        sum = sum * r + 1.666_666_7e-1
        sum = sum * r + 0.5
        sum = sum * r + 1
        sum = sum * r + 1
        let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
        let scaled = unsafeBitCast(unsafeBitCast(sum, to: SIMD16<Int32>.self) &+ exponent, to: SIMD16<Float>.self)
        return scaled.replacing(with: 0, where: x .< smallest)
    }
}
