#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// How far two distributions are apart.
public enum Divergence {
    /// What stands for a share of zero in a logarithm.
    public enum ZeroShare: Sendable, Hashable {
        /// 0.0001, or a millionth of the smallest share where that is 0.0001 or less: Evidently's rule, which looks at each
        /// sample by itself.
        case relative
        /// This share.
        case constant(Double)
    }

    /// The population stability index: Σ (p - q) ln(p / q) over bins, p the reference's shares and q the current ones.
    ///
    /// 0.1 is the usual mark for a shift worth a look, 0.25 for one that calls for action.
    /// - Throws: ``DriftError`` when a table is empty, has a negative count, or the tables differ in length.
    public static func populationStabilityIndex(
        reference: [Double], current: [Double], zeroShare: ZeroShare = .relative
    ) throws(DriftError) -> Double {
        let p = filled(try shares(reference, current.count), zeroShare)
        let q = filled(try shares(current, reference.count), zeroShare)
        return zip(p, q).reduce(0) { $0 + ($1.0 - $1.1) * log($1.0 / $1.1) }
    }

    /// The Jensen-Shannon divergence in nats, or to another base of logarithms: 0 to ln 2.
    public static func jensenShannon(
        _ first: [Double], _ second: [Double], base: Double? = nil
    ) throws(DriftError) -> Double {
        let (p, q) = (try shares(first, second.count), try shares(second, first.count))
        var sum = 0.0
        for (a, b) in zip(p, q) {
            let middle = (a + b) / 2
            if a > 0 { sum += a * log(a / middle) }
            if b > 0 { sum += b * log(b / middle) }
        }
        let nats = max(0, sum / 2)
        return base.map { nats / log($0) } ?? nats
    }

    /// The Jensen-Shannon distance, the square root of the divergence: `scipy.spatial.distance.jensenshannon`.
    public static func jensenShannonDistance(
        _ first: [Double], _ second: [Double], base: Double? = nil
    ) throws(DriftError) -> Double {
        try jensenShannon(first, second, base: base).squareRoot()
    }

    /// The Wasserstein (earth mover's) distance of two samples in their own unit: `scipy.stats.wasserstein_distance`.
    public static func wasserstein(_ first: [Double], _ second: [Double]) throws(DriftError) -> Double {
        guard !first.isEmpty, !second.isEmpty else { throw .empty("a sample") }
        guard first.allSatisfy(\.isFinite), second.allSatisfy(\.isFinite) else {
            throw .invalidValue("not a finite number")
        }
        let (a, b) = (first.sorted(), second.sorted())
        var (i, j) = (0, 0)
        var previous = min(a[0], b[0])
        var sum = 0.0
        while i < a.count || j < b.count {
            let value = min(i < a.count ? a[i] : .infinity, j < b.count ? b[j] : .infinity)
            sum += abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)) * (value - previous)
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            previous = value
        }
        return sum
    }

    /// The Wasserstein distance in standard deviations of the reference (at least 0.001, against division by zero).
    public static func normalizedWasserstein(
        reference: [Double], current: [Double]
    ) throws(DriftError) -> Double {
        let distance = try wasserstein(reference, current)
        let mean = reference.reduce(0, +) / Double(reference.count)
        let variance = reference.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(reference.count)
        return distance / max(variance.squareRoot(), 0.001)
    }

    private static func shares(_ counts: [Double], _ expected: Int) throws(DriftError) -> [Double] {
        guard counts.count == expected else { throw .mismatch("\(counts.count) and \(expected) bins") }
        guard counts.allSatisfy({ $0.isFinite && $0 >= 0 }) else { throw .invalidValue("a negative count") }
        let total = counts.reduce(0, +)
        guard total > 0 else { throw .empty("a table of counts") }
        return counts.map { $0 / total }
    }

    private static func filled(_ shares: [Double], _ zero: ZeroShare) -> [Double] {
        let substitute: Double
        switch zero {
        case .constant(let value): substitute = value
        case .relative:
            let smallest = shares.filter { $0 > 0 }.min() ?? 1
            substitute = smallest <= 0.0001 ? smallest / 1_000_000 : 0.0001
        }
        return shares.map { $0 == 0 ? substitute : $0 }
    }
}
