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
            for row in 0..<Int(rows) {
                let sum = row < 2 ? (row == 0 ? sums.0 : sums.1) : (row == 2 ? sums.2 : sums.3)
                let out = c + row * Int(stride)
                var y = sum * alpha
                if accumulates != 0 { y += Vector16(loading: out, count: Int(columns)) }
                y.store(to: out, count: Int(columns))
            }
        }
}
