/// Panels in bfloat16: two depths in 32 bits, the even one in the low half.
extension FloatOperand {
    /// Rounds a panel of at most `width` lanes to `[pair of depths][width]`; absent lanes and an absent last depth are zero.
    func packPairs(
        lanes: Range<Int>, depths: Range<Int>, width: Int, into out: UnsafeMutablePointer<UInt32>
    ) {
        let source = base + lanes.lowerBound * laneStride + depths.lowerBound * depthStride
        let whole = lanes.count & ~3
        if laneStride == 1 {
            for depth in stride(from: 0, to: depths.count, by: 2) {
                let even = source + depth * depthStride
                let odd = depth + 1 < depths.count ? even + depthStride : nil
                joinRows(even, odd, lanes: lanes.count, width: width, into: out + depth / 2 * width)
            }
            return
        }
        for lane in stride(from: 0, to: whole, by: 4) {
            transposePairs(source + lane * laneStride, depths: depths.count, width: width, into: out + lane)
        }
        for lane in whole..<width {
            let row = lane < lanes.count ? source + lane * laneStride : nil
            for depth in stride(from: 0, to: depths.count, by: 2) {
                let even = row.map { BFloat16.rounded($0[depth * depthStride]) } ?? 0
                let odd =
                    depth + 1 < depths.count ? row.map { BFloat16.rounded($0[(depth + 1) * depthStride]) } ?? 0 : 0
                out[depth / 2 * width + lane] = even | odd << 16
            }
        }
    }

    /// Two depths of lanes that lie side by side.
    @inline(__always)
    private func joinRows(
        _ even: UnsafePointer<Float>, _ odd: UnsafePointer<Float>?, lanes: Int, width: Int,
        into out: UnsafeMutablePointer<UInt32>
    ) {
        var lane = 0
        while lane + 8 <= lanes {
            let low = UnsafeRawPointer(even + lane).loadUnaligned(as: SIMD8<UInt32>.self)
            let high = odd.map { UnsafeRawPointer($0 + lane).loadUnaligned(as: SIMD8<UInt32>.self) } ?? .zero
            let pairs = BFloat16.rounded(low) | BFloat16.rounded(high) &<< 16
            UnsafeMutableRawPointer(out + lane).storeBytes(of: pairs, as: SIMD8<UInt32>.self)
            lane += 8
        }
        while lane < width {
            let low = lane < lanes ? BFloat16.rounded(even[lane]) : 0
            let high = lane < lanes ? odd.map { BFloat16.rounded($0[lane]) } ?? 0 : 0
            out[lane] = low | high << 16
            lane += 1
        }
    }

    /// Four lanes, eight depths at a time where depths lie side by side.
    @inline(__always)
    private func transposePairs(
        _ source: UnsafePointer<Float>, depths: Int, width: Int, into out: UnsafeMutablePointer<UInt32>
    ) {
        var depth = 0
        if depthStride == 1 {
            while depth + 8 <= depths {
                let p = Self.pairs(source + depth)
                let q = Self.pairs(source + laneStride + depth)
                let r = Self.pairs(source + 2 * laneStride + depth)
                let s = Self.pairs(source + 3 * laneStride + depth)
                for pair in 0..<4 {
                    UnsafeMutableRawPointer(out + (depth / 2 + pair) * width).storeBytes(
                        of: SIMD4(p[pair], q[pair], r[pair], s[pair]), as: SIMD4<UInt32>.self)
                }
                depth += 8
            }
        }
        while depth < depths {
            for lane in 0..<4 {
                let row = source + lane * laneStride
                let odd = depth + 1 < depths ? BFloat16.rounded(row[(depth + 1) * depthStride]) : 0
                out[depth / 2 * width + lane] = BFloat16.rounded(row[depth * depthStride]) | odd << 16
            }
            depth += 2
        }
    }

    /// Eight depths of a lane as four pairs.
    @inline(__always)
    private static func pairs(_ address: UnsafePointer<Float>) -> SIMD4<UInt32> {
        let bits = BFloat16.rounded(UnsafeRawPointer(address).loadUnaligned(as: SIMD8<UInt32>.self))
        return bits.evenHalf | bits.oddHalf &<< 16
    }
}

/// Rounding of float32 to bfloat16: to nearest, ties to even; NaN stays NaN.
enum BFloat16 {
    /// The bits of the bfloat16, in the lower half.
    @inline(__always)
    static func rounded(_ value: Float) -> UInt32 {
        let bits = value.bitPattern
        if value.isNaN { return bits >> 16 | 0x40 }
        return (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
    }

    /// The same of eight numbers given by their bits.
    @inline(__always)
    static func rounded(_ bits: SIMD8<UInt32>) -> SIMD8<UInt32> {
        let upper = bits &>> 16
        let nearest = (bits &+ 0x7FFF &+ (upper & 1)) &>> 16
        return nearest.replacing(with: upper | 0x40, where: (bits & 0x7FFF_FFFF) .> 0x7F80_0000)
    }
}
