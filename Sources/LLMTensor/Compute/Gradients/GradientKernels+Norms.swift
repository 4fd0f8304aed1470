/// Normalizations of rows; `weight` may be stored as an offset from one.
extension GradientKernels {
    /// `out = x * r * (weight + offset)` with `r = 1 / sqrt(mean(x^2) + epsilon)`; returns `r`.
    package static func rmsNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, offset: Float, epsilon: Float, count: Int,
        into out: UnsafeMutablePointer<Float>
    ) -> Float {
        let factor = 1 / (dot(x, x, count: count) / Float(count) + epsilon).squareRoot()
        for i in stride(from: 0, to: count, by: 16) {
            let w = Vector16(loading: weight + i, count: count - i) + offset
            (Vector16(loading: x + i, count: count - i) * factor * w).store(to: out + i, count: count - i)
        }
        return factor
    }

    /// `dx (+)= r * g - x * r^3 * mean(g * x)` with `g = dy * (weight + offset)`.
    package static func rmsNormBackward(
        _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, weight: UnsafePointer<Float>, offset: Float,
        inverse r: Float, count: Int, accumulates: Bool, into dx: UnsafeMutablePointer<Float>
    ) {
        var sum = Vector16()
        for i in stride(from: 0, to: count, by: 16) {
            let g =
                Vector16(loading: dy + i, count: count - i)
                * (Vector16(loading: weight + i, count: count - i) + offset)
            sum += g * Vector16(loading: x + i, count: count - i)
        }
        let c = sum.total / Float(count) * r * r * r
        for i in stride(from: 0, to: count, by: 16) {
            let g =
                Vector16(loading: dy + i, count: count - i)
                * (Vector16(loading: weight + i, count: count - i) + offset)
            var d = g * r - Vector16(loading: x + i, count: count - i) * c
            if accumulates { d += Vector16(loading: dx + i, count: count - i) }
            d.store(to: dx + i, count: count - i)
        }
    }

    /// `out = (x - mean) * r * weight + bias` with `r = 1 / sqrt(variance + epsilon)`; returns mean and `r`.
    package static func layerNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, offset: Float, bias: UnsafePointer<Float>?,
        epsilon: Float, count: Int, into out: UnsafeMutablePointer<Float>
    ) -> (mean: Float, inverse: Float) {
        var sum = Vector16()
        for i in stride(from: 0, to: count, by: 16) { sum += Vector16(loading: x + i, count: count - i) }
        let mean = sum.total / Float(count)
        var squares = Vector16()
        for i in stride(from: 0, to: count, by: 16) {
            var v = Vector16(loading: x + i, count: count - i) - mean
            if count - i < 16 { for j in count - i..<16 { v[j] = 0 } }
            squares += v * v
        }
        let r = 1 / (squares.total / Float(count) + epsilon).squareRoot()
        for i in stride(from: 0, to: count, by: 16) {
            let w = Vector16(loading: weight + i, count: count - i) + offset
            var y = (Vector16(loading: x + i, count: count - i) - mean) * r * w
            if let bias { y += Vector16(loading: bias + i, count: count - i) }
            y.store(to: out + i, count: count - i)
        }
        return (mean, r)
    }

    /// `dx (+)= r * (g - mean(g) - n * mean(g * n))` with `g = dy * (weight + offset)`, `n = (x - mean) * r`.
    package static func layerNormBackward(
        _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, weight: UnsafePointer<Float>, offset: Float,
        mean: Float, inverse r: Float, count: Int, accumulates: Bool, into dx: UnsafeMutablePointer<Float>
    ) {
        var (sum, products) = (Vector16(), Vector16())
        for i in stride(from: 0, to: count, by: 16) {
            // Absent elements have a zero gradient, so they add nothing.
            let g =
                Vector16(loading: dy + i, count: count - i)
                * (Vector16(loading: weight + i, count: count - i) + offset)
            sum += g
            products += g * (Vector16(loading: x + i, count: count - i) - mean) * r
        }
        let (a, b) = (sum.total / Float(count), products.total / Float(count))
        for i in stride(from: 0, to: count, by: 16) {
            let g =
                Vector16(loading: dy + i, count: count - i)
                * (Vector16(loading: weight + i, count: count - i) + offset)
            let n = (Vector16(loading: x + i, count: count - i) - mean) * r
            var d = (g - a - n * b) * r
            if accumulates { d += Vector16(loading: dx + i, count: count - i) }
            d.store(to: dx + i, count: count - i)
        }
    }

    /// `dWeight[column] += sum over rows of dy * (x - mean) * inverse`, rows in order, for some columns.
    ///
    /// `moments` is `[row][2]`: mean (0 for RMS) and inverse.
    package static func addNormWeightGradient(
        _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, moments: UnsafePointer<Float>, rows: Int, width: Int,
        columns: Range<Int>, to out: UnsafeMutablePointer<Float>
    ) {
        for column in stride(from: columns.lowerBound, to: columns.upperBound, by: 16) {
            let count = columns.upperBound - column
            var sum = Vector16()
            for row in 0..<rows {
                let place = row * width + column
                sum +=
                    Vector16(loading: dy + place, count: count)
                    * (Vector16(loading: x + place, count: count) - moments[2 * row]) * moments[2 * row + 1]
            }
            (Vector16(loading: out + column, count: count) + sum).store(to: out + column, count: count)
        }
    }
}
