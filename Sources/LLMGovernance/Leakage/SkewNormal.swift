/// The skew normal distribution, fitted by moments.
struct SkewNormal {
    /// Location, scale and shape.
    let location: Double
    let scale: Double
    let shape: Double

    /// Fits values; nil when they are fewer than eight, not finite or all the same.
    init?(fitting values: [Double]) {
        let finite = values.filter(\.isFinite)
        guard finite.count >= 8, finite.count == values.count else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let second = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        guard second > 0 else { return nil }
        let third = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) } / count
        // The family reaches a skewness of 0.9953; beyond, the nearest member is taken.
        let skewness = min(0.99, max(-0.99, third / (second * second.squareRoot())))
        let power = Libm.pow(abs(skewness), 2.0 / 3)
        let ratio = Libm.pow((4 - Double.pi) / 2, 2.0 / 3)
        var delta = (Double.pi / 2 * power / (power + ratio)).squareRoot()
        if skewness < 0 { delta = -delta }
        shape = delta / (1 - delta * delta).squareRoot()
        scale = (second / (1 - 2 * delta * delta / Double.pi)).squareRoot()
        location = mean - scale * delta * (2 / Double.pi).squareRoot()
    }

    /// log2 of the probability of more than a value.
    func log2UpperTail(_ value: Double) -> Double {
        guard value.isFinite else { return value < 0 ? 0 : -.infinity }
        let start = (value - location) / scale
        // Below the bulk nearly everything is above; integrate what is below instead.
        if start < 0 {
            let below = integral(from: start - 40, to: start)
            return Libm.log1p(-min(below, 1)) / Libm.log(2)
        }
        // The density falls at least as fast as that of the normal distribution: 12 units hold all that counts, fewer
        // with a negative shape. Relative to its start it does not underflow.
        let steepness = start * (1 + (shape < 0 ? shape * shape : 0))
        let reference = logDensity(start)
        let relative = integral(from: start, to: start + min(12, 60 / max(steepness, 1)), relativeTo: reference)
        return (Libm.log(relative) + reference) / Libm.log(2)
    }

    private func integral(from start: Double, to end: Double, relativeTo reference: Double = 0) -> Double {
        let steps = 4000
        let width = (end - start) / Double(steps)
        var sum = 0.0
        for step in 0...steps {
            let weight = step == 0 || step == steps ? 1.0 : step % 2 == 1 ? 4 : 2
            sum += weight * Libm.exp(logDensity(start + Double(step) * width) - reference)
        }
        return sum * width / 3
    }

    private func logDensity(_ place: Double) -> Double {
        -place * place / 2 - Libm.log(2 * Double.pi) / 2 + Libm.log(2) + Self.logNormal(shape * place)
    }

    /// Logarithm of the normal distribution function.
    private static func logNormal(_ place: Double) -> Double {
        if place > -30 { return Libm.log(Libm.erfc(-place / 2.0.squareRoot()) / 2) }
        return -place * place / 2 - Libm.log(-place) - Libm.log(2 * Double.pi) / 2
    }
}
