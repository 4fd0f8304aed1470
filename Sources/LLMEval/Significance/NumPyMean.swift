/// Means as NumPy and Python's `statistics` take them, to the last digit.
enum NumPyMean {
    /// `numpy.mean` of a contiguous array: pairwise summation.
    static func mean<Value: BinaryFloatingPoint>(_ values: [Value]) -> Value {
        pairwiseSum(values[...]) / Value(values.count)
    }

    private static func pairwiseSum<Value: BinaryFloatingPoint>(_ values: ArraySlice<Value>) -> Value {
        let count = values.count
        if count < 8 { return values.reduce(0, +) }
        guard count <= 128 else {
            let half = count / 2 - count / 2 % 8
            let middle = values.startIndex + half
            return pairwiseSum(values[..<middle]) + pairwiseSum(values[middle...])
        }
        var lanes = Array(values.prefix(8))
        let whole = count - count % 8
        for index in stride(from: 8, to: whole, by: 8) {
            for lane in 0..<8 { lanes[lane] += values[values.startIndex + index + lane] }
        }
        var sum =
            ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
        for value in values.suffix(count - whole) { sum += value }
        return sum
    }

    /// `statistics.mean`: the exact mean, rounded once (here from twice the precision of a Double).
    static func exactMean(_ values: [Double]) -> Double {
        var (high, low) = (0.0, 0.0)
        for value in values {
            let sum = high + value
            let part = sum - high
            low += (high - (sum - part)) + (value - part)
            high = sum
        }
        let count = Double(values.count)
        let quotient = (high + low) / count
        let rest = high.addingProduct(-quotient, count) + low
        return quotient + rest / count
    }
}
