internal import CLLMKernels

extension GenericKernels {
    /// One row of floats to int8 per block of 32: `scale = largest magnitude / 127`, codes rounded to nearest even.
    ///
    /// With a second plane the remainder `x - scale * code` is quantized again in steps of `scale / 256`, and the stored
    /// scale is that step: the value is `scale * (256 * plane0 + plane1)`. Every set gives the same bits.
    static let quantize:
        @convention(c) (
            UnsafePointer<Float>?, Int32, Int32, UnsafeMutablePointer<Int8>?, UnsafeMutablePointer<Float>?,
            UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Int32>?,
            UnsafeMutablePointer<Float>?
        ) -> Void = { values, blocks, planes, codes, scales, starts, sums, starts16, sums16 in
            guard let values, let codes, let scales, let starts, let sums else { return }
            let blocks = Int(blocks)
            for block in 0..<blocks {
                let x = (
                    Vector16(loading: values + 32 * block), Vector16(loading: values + 32 * block + 16)
                )
                let largest = largestMagnitude(x.0, x.1)
                let scale = largest / 127
                let inverse = largest > 1e-30 ? 127 / largest : 0
                let q = ((x.0 * inverse).nearestIntegers, (x.1 * inverse).nearestIntegers)
                let target = codes + 32 * block
                var total = (store(q.0, to: target), store(q.1, to: target + 16))
                starts[block] = -128 &* (total.0 &+ total.1)
                if let starts16 {
                    starts16[2 * block] = -128 &* total.0
                    starts16[2 * block + 1] = -128 &* total.1
                }
                var step = scale
                if planes == 2 {
                    step = scale * (1 / 256)
                    let fine = 256 * inverse
                    let p = (
                        (remainder(x.0, q.0, scale) * fine).nearestIntegers,
                        (remainder(x.1, q.1, scale) * fine).nearestIntegers
                    )
                    let low = (
                        store(p.0, to: target + 32 * blocks), store(p.1, to: target + 32 * blocks + 16)
                    )
                    starts[blocks + block] = -128 &* (low.0 &+ low.1)
                    if let starts16 {
                        starts16[2 * (blocks + block)] = -128 &* low.0
                        starts16[2 * (blocks + block) + 1] = -128 &* low.1
                    }
                    total = (256 &* total.0 &+ low.0, 256 &* total.1 &+ low.1)
                }
                scales[block] = step
                sums[block] = step * Float(total.0 &+ total.1)
                if let sums16 {
                    sums16[2 * block] = step * Float(total.0)
                    sums16[2 * block + 1] = step * Float(total.1)
                }
            }
        }

    /// Magnitudes compare as integers, where NaN is the largest: it reaches the scale and so the results.
    @inline(__always)
    private static func largestMagnitude(_ a: Vector16, _ b: Vector16) -> Float {
        let first = unsafeBitCast(a, to: SIMD16<UInt32>.self) & 0x7FFF_FFFF
        let second = unsafeBitCast(b, to: SIMD16<UInt32>.self) & 0x7FFF_FFFF
        return Float(bitPattern: pointwiseMax(first, second).max())
    }

    /// Stores codes limited to a signed byte and returns their sum.
    @inline(__always)
    private static func store(_ codes: SIMD16<Int32>, to target: UnsafeMutablePointer<Int8>) -> Int32 {
        let limited = codes.clamped(
            lowerBound: SIMD16(repeating: -128), upperBound: SIMD16(repeating: 127))
        for i in 0..<16 { target[i] = Int8(truncatingIfNeeded: limited[i]) }
        return limited.wrappedSum()
    }

    /// `x - scale * code`, rounded once: products of a code and a scale, and the difference, are exact in double.
    @inline(__always)
    private static func remainder(_ x: Vector16, _ codes: SIMD16<Int32>, _ scale: Float) -> Vector16 {
        var result = Vector16()
        for i in 0..<16 { result[i] = Float(Double(x[i]) - Double(codes[i]) * Double(scale)) }
        return result
    }
}
