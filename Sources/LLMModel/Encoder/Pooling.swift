/// How the vectors of a text's tokens become one vector. Names as in sentence-transformers.
public enum Pooling: String, Sendable, CaseIterable {
    /// The first token's vector.
    case cls
    /// The mean over all tokens, special ones included.
    case mean
    /// The sum over all tokens divided by the square root of their number.
    case meanSqrtLength = "mean_sqrt_len"
    /// The largest value of each component.
    case max
    /// A mean that weighs later tokens more: 1, 2, 3, ...
    case weightedMean = "weightedmean"
    /// The last token's vector.
    case lastToken = "lasttoken"

    /// Pools `[tokens, width]`, `count` rows; at least one.
    func pool(_ rows: UnsafeBufferPointer<Float>, count: Int, width: Int) -> [Float] {
        func row(_ index: Int) -> ArraySlice<Float> { Array(rows[index * width..<(index + 1) * width])[...] }
        switch self {
        case .cls: return Array(row(0))
        case .lastToken: return Array(row(count - 1))
        case .max:
            var result = Array(row(0))
            for index in 1..<Swift.max(count, 1) {
                for column in 0..<width { result[column] = Swift.max(result[column], rows[index * width + column]) }
            }
            return result
        case .mean, .meanSqrtLength, .weightedMean:
            var sums = [Float](repeating: 0, count: width)
            var total: Float = 0
            for index in 0..<count {
                let weight = self == .weightedMean ? Float(index + 1) : 1
                total += weight
                let row = UnsafeBufferPointer(rebasing: rows[index * width..<(index + 1) * width])
                sums.withUnsafeMutableBufferPointer {
                    for column in 0..<width { $0[column] += weight * row[column] }
                }
            }
            let divisor = self == .meanSqrtLength ? total.squareRoot() : total
            for column in 0..<width { sums[column] /= divisor }
            return sums
        }
    }
}
