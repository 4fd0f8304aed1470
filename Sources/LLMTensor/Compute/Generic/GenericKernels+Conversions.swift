internal import CLLMKernels

extension GenericKernels {
    /// Float to half, to nearest even.
    static let toHalf: @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<UInt16>?, Int32) -> Void = {
        x, out, count in
        guard let x, let out else { return }
        for i in 0..<Int(count) { out[i] = HalfPrecision.binary16(x[i]) }
    }

    /// Half to float.
    static let fromHalf: @convention(c) (UnsafePointer<UInt16>?, UnsafeMutablePointer<Float>?, Int32) -> Void = {
        x, out, count in
        guard let x, let out else { return }
        for i in 0..<Int(count) { out[i] = HalfPrecision.float(x[i]) }
    }

    /// The largest element, and the sum of `e^(x - largest)` in double precision.
    static let logSumExp: @convention(c) (UnsafePointer<Float>?, Int64, UnsafeMutablePointer<Float>?) -> Double = {
        x, count, largest in
        guard let x, let largest else { return 0 }
        let count = Int(count)
        var top = -Float.infinity
        for i in 0..<count where x[i] > top { top = x[i] }
        largest.pointee = top
        var sum = 0.0
        for i in stride(from: 0, to: count, by: 16) {
            let e = exponential(Vector16(loading: x + i, count: count - i) - top)
            for j in 0..<min(16, count - i) { sum += Double(e[j]) }
        }
        return sum
    }
}
