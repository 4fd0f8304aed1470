/// A factor of a float product: `lanes` vectors along the depth that is summed over.
///
/// The lanes of the left factor are the rows of the result, those of the right factor its columns. Transposition is
/// a matter of the two strides, one of which is 1.
package struct FloatOperand {
    /// Element (lane 0, depth 0).
    package let base: UnsafePointer<Float>
    /// Floats from a lane to the next.
    package let laneStride: Int
    /// Floats from a depth to the next.
    package let depthStride: Int

    /// A factor whose lanes lie in rows: `[lane][depth]`.
    package static func rows(_ base: UnsafePointer<Float>, stride: Int) -> FloatOperand {
        FloatOperand(base: base, laneStride: stride, depthStride: 1)
    }

    /// A factor whose lanes lie in columns: `[depth][lane]`.
    package static func columns(_ base: UnsafePointer<Float>, stride: Int) -> FloatOperand {
        FloatOperand(base: base, laneStride: 1, depthStride: stride)
    }
}

extension FloatOperand {
    /// Copies a panel of at most `width` lanes and some depths to `[depth][width]`, or in bfloat16 to
    /// `[depth / 2][width][2]`; absent lanes are zero.
    ///
    /// `width` is even.
    func pack(
        lanes: Range<Int>, depths: Range<Int>, width: Int, _ precision: FloatPrecision,
        into out: UnsafeMutablePointer<Float>
    ) {
        if precision == .bfloat16 {
            let pairs = UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt32.self)
            return packPairs(lanes: lanes, depths: depths, width: width, into: pairs)
        }
        let source = base + lanes.lowerBound * laneStride + depths.lowerBound * depthStride
        if laneStride == 1 {
            copy(source, lanes: lanes.count, depths: depths.count, width: width, into: out)
            return
        }
        var whole = lanes.count & ~3
        for lane in stride(from: 0, to: whole, by: 4) {
            transpose(source + lane * laneStride, depths: depths.count, width: width, into: out + lane)
        }
        if lanes.count - whole >= 2 {
            transposeTwo(source + whole * laneStride, depths: depths.count, width: width, into: out + whole)
            whole += 2
        }
        for lane in whole..<width {
            let isPresent = lane < lanes.count
            let row = source + (isPresent ? lane * laneStride : 0)
            for depth in 0..<depths.count { out[depth * width + lane] = isPresent ? row[depth * depthStride] : 0 }
        }
    }

    /// Panels of a factor with lanes side by side: rows of the source are rows of the panel.
    @inline(__always)
    private func copy(
        _ source: UnsafePointer<Float>, lanes: Int, depths: Int, width: Int, into out: UnsafeMutablePointer<Float>
    ) {
        let whole = lanes & ~3
        for depth in 0..<depths {
            let (from, to) = (source + depth * depthStride, out + depth * width)
            var lane = 0
            while lane + 16 <= whole {
                Vector16(loading: from + lane).store(to: to + lane)
                lane += 16
            }
            while lane < whole {
                let four = UnsafeRawPointer(from + lane).loadUnaligned(as: SIMD4<Float>.self)
                UnsafeMutableRawPointer(to + lane).storeBytes(of: four, as: SIMD4<Float>.self)
                lane += 4
            }
            if lane + 2 <= lanes {
                let two = UnsafeRawPointer(from + lane).loadUnaligned(as: SIMD2<Float>.self)
                UnsafeMutableRawPointer(to + lane).storeBytes(of: two, as: SIMD2<Float>.self)
                lane += 2
            }
            while lane < width {
                to[lane] = lane < lanes ? from[lane] : 0
                lane += 1
            }
        }
    }

    /// Four lanes, transposed four depths at a time.
    @inline(__always)
    private func transpose(
        _ source: UnsafePointer<Float>, depths: Int, width: Int, into out: UnsafeMutablePointer<Float>
    ) {
        let (a, b) = (source, source + laneStride)
        let (c, d) = (source + 2 * laneStride, source + 3 * laneStride)
        var depth = 0
        if depthStride == 1 {
            while depth + 4 <= depths {
                let (p, q) = (Self.load(a + depth), Self.load(b + depth))
                let (r, s) = (Self.load(c + depth), Self.load(d + depth))
                let to = out + depth * width
                Self.store(SIMD4(p[0], q[0], r[0], s[0]), to)
                Self.store(SIMD4(p[1], q[1], r[1], s[1]), to + width)
                Self.store(SIMD4(p[2], q[2], r[2], s[2]), to + 2 * width)
                Self.store(SIMD4(p[3], q[3], r[3], s[3]), to + 3 * width)
                depth += 4
            }
        }
        while depth < depths {
            let from = depth * depthStride
            Self.store(SIMD4(a[from], b[from], c[from], d[from]), out + depth * width)
            depth += 1
        }
    }

    /// Two lanes, four depths at a time.
    @inline(__always)
    private func transposeTwo(
        _ source: UnsafePointer<Float>, depths: Int, width: Int, into out: UnsafeMutablePointer<Float>
    ) {
        let (a, b) = (source, source + laneStride)
        var depth = 0
        if depthStride == 1 {
            while depth + 4 <= depths {
                let (p, q) = (Self.load(a + depth), Self.load(b + depth))
                let to = UnsafeMutableRawPointer(out + depth * width)
                let step = 4 * width
                to.storeBytes(of: SIMD2(p[0], q[0]), as: SIMD2<Float>.self)
                to.storeBytes(of: SIMD2(p[1], q[1]), toByteOffset: step, as: SIMD2<Float>.self)
                to.storeBytes(of: SIMD2(p[2], q[2]), toByteOffset: 2 * step, as: SIMD2<Float>.self)
                to.storeBytes(of: SIMD2(p[3], q[3]), toByteOffset: 3 * step, as: SIMD2<Float>.self)
                depth += 4
            }
        }
        while depth < depths {
            let two = SIMD2(a[depth * depthStride], b[depth * depthStride])
            UnsafeMutableRawPointer(out + depth * width).storeBytes(of: two, as: SIMD2<Float>.self)
            depth += 1
        }
    }

    @inline(__always)
    private static func load(_ address: UnsafePointer<Float>) -> SIMD4<Float> {
        UnsafeRawPointer(address).loadUnaligned(as: SIMD4<Float>.self)
    }

    @inline(__always)
    private static func store(_ four: SIMD4<Float>, _ address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: four, as: SIMD4<Float>.self)
    }
}
