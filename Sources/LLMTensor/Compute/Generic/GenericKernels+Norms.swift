internal import CLLMKernels

extension GenericKernels {
    /// `out = x / sqrt(mean(x^2) + epsilon) * weight` (Zhang and Sennrich, 2019, arXiv 1910.07467).
    static let rmsNorm:
        @convention(c) (
            UnsafePointer<Float>?, UnsafePointer<Float>?, Float, Int32, UnsafeMutablePointer<Float>?
        ) -> Void = { x, weight, epsilon, count, out in
            guard let x, let weight, let out else { return }
            let count = Int(count)
            var squares = Vector16(repeating: 0)
            for i in stride(from: 0, to: count, by: 16) {
                let v = Vector16(loading: x + i, count: count - i)
                squares += v * v
            }
            let factor = 1 / (squares.total / Float(count) + epsilon).squareRoot()
            for i in stride(from: 0, to: count, by: 16) {
                let v = Vector16(loading: x + i, count: count - i) * factor
                (v * Vector16(loading: weight + i, count: count - i)).store(to: out + i, count: count - i)
            }
        }

    /// `out = (x - mean) / sqrt(variance + epsilon) * weight + bias` (Ba et al., 2016, arXiv 1607.06450).
    static let layerNorm:
        @convention(c) (
            UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Float, Int32,
            UnsafeMutablePointer<Float>?
        ) -> Void = { x, weight, bias, epsilon, count, out in
            guard let x, let weight, let out else { return }
            let count = Int(count)
            var sum = Vector16(repeating: 0)
            for i in stride(from: 0, to: count, by: 16) { sum += Vector16(loading: x + i, count: count - i) }
            let mean = sum.total / Float(count)
            var squares = Vector16(repeating: 0)
            for i in stride(from: 0, to: count, by: 16) {
                var v = Vector16(loading: x + i, count: count - i) - mean
                if count - i < 16 { for j in count - i..<16 { v[j] = 0 } }
                squares += v * v
            }
            let factor = 1 / (squares.total / Float(count) + epsilon).squareRoot()
            for i in stride(from: 0, to: count, by: 16) {
                let v = (Vector16(loading: x + i, count: count - i) - mean) * factor
                var y = v * Vector16(loading: weight + i, count: count - i)
                if let bias { y += Vector16(loading: bias + i, count: count - i) }
                y.store(to: out + i, count: count - i)
            }
        }

    /// `x += y`.
    static let add: @convention(c) (UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, Int32) -> Void = {
        x, y, count in
        guard let x, let y else { return }
        for i in 0..<Int(count) { x[i] += y[i] }
    }
}
