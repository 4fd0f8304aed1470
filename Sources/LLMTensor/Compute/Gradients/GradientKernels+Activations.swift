#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Activations: 0 SiLU, 1 GELU by tanh, 2 GELU, 3 ReLU, 4 squared ReLU.
extension GradientKernels {
    /// `out = function(gate) * up`; without `up`, `function(gate)`.
    package static func activate(
        _ gate: UnsafePointer<Float>, up: UnsafePointer<Float>?, function: Int, count: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        for i in stride(from: 0, to: count, by: 16) {
            var y = valueAndSlope(Vector16(loading: gate + i, count: count - i), function).value
            if let up { y *= Vector16(loading: up + i, count: count - i) }
            y.store(to: out + i, count: count - i)
        }
    }

    /// `dGate = dy * up * function'(gate)`, `dUp = dy * function(gate)`; without `up`, `dGate = dy * function'(gate)`.
    package static func activateBackward(
        _ dy: UnsafePointer<Float>, gate: UnsafePointer<Float>, up: UnsafePointer<Float>?, function: Int, count: Int,
        dGate: UnsafeMutablePointer<Float>, dUp: UnsafeMutablePointer<Float>?
    ) {
        for i in stride(from: 0, to: count, by: 16) {
            let (value, slope) = valueAndSlope(Vector16(loading: gate + i, count: count - i), function)
            var d = Vector16(loading: dy + i, count: count - i)
            if let dUp { (d * value).store(to: dUp + i, count: count - i) }
            if let up { d *= Vector16(loading: up + i, count: count - i) }
            (d * slope).store(to: dGate + i, count: count - i)
        }
    }

    @inline(__always)
    private static func valueAndSlope(_ x: Vector16, _ function: Int) -> (value: Vector16, slope: Vector16) {
        let zero = Vector16()
        switch function {
        case 0:
            let s = 1 / (exponential(-x) + 1)
            return (x * s, s * (x * (1 - s) + 1))
        case 1:
            // 0.5 x (1 + tanh(u)) = x s(2u), u = sqrt(2 / pi) (x + 0.044715 x^3)
            let double: Float = 2 * 0.797_884_560_802_865_4
            let s = 1 / (exponential(-(x * x * x * 0.044_715 + x) * double) + 1)
            let du = (x * x * (3 * 0.044_715) + 1) * double
            return (x * s, s + x * s * (1 - s) * du)
        case 2:
            var cumulative = Vector16()
            for i in 0..<16 { cumulative[i] = 0.5 * (1 + erff(x[i] * 0.707_106_781_186_547_6)) }
            let density = exponential(x * x * -0.5) * 0.398_942_280_401_432_7
            return (x * cumulative, cumulative + x * density)
        case 3:
            return (x.replacing(with: 0, where: x .< 0), zero.replacing(with: 1, where: x .> 0))
        default:
            let rectified = x.replacing(with: 0, where: x .< 0)
            return (rectified * rectified, rectified * 2)
        }
    }

    /// `x = cap * tanh(x / cap)`.
    package static func softcap(_ x: UnsafeMutablePointer<Float>, cap: Float, count: Int) {
        for i in stride(from: 0, to: count, by: 16) {
            hyperbolicTangent(Vector16(loading: x + i, count: count - i) / cap, cap).store(
                to: x + i, count: count - i)
        }
    }

    /// `scale * tanh(x)`.
    @inline(__always)
    private static func hyperbolicTangent(_ x: Vector16, _ scale: Float) -> Vector16 {
        (1 - 2 / (exponential(x * 2) + 1)) * scale
    }

    /// `d *= 1 - (y / cap)^2`, the slope of ``softcap(_:cap:count:)`` whose result is `y`.
    package static func softcapBackward(
        _ d: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>, cap: Float, count: Int
    ) {
        for i in stride(from: 0, to: count, by: 16) {
            let t = Vector16(loading: y + i, count: count - i) / cap
            (Vector16(loading: d + i, count: count - i) * (1 - t * t)).store(to: d + i, count: count - i)
        }
    }
}
