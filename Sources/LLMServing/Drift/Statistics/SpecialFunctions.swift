#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Tails of distributions.
enum SpecialFunctions {
    /// Probability of a standard normal variable above `z`.
    static func normalTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.squareRoot()) }

    /// Probability of a chi-square variable above `x`.
    static func chiSquareTail(_ x: Double, degreesOfFreedom: Double) -> Double {
        upperGamma(degreesOfFreedom / 2, x / 2)
    }

    /// The logarithm of the gamma function of a positive number.
    static func logGamma(_ x: Double) -> Double {
        // The overlay's function returns the sign beside it and, unlike C's, has no global state.
        let result: (Double, Int) = lgamma(x)
        return result.0
    }

    /// The regularized upper incomplete gamma function Q(a, x).
    ///
    /// The power series of P below a + 1, the continued fraction of Q above (NIST DLMF 8.11.4 and 8.9.2).
    static func upperGamma(_ a: Double, _ x: Double) -> Double {
        guard x > 0, a > 0 else { return 1 }
        guard x.isFinite else { return 0 }
        let scale = exp(a * log(x) - x - logGamma(a))
        return x < a + 1 ? max(0, 1 - scale * series(a, x)) : scale * continuedFraction(a, x)
    }

    private static func series(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var divisor = a
        for _ in 0..<100_000 {
            divisor += 1
            term *= x / divisor
            sum += term
            if term < sum * 0x1p-54 { break }
        }
        return sum
    }

    /// The fraction evaluated front to back (modified Lentz).
    private static func continuedFraction(_ a: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var result = d
        for i in 1..<100_000 {
            let an = -Double(i) * (Double(i) - a)
            b += 2
            d = an * d + b
            if abs(d) < tiny { d = tiny }
            c = b + an / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let delta = d * c
            result *= delta
            if abs(delta - 1) < 0x1p-53 { break }
        }
        return result
    }
}
