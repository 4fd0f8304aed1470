internal import CLLMKernels

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension GenericKernels {
    /// `gate = function(gate) * up`: 0 SiLU, 1 GELU by tanh, 2 GELU, 3 ReLU, else squared ReLU.
    static let activate: @convention(c) (UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, Int32, Int32) -> Void = {
        gate, up, function, count in
        guard let gate else { return }
        let count = Int(count)
        for i in stride(from: 0, to: count, by: 16) {
            var y = activated(Vector16(loading: gate + i, count: count - i), function)
            if let up { y *= Vector16(loading: up + i, count: count - i) }
            y.store(to: gate + i, count: count - i)
        }
    }

    @inline(__always)
    private static func activated(_ x: Vector16, _ function: Int32) -> Vector16 {
        switch function {
        case 0: return x / (exponential(-x) + 1)
        case 1:
            // 0.5 x (1 + tanh(u)) = x / (1 + e^(-2u))
            let u = (x * x * x * 0.044_715 + x) * (2 * 0.797_884_560_802_865_4)
            return x / (exponential(-u) + 1)
        case 2:
            var y = Vector16()
            for i in 0..<16 { y[i] = 0.5 * x[i] * (1 + erff(x[i] * 0.707_106_781_186_547_6)) }
            return y
        default:
            let rectified = x.replacing(with: 0, where: x .< 0)
            return function == 3 ? rectified : rectified * rectified
        }
    }
}
