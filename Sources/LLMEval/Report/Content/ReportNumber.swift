/// Numbers as people read them.
enum ReportNumber {
    /// With so many digits behind the point.
    static func decimal(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "−∞" : "∞" }
        guard abs(value) < 1e15 else { return short(value) }
        let text = FixedPoint.string(value, decimals: decimals)
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    /// A figure with its unit.
    static func value(_ metric: MetricResult) -> String {
        let number = decimal(metric.value, metric.decimals)
        return metric.unit.isEmpty ? number : number + " " + metric.unit
    }

    /// An interval with its level.
    static func interval(_ interval: ReportInterval, _ decimals: Int) -> String {
        let level = decimal(interval.level * 100, 0)
        return "\(decimal(interval.lower, decimals)) – \(decimal(interval.upper, decimals)) (\(level) %)"
    }

    /// Four significant digits at most, no zeros at the end; with a power of ten when very large or small.
    static func short(_ value: Double) -> String {
        guard value.isFinite else { return decimal(value, 0) }
        guard value != 0 else { return "0" }
        let sign = value < 0 ? "−" : ""
        var magnitude = abs(value)
        var exponent = 0
        if magnitude >= 1e6 || magnitude < 1e-4 {
            while magnitude >= 10 {
                magnitude /= 10
                exponent += 1
            }
            while magnitude < 1 {
                magnitude *= 10
                exponent -= 1
            }
        }
        let decimals = magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : magnitude >= 10 ? 2 : magnitude >= 1 ? 3 : 4
        var text = FixedPoint.string(magnitude, decimals: decimals)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return sign + text + (exponent == 0 ? "" : "e\(exponent < 0 ? "−" : "")\(abs(exponent))")
    }
}
