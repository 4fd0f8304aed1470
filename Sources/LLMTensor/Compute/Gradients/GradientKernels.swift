/// Row-wise formulas of training, forward beside backward, in plain Swift vectors.
///
/// They take a percent or two of a training step, whose time lies in matrix products. None allocates.
package enum GradientKernels {
    /// `out = a + b`.
    package static func add(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
    ) {
        for i in stride(from: 0, to: count, by: 16) {
            (Vector16(loading: a + i, count: count - i) + Vector16(loading: b + i, count: count - i))
                .store(to: out + i, count: count - i)
        }
    }

    /// `out += scale * x`.
    package static func addScaled(
        _ x: UnsafePointer<Float>, _ scale: Float, count: Int, to out: UnsafeMutablePointer<Float>
    ) {
        for i in stride(from: 0, to: count, by: 16) {
            (Vector16(loading: out + i, count: count - i) + Vector16(loading: x + i, count: count - i) * scale)
                .store(to: out + i, count: count - i)
        }
    }

    /// `out = scale * x`; `out` may be `x`.
    package static func scale(
        _ x: UnsafePointer<Float>, _ scale: Float, count: Int, into out: UnsafeMutablePointer<Float>
    ) {
        for i in stride(from: 0, to: count, by: 16) {
            (Vector16(loading: x + i, count: count - i) * scale).store(to: out + i, count: count - i)
        }
    }

    /// The sum of products.
    package static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
        var sum = Vector16()
        for i in stride(from: 0, to: count, by: 16) {
            sum += Vector16(loading: a + i, count: count - i) * Vector16(loading: b + i, count: count - i)
        }
        return sum.total
    }

    /// `out[column] += sum over rows of x[row][column]`, rows in order, for some columns.
    package static func addColumnSums(
        _ x: UnsafePointer<Float>, rows: Int, stride rowStride: Int, columns: Range<Int>,
        to out: UnsafeMutablePointer<Float>
    ) {
        for column in stride(from: columns.lowerBound, to: columns.upperBound, by: 16) {
            let count = columns.upperBound - column
            var sum = Vector16()
            for row in 0..<rows { sum += Vector16(loading: x + row * rowStride + column, count: count) }
            (Vector16(loading: out + column, count: count) + sum).store(to: out + column, count: count)
        }
    }
}
