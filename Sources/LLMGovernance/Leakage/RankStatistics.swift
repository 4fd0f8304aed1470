#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Functions of the C library under one name on every platform.
enum Libm {
    static func exp(_ value: Double) -> Double { _exp(value) }
    static func log(_ value: Double) -> Double { _log(value) }
    static func log2(_ value: Double) -> Double { _log2(value) }
    static func log1p(_ value: Double) -> Double { _log1p(value) }
    static func erfc(_ value: Double) -> Double { _erfc(value) }
    static func pow(_ base: Double, _ exponent: Double) -> Double { _pow(base, exponent) }
}

private func _exp(_ value: Double) -> Double { exp(value) }
private func _log(_ value: Double) -> Double { log(value) }
private func _log2(_ value: Double) -> Double { log2(value) }
private func _log1p(_ value: Double) -> Double { log1p(value) }
private func _erfc(_ value: Double) -> Double { erfc(value) }
private func _pow(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

extension Double {
    var logarithm2: Double { Libm.log2(self) }
}

enum RankStatistics {
    /// Ranks from 1; equal values share the mean of theirs.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = Array(repeating: 0.0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }

    /// Spearman's rank correlation; 0 when one side does not vary.
    static func spearman(_ left: [Double], _ right: [Double]) -> Double {
        let (left, right) = (ranks(left), ranks(right))
        let count = Double(left.count)
        let mean = (count + 1) / 2
        var (products, lefts, rights) = (0.0, 0.0, 0.0)
        for (one, other) in zip(left, right) {
            products += (one - mean) * (other - mean)
            lefts += (one - mean) * (one - mean)
            rights += (other - mean) * (other - mean)
        }
        return lefts > 0 && rights > 0 ? products / (lefts * rights).squareRoot() : 0
    }
}
