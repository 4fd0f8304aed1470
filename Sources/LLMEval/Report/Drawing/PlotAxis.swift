/// One axis of a plot: values to places, and round numbers to label it with.
struct PlotAxis {
    let lower: Double
    let upper: Double
    /// Where the ends lie in the drawing.
    let start: Double
    let end: Double

    /// An axis that covers the values; without any, or without a difference, one around them.
    ///
    /// - Parameter padding: part of the values' range that is left free at both ends.
    init(
        _ values: [Double], fixed: ClosedRange<Double>?, includesZero: Bool = false, padding: Double = 0,
        from start: Double, to end: Double
    ) {
        var lowest = values.min() ?? 0
        var highest = values.max() ?? 1
        if includesZero {
            lowest = min(lowest, 0)
            highest = max(highest, 0)
        }
        let room = (highest - lowest) * padding
        if !includesZero || lowest < 0 { lowest -= room }
        if !includesZero || highest > 0 { highest += room }
        if let fixed, fixed.lowerBound.isFinite, fixed.upperBound.isFinite {
            lowest = fixed.lowerBound
            highest = fixed.upperBound
        }
        if !(highest - lowest).isFinite || highest <= lowest {
            let half = max(abs(lowest) * 0.1, 0.5)
            highest = lowest + half
            lowest -= half
        }
        if !lowest.isFinite || !highest.isFinite || highest <= lowest {
            lowest = 0
            highest = 1
        }
        lower = lowest
        upper = highest
        self.start = start
        self.end = end
    }

    /// Where a value lies; outside values at the nearer end.
    func place(_ value: Double) -> Double {
        let share = (value - lower) / (upper - lower)
        return start + (share.isFinite ? min(max(share, 0), 1) : 0) * (end - start)
    }

    /// About so many round values between the ends.
    func ticks(_ wanted: Int = 5) -> [Double] {
        let rough = (upper - lower) / Double(max(wanted, 1))
        guard rough.isFinite, rough > 0 else { return [lower] }
        var unit = 1.0
        while unit > rough, unit > 1e-300 { unit /= 10 }
        while unit * 10 <= rough, unit < 1e300 { unit *= 10 }
        let step = ([1, 2, 5, 10] as [Double]).map { $0 * unit }.first { $0 >= rough } ?? unit * 10
        let first = (lower / step).rounded(.up)
        guard abs(first) < 1e15 else { return [lower, upper] }
        var result: [Double] = []
        var index = first
        while index * step <= upper + step * 1e-9, result.count < 20 {
            result.append(index * step == 0 ? 0 : index * step)
            index += 1
        }
        return result
    }
}
