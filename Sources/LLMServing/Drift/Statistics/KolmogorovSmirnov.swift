#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The two-sample, two-sided Kolmogorov-Smirnov test.
///
/// The largest distance between two empirical distribution functions, and how probable such a distance is when both
/// samples come from one continuous distribution. Decides between the exact and the asymptotic distribution as
/// `scipy.stats.ks_2samp` does.
public enum KolmogorovSmirnov {
    /// How the probability is computed.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// Exact up to ``largestExactSample`` values in the larger sample, else asymptotic.
        case automatic
        /// By counting paths (Hodges 1958); work grows with the product of the sizes.
        case exact
        /// By the one-sample distribution for the harmonic size (Simard and L'Ecuyer 2011).
        case asymptotic
    }

    /// The largest sample that ``Method/automatic`` treats exactly.
    public static let largestExactSample = 10_000

    /// Tests two samples in any order.
    ///
    /// - Throws: ``DriftError`` when a sample is empty or has a value that is no number.
    public static func test(
        _ first: [Double], _ second: [Double], method: Method = .automatic
    ) throws(DriftError) -> TestResult {
        guard !first.isEmpty, !second.isEmpty else { throw .empty("a sample") }
        guard !first.contains(where: \.isNaN), !second.contains(where: \.isNaN) else { throw .invalidValue("NaN") }
        return test(sorted: first.sorted(), second.sorted(), method: method)
    }

    /// Tests samples that are sorted, not empty and without NaN.
    static func test(sorted first: [Double], _ second: [Double], method: Method) -> TestResult {
        let divisor = greatestCommonDivisor(first.count, second.count)
        // The distance in units of 1 / least common multiple is an integer.
        let (distance, steps) = largestDistance(first, second, divisor)
        let larger = max(first.count, second.count)
        let smaller = min(first.count, second.count)
        let countsFit = larger / divisor < Int(Int32.max) / max(1, smaller)
        if method == .exact || (method == .automatic && larger <= largestExactSample), countsFit {
            let pValue = exactTail(larger, smaller, divisor, steps)
            // scipy takes a probability that rounding put above 1 for a failure and goes on; equal numbers matter more here.
            if pValue <= 1 { return TestResult(statistic: distance, pValue: max(pValue, 0)) }
        }
        return TestResult(statistic: distance, pValue: asymptoticTail(larger, smaller, distance))
    }

    /// The probability of a distance by the one-sample distribution for the harmonic size.
    static func asymptoticTail(_ first: Int, _ second: Int, _ distance: Double) -> Double {
        let size = Double(first) * Double(second) / Double(first + second)
        let tail = KolmogorovDistribution.tail(size: Int(size.rounded(.toNearestOrEven)), distance)
        return min(max(tail, 0), 1)
    }

    private static func largestDistance(_ a: [Double], _ b: [Double], _ divisor: Int) -> (Double, Int) {
        let (stepA, stepB) = (b.count / divisor, a.count / divisor)
        var (i, j, largest) = (0, 0, 0)
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            largest = max(largest, abs(i * stepA - j * stepB))
        }
        return (Double(largest) / (Double(stepB) * Double(b.count)), largest)
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    private static func exactTail(_ larger: Int, _ smaller: Int, _ divisor: Int, _ steps: Int) -> Double {
        if steps == 0 { return 1 }
        return larger == smaller ? tailOfEqualSizes(larger, steps) : tailByPaths(larger, smaller, divisor, steps)
    }

    /// The reflection formula 2 Σ (-1)^(k+1) C(2n, n - kh) / C(2n, n), as nested products against cancellation.
    private static func tailOfEqualSizes(_ n: Int, _ h: Int) -> Double {
        var result = 0.0
        for k in stride(from: n / h, through: 0, by: -1) {
            var product = 1.0
            for j in 0..<h { product *= Double(n - k * h - j) / Double(n + k * h + j + 1) }
            result = product * (1 - result)
        }
        return 2 * result
    }

    /// The probability that a random path from (0, 0) to (m, n) leaves the band |n i - m j| < h.
    ///
    /// A path ending in (i, j) came from (i - 1, j) with probability i / (i + j), which gives a recurrence in numbers
    /// between 0 and 1 that never subtracts.
    private static func tailByPaths(_ m: Int, _ n: Int, _ divisor: Int, _ h: Int) -> Double {
        let (stepI, stepJ) = (n / divisor, m / divisor)
        // outside[j] is of row i below the current j and of row i - 1 from there on; 1 where no row has been.
        var outside = [Double](repeating: 1, count: n + 1)
        return outside.withUnsafeMutableBufferPointer { outside in
            for i in 0...m {
                // |stepI i - stepJ j| < h
                let low = max(0, Int((Double(stepI * i - h) / Double(stepJ)).rounded(.down)) + 1)
                let high = min(n, Int((Double(stepI * i + h) / Double(stepJ)).rounded(.up)) - 1)
                guard low <= high else { return 1 }
                var left = low > 0 ? 1.0 : 0
                for j in low...high {
                    let value =
                        i + j == 0 ? 0 : (Double(i) * (i > 0 ? outside[j] : 0) + Double(j) * left) / Double(i + j)
                    outside[j] = value
                    left = value
                }
            }
            return outside[n]
        }
    }
}
