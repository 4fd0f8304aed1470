/// The best scales for a short run of numbers, by trying many and keeping the one with the smallest weighted squared
/// error.
///
/// For given integers the best scale (and minimum) is a weighted least-squares solution; which integers are best
/// depends on the scale. So a row of scales around the obvious one is tried, each solved exactly, and the best one
/// refined by rounding and solving again. Runs are whole vectors of 16 numbers.
struct ScaleSearch {
    typealias Vector = SIMD16<Float>

    /// The numbers.
    let values: UnsafePointer<Float>
    /// How much the square of each error counts; at least zero.
    let weights: UnsafePointer<Float>
    /// Runs of 16.
    let vectors: Int

    /// Adding and subtracting it rounds to an integer, ties to even, for magnitudes below 2^22.
    @inline(__always)
    private static var rounder: Vector { Vector(repeating: 0x1.8p23) }

    /// `(value - minimum) * inverse`, rounded and kept within `low...high`.
    @inline(__always)
    static func round(_ x: Vector, _ low: Vector, _ high: Vector) -> Vector {
        // Clamped first: the rounding below is for small numbers only.
        var clamped = x
        clamped.replace(with: low, where: x .< low)
        clamped.replace(with: high, where: x .> high)
        return (clamped + rounder) - rounder
    }

    @inline(__always)
    private func load(_ source: UnsafePointer<Float>, _ vector: Int) -> Vector {
        UnsafeRawPointer(source + 16 * vector).loadUnaligned(as: Vector.self)
    }

    @inline(__always)
    static func sum(_ x: Vector) -> Float {
        let eight = x.lowHalf + x.highHalf
        let four = eight.lowHalf + eight.highHalf
        return (four[0] + four[2]) + (four[1] + four[3])
    }

    /// The largest magnitude, with its sign; 0 when all are zero.
    func extreme() -> Float {
        var extreme: Float = 0
        for index in 0..<(16 * vectors) where values[index].magnitude > extreme.magnitude { extreme = values[index] }
        return extreme
    }
}

// MARK: Scales alone

extension ScaleSearch {
    /// Sums for a scale: of `w * x * q` and of `w * q * q`.
    @inline(__always)
    private func sums(inverse: Float, _ low: Float, _ high: Float) -> (cross: Float, square: Float) {
        let (low, high) = (Vector(repeating: low), Vector(repeating: high))
        var cross = Vector(repeating: 0)
        var square = Vector(repeating: 0)
        for vector in 0..<vectors {
            let x = load(values, vector)
            let q = Self.round(x * inverse, low, high)
            let weighted = load(weights, vector) * q
            cross += weighted * x
            square += weighted * q
        }
        return (Self.sum(cross), Self.sum(square))
    }

    /// The scale `d` for which integers of `low...high` times `d` come nearest to the numbers; 0 when all are zero.
    ///
    /// - Parameter steps: scales tried on each side of the obvious one, a tenth of a level apart.
    func symmetricScale(low: Float, high: Float, steps: Int) -> Float {
        let extreme = extreme()
        guard extreme.magnitude > 1e-30 else { return 0 }
        var best: (gain: Float, scale: Float) = (0, 0)
        // The longer side of the range may be on either side of zero.
        for sign: Float in [1, -1] {
            let reach = sign > 0 ? -low : high
            for step in -steps...steps {
                let level = reach + 0.1 * Float(step)
                guard level > 0 else { continue }
                consider(-sign * level / extreme, low, high, &best)
            }
        }
        refine(low, high, &best)
        return best.scale
    }

    /// Keeps what is better: the weighted square error is a constant minus `cross * cross / square`.
    @inline(__always)
    private func consider(_ inverse: Float, _ low: Float, _ high: Float, _ best: inout (gain: Float, scale: Float)) {
        let (cross, square) = sums(inverse: inverse, low, high)
        guard square > 0 else { return }
        let gain = cross * cross / square
        if gain > best.gain { best = (gain, cross / square) }
    }

    private func refine(_ low: Float, _ high: Float, _ best: inout (gain: Float, scale: Float)) {
        for _ in 0..<3 where best.scale != 0 {
            let before = best.gain
            consider(1 / best.scale, low, high, &best)
            if best.gain <= before { return }
        }
    }

    /// The weighted squared error of integers of `low...high` times `scale`.
    func symmetricError(scale: Float, low: Float, high: Float) -> Float {
        let inverse = scale == 0 ? 0 : 1 / scale
        let (low, high) = (Vector(repeating: low), Vector(repeating: high))
        var error = Vector(repeating: 0)
        for vector in 0..<vectors {
            let x = load(values, vector)
            let difference = x - Self.round(x * inverse, low, high) * scale
            error += load(weights, vector) * difference * difference
        }
        return Self.sum(error)
    }

    /// For the integers of a scale: sums of `w * x * q` and `w * q * q`.
    func symmetricSums(scale: Float, low: Float, high: Float) -> (cross: Float, square: Float) {
        scale == 0 ? (0, 0) : sums(inverse: 1 / scale, low, high)
    }
}

// MARK: Scales with a minimum

extension ScaleSearch {
    /// Numbers as `scale * q + minimum`, `q` of `0...levels`.
    struct Affine {
        var scale: Float
        var minimum: Float
        var error: Float
    }

    /// Sums over the integers of a scale.
    struct AffineSums {
        var weight: Float = 0
        var x: Float = 0
        var q: Float = 0
        var qq: Float = 0
        var xq: Float = 0
        var xx: Float = 0

        static func += (left: inout AffineSums, right: AffineSums) {
            left.weight += right.weight
            left.x += right.x
            left.q += right.q
            left.qq += right.qq
            left.xq += right.xq
            left.xx += right.xx
        }

        /// The least-squares solution; the minimum is not above 0 when `minimumIsNegative`.
        @inline(__always)
        func solved(minimumIsNegative: Bool) -> Affine? {
            let determinant = weight * qq - q * q
            guard determinant > 0 else { return nil }
            var scale = (weight * xq - x * q) / determinant
            var minimum = (qq * x - q * xq) / determinant
            if minimumIsNegative, minimum > 0 {
                minimum = 0
                scale = qq > 0 ? xq / qq : 0
            }
            return Affine(scale: scale, minimum: minimum, error: error(scale, minimum))
        }

        @inline(__always)
        func error(_ scale: Float, _ minimum: Float) -> Float {
            let products: Float = scale * (scale * qq + 2 * (minimum * q - xq))
            return xx + products + minimum * (minimum * weight - 2 * x)
        }
    }

    @inline(__always)
    func affineSums(inverse: Float, minimum: Float, levels: Float) -> AffineSums {
        let zero = Vector(repeating: 0)
        let high = Vector(repeating: levels)
        let offset = Vector(repeating: minimum)
        var (q1, qq, xq, x1, xx, w1) = (zero, zero, zero, zero, zero, zero)
        for vector in 0..<vectors {
            let x = load(values, vector)
            let w = load(weights, vector)
            let q = Self.round((x - offset) * inverse, zero, high)
            let wq = w * q
            let wx = w * x
            q1 += wq
            qq += wq * q
            xq += wq * x
            x1 += wx
            xx += wx * x
            w1 += w
        }
        return AffineSums(
            weight: Self.sum(w1), x: Self.sum(x1), q: Self.sum(q1), qq: Self.sum(qq), xq: Self.sum(xq),
            xx: Self.sum(xx))
    }

    /// The scale and minimum for which `scale * q + minimum` comes nearest to the numbers.
    ///
    /// - Parameters:
    ///   - levels: the largest `q`.
    ///   - span: how many levels more or less than `levels` the range of the numbers is divided into, at most.
    ///   - steps: scales tried.
    func affineScale(levels: Float, span: ClosedRange<Float>, steps: Int, minimumIsNegative: Bool) -> Affine {
        var (lowest, highest) = (values[0], values[0])
        for index in 1..<(16 * vectors) {
            lowest = min(lowest, values[index])
            highest = max(highest, values[index])
        }
        if minimumIsNegative { lowest = min(lowest, 0) }
        guard highest - lowest > 1e-30 else {
            return Affine(scale: 0, minimum: minimumIsNegative ? min(lowest, 0) : lowest, error: 0)
        }
        var best = Affine(scale: 0, minimum: lowest, error: .greatestFiniteMagnitude)
        for step in 0...steps {
            let level = levels + span.lowerBound + (span.upperBound - span.lowerBound) * Float(step) / Float(steps)
            let sums = affineSums(inverse: level / (highest - lowest), minimum: lowest, levels: levels)
            if let found = sums.solved(minimumIsNegative: minimumIsNegative), found.error < best.error { best = found }
        }
        for _ in 0..<3 where best.scale != 0 {
            let sums = affineSums(inverse: 1 / best.scale, minimum: best.minimum, levels: levels)
            guard let found = sums.solved(minimumIsNegative: minimumIsNegative), found.error < best.error else { break }
            best = found
        }
        if best.error == .greatestFiniteMagnitude {
            best = Affine(scale: (highest - lowest) / levels, minimum: lowest, error: 0)
        }
        return best
    }

    /// The weighted squared error of `scale * q + minimum` with the best `q` of `0...levels`.
    func affineError(scale: Float, minimum: Float, levels: Float) -> Float {
        let inverse = scale == 0 ? 0 : 1 / scale
        let zero = Vector(repeating: 0)
        let high = Vector(repeating: levels)
        let offset = Vector(repeating: minimum)
        var error = zero
        for vector in 0..<vectors {
            let x = load(values, vector)
            let q = Self.round((x - offset) * inverse, zero, high)
            let difference = x - (q * scale + offset)
            error += load(weights, vector) * difference * difference
        }
        return Self.sum(error)
    }
}
