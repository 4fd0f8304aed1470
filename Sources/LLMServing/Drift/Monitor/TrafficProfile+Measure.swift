extension TrafficProfile {
    /// Compares a feature of another profile with this one, the reference.
    ///
    /// - Throws: ``DriftError`` when one side lacks the feature, or the measure does not fit its kind.
    public func measure(
        _ measure: DriftMeasure, feature: String, against current: TrafficProfile
    ) throws(DriftError) -> Double {
        if let own = numbers[feature], let its = current.numbers[feature] {
            return try Self.measure(measure, own, its)
        }
        if let own = categories[feature], let its = current.categories[feature] {
            return try Self.measure(measure, own, its)
        }
        if let own = vectors[feature], let its = current.vectors[feature], measure == .centroidDistance {
            return try own.cosineDistance(to: its)
        }
        throw .mismatch("no feature \"\(feature)\" of a kind that the measure fits in both profiles")
    }

    private static func measure(
        _ measure: DriftMeasure, _ reference: QuantileSketch, _ current: QuantileSketch
    ) throws(DriftError) -> Double {
        switch measure {
        case .populationStabilityIndex(let bins):
            let counts = reference.binned(with: current, bins: bins)
            return try Divergence.populationStabilityIndex(reference: counts.reference, current: counts.current)
        case .jensenShannon(let bins):
            let counts = reference.binned(with: current, bins: bins)
            return try Divergence.jensenShannonDistance(counts.reference, counts.current, base: 2)
        case .kolmogorovSmirnov: return try reference.kolmogorovSmirnov(current).statistic
        case .significance: return 1 - (try reference.kolmogorovSmirnov(current).pValue)
        case .wasserstein: return try reference.normalizedWasserstein(current)
        case .shareChange, .centroidDistance: throw .mismatch("\(measure) does not fit numbers")
        }
    }

    private static func measure(
        _ measure: DriftMeasure, _ reference: CategoryCounts, _ current: CategoryCounts
    ) throws(DriftError) -> Double {
        let counts = reference.aligned(with: current)
        switch measure {
        case .populationStabilityIndex:
            return try Divergence.populationStabilityIndex(reference: counts.own, current: counts.other)
        case .jensenShannon: return try Divergence.jensenShannonDistance(counts.own, counts.other, base: 2)
        case .significance: return 1 - (try CategoryTests.homogeneity(counts.own, counts.other).pValue)
        case .shareChange(let category):
            return abs(reference.share(of: category) - current.share(of: category))
        case .kolmogorovSmirnov, .wasserstein, .centroidDistance:
            throw .mismatch("\(measure) does not fit categories")
        }
    }
}
