internal import CLLMKernels

extension GenericKernels {
    /// `c[r][j] = (accumulates ? c : 0) + alpha * sum(a[p][r] * b[p][j])` for a tile of at most 4 rows x 16 columns.
    static let floatTile:
        @convention(c) (
            UnsafePointer<Float>?, UnsafePointer<Float>?, Int64, Float, Int32, UnsafeMutablePointer<Float>?, Int64,
            Int32, Int32
        ) -> Void = { a, b, depth, alpha, accumulates, c, stride, rows, columns in
            guard var a, var b, let c else { return }
            var sums = (Vector16(), Vector16(), Vector16(), Vector16())
            for _ in 0..<Int(depth) {
                let w = Vector16(loading: b)
                sums.0 += w * a[0]
                sums.1 += w * a[1]
                sums.2 += w * a[2]
                sums.3 += w * a[3]
                a += 4
                b += 16
            }
            store(sums, alpha, accumulates != 0, to: c, stride: Int(stride), rows: Int(rows), columns: Int(columns))
        }

    /// The same from factors in bfloat16, two depths in 32 bits, the even one in the low half.
    static let bfloatTile:
        @convention(c) (
            UnsafePointer<UInt32>?, UnsafePointer<UInt32>?, Int64, Float, Int32, UnsafeMutablePointer<Float>?, Int64,
            Int32, Int32
        ) -> Void = { a, b, pairs, alpha, accumulates, c, stride, rows, columns in
            guard var a, var b, let c else { return }
            var sums = (Vector16(), Vector16(), Vector16(), Vector16())
            for _ in 0..<Int(pairs) {
                let w = UnsafeRawPointer(b).loadUnaligned(as: SIMD16<UInt32>.self)
                let even = unsafeBitCast(w &<< 16, to: Vector16.self)
                sums.0 += even * Float(bitPattern: a[0] << 16)
                sums.1 += even * Float(bitPattern: a[1] << 16)
                sums.2 += even * Float(bitPattern: a[2] << 16)
                sums.3 += even * Float(bitPattern: a[3] << 16)
                let odd = unsafeBitCast(w & 0xFFFF_0000, to: Vector16.self)
                sums.0 += odd * Float(bitPattern: a[0] & 0xFFFF_0000)
                sums.1 += odd * Float(bitPattern: a[1] & 0xFFFF_0000)
                sums.2 += odd * Float(bitPattern: a[2] & 0xFFFF_0000)
                sums.3 += odd * Float(bitPattern: a[3] & 0xFFFF_0000)
                a += 4
                b += 16
            }
            store(sums, alpha, accumulates != 0, to: c, stride: Int(stride), rows: Int(rows), columns: Int(columns))
        }

    @inline(__always)
    private static func store(
        _ sums: (Vector16, Vector16, Vector16, Vector16), _ alpha: Float, _ accumulates: Bool,
        to c: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int
    ) {
        for row in 0..<rows {
            let sum = row < 2 ? (row == 0 ? sums.0 : sums.1) : (row == 2 ? sums.2 : sums.3)
            let out = c + row * stride
            var y = sum * alpha
            if accumulates { y += Vector16(loading: out, count: columns) }
            y.store(to: out, count: columns)
        }
    }
}
