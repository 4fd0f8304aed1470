#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The distribution of the one-sample, two-sided Kolmogorov-Smirnov statistic.
///
/// Chooses among exact and approximate formulas by size and distance as in Simard and L'Ecuyer, "Computing the
/// Two-Sided Kolmogorov-Smirnov Distribution", Journal of Statistical Software 39 (2011).
enum KolmogorovDistribution {
    /// The probability of a distance of `x` or more with `n` values.
    static func tail(size n: Int, _ x: Double) -> Double {
        guard n > 0 else { return .nan }
        if x >= 1 { return 0 }
        let size = Double(n)
        let t = size * x
        if t <= 0.5 { return 1 }
        if t <= 1 { return 1 - exp(SpecialFunctions.logGamma(size + 1) - size * log(size) + size * log(2 * t - 1)) }
        if t >= size - 1 { return 2 * pow(1 - x, size) }
        if x >= 0.5 { return min(1, 2 * oneSidedTail(n, x)) }
        let scaled = t * x
        if n <= 140 { return scaled > 4 ? 2 * oneSidedTail(n, x) : 1 - matrixPower(n, x) }
        if scaled >= 370 { return 0 }
        if scaled >= 2.2 { return min(1, 2 * oneSidedTail(n, x)) }
        return 1 - (n <= 100_000 && size * pow(x, 1.5) <= 1.4 ? matrixPower(n, x) : pelzGood(size, x))
    }

    /// Smirnov's sum for the one-sided statistic (Birnbaum and Tingey 1951).
    private static func oneSidedTail(_ n: Int, _ x: Double) -> Double {
        let size = Double(n)
        let logFactorial = SpecialFunctions.logGamma(size + 1)
        var sum = 0.0
        for j in 0...Int(size * (1 - x)) {
            let part = Double(j)
            let rest = 1 - x - part / size
            guard rest > 0 else { continue }
            let binomial =
                logFactorial - SpecialFunctions.logGamma(part + 1) - SpecialFunctions.logGamma(size - part + 1)
            sum += exp(binomial + (part - 1) * log(x + part / size) + (size - part) * log(rest))
        }
        return x * sum
    }

    /// Durbin's matrix, raised by repeated squaring (Marsaglia, Tsang and Wang 2003); the distribution function.
    private static func matrixPower(_ n: Int, _ x: Double) -> Double {
        let t = Double(n) * x
        let k = Int(t.rounded(.up))
        let (h, m) = (Double(k) - t, 2 * k - 1)
        var base = ScaledMatrix(size: m)
        for i in 0..<m {
            for j in 0..<m where i - j + 1 >= 0 { base[i, j] = 1 }
        }
        for i in 0..<m {
            base[i, 0] -= pow(h, Double(i + 1))
            base[m - 1, i] -= pow(h, Double(m - i))
        }
        if 2 * h > 1 { base[m - 1, 0] += pow(2 * h - 1, Double(m)) }
        for i in 0..<m {
            for j in 0..<m where i - j + 1 > 0 { base[i, j] /= exp(SpecialFunctions.logGamma(Double(i - j + 2))) }
        }
        var power = ScaledMatrix(size: m)
        for i in 0..<m { power[i, i] = 1 }
        var rest = n
        while rest > 0 {
            if rest & 1 == 1 { power = power * base }
            rest >>= 1
            if rest > 0 { base = base * base }
        }
        var result = power[k - 1, k - 1]
        var exponent = power.exponent
        for i in 1...n {
            result *= Double(i) / Double(n)
            if result < 0x1p-512 {
                result *= 0x1p512
                exponent -= 512
            }
        }
        return scalbn(result, Int32(clamping: exponent))
    }

    /// The asymptotic series of Pelz and Good (1976) with four terms; the distribution function.
    private static func pelzGood(_ n: Double, _ x: Double) -> Double {
        let z = n.squareRoot() * x
        let z2 = z * z
        let (z4, z6) = (z2 * z2, z2 * z2 * z2)
        let pi2 = Double.pi * Double.pi
        let (pi4, pi6) = (pi2 * pi2, pi2 * pi2 * pi2)
        var terms = SIMD4<Double>()
        var extra = SIMD2<Double>()
        for k in 1...max(1, Int((16 * z / .pi).rounded(.up))) {
            let odd = Double(2 * k - 1)
            let (m2, m4) = (odd * odd, odd * odd * odd * odd)
            let weight = exp(-pi2 * m2 / (8 * z2))
            let second = 6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 + pi4 * (1 - 2 * z2) / 16 * m4
            let third =
                -30 * z6 - 90 * z4 * z4 + pi2 * (135 * z4 - 96 * z6) / 4 * m2
                + pi4 * (212 * z4 - 60 * z2) / 16 * m4 + pi6 * (5 - 30 * z2) / 64 * m4 * m2
            terms += weight * SIMD4(1, pi2 / 4 * m2 - z2, second, third)
            let k2 = Double(k * k)
            let even = exp(-pi2 * k2 / (2 * z2))
            extra += even * SIMD2(k2, (3 * z2 - pi2 * k2) * k2)
        }
        let root = (2 * Double.pi).squareRoot()
        terms *= root
        terms /= SIMD4(z, 6 * z4, 72 * z6 * z, 6480 * z6 * z4)
        terms[2] -= extra[0] * pi2 * root / (36 * z2 * z)
        terms[3] += extra[1] * pi2 * root / (216 * z6)
        return terms[0] + terms[1] / n.squareRoot() + terms[2] / n + terms[3] / (n * n.squareRoot())
    }
}

/// A square matrix times a power of two.
private struct ScaledMatrix {
    let size: Int
    var exponent = 0
    private var elements: [Double]

    init(size: Int) {
        self.size = size
        elements = [Double](repeating: 0, count: size * size)
    }

    subscript(row: Int, column: Int) -> Double {
        get { elements[row * size + column] }
        set { elements[row * size + column] = newValue }
    }

    static func * (left: ScaledMatrix, right: ScaledMatrix) -> ScaledMatrix {
        let size = left.size
        var product = ScaledMatrix(size: size)
        product.exponent = left.exponent + right.exponent
        for i in 0..<size {
            for k in 0..<size {
                let factor = left.elements[i * size + k]
                if factor == 0 { continue }
                for j in 0..<size { product.elements[i * size + j] += factor * right.elements[k * size + j] }
            }
        }
        if product[size / 2, size / 2] > 0x1p400 {
            for index in product.elements.indices { product.elements[index] *= 0x1p-400 }
            product.exponent += 400
        }
        return product
    }
}
