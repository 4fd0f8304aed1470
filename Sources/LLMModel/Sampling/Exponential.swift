/// The exponential function over many values, in portable SIMD arithmetic.
///
/// Not the C library's: the same bits on every platform keep a seeded draw reproducible, and sixteen values at a
/// time keep a full-vocabulary softmax below a millisecond. Relative error below 3e-7 (tested).
package enum Exponential {
    private typealias Vector = SIMD16<Float>
    /// Below this e^x is treated as 0 (it would be a denormal).
    private static let lowest: Float = -87

    /// Writes `exp((values[i] - shift) * scale)`; the argument must not exceed 0. Returns the sum.
    ///
    /// - Complexity: O(n).
    package static func weights(
        of values: UnsafeBufferPointer<Float>, shift: Float, scale: Float, into result: UnsafeMutablePointer<Float>
    ) -> Double {
        guard let base = values.baseAddress else { return 0 }
        let source = UnsafeRawPointer(base)
        let target = UnsafeMutableRawPointer(result)
        var sum = SIMD8<Double>(repeating: 0)
        var index = 0
        while index + Vector.scalarCount <= values.count {
            let value = source.loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
            let weight = exponential((value - shift) * scale)
            target.storeBytes(of: weight, toByteOffset: index * 4, as: Vector.self)
            sum += SIMD8<Double>(weight.lowHalf) + SIMD8<Double>(weight.highHalf)
            index += Vector.scalarCount
        }
        var total = sum.sum()
        guard index < values.count else { return total }
        var tail = Vector(repeating: shift)
        for lane in 0..<(values.count - index) { tail[lane] = values[index + lane] }
        let weight = exponential((tail - shift) * scale)
        for lane in 0..<(values.count - index) {
            result[index + lane] = weight[lane]
            total += Double(weight[lane])
        }
        return total
    }

    /// e^x for x <= 0: 2^n times a polynomial on [-ln2/2, ln2/2] (Cephes `expf` scheme).
    @inline(__always)
    private static func exponential(_ argument: Vector) -> Vector {
        var x = Vector(repeating: lowest)
        x.replace(with: argument, where: argument .> x)
        // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits.
        let magic: Float = 12_582_912
        let shifted = x * 1.442_695_04 + magic
        let n = shifted - magic
        let reduced = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
        var p = reduced * 1.987_569_15e-4 + 1.398_199_950_7e-3
        p = p * reduced + 8.333_451_907_3e-3
        p = p * reduced + 4.166_579_589_4e-2
        p = p * reduced + 1.666_666_545_9e-1
        p = p * reduced + 5.000_000_120_1e-1
        p = p * reduced * reduced + reduced + 1
        let exponent = (unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- Int32(bitPattern: magic.bitPattern)) &<< 23
        var result = unsafeBitCast(unsafeBitCast(p, to: SIMD16<Int32>.self) &+ exponent, to: Vector.self)
        result.replace(with: 0, where: argument .< lowest)
        return result
    }
}
