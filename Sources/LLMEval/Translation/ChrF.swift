/// chrF and chrF++ (Popović, 2015 and 2017), digit for digit as sacrebleu 2.6 computes them.
public struct ChrF: CorpusMetric, Equatable {
    /// Longest character n-gram.
    public var characterOrder: Int
    /// Longest word n-gram; 0 is chrF, 2 is chrF++.
    public var wordOrder: Int
    /// How many times recall weighs as much as precision.
    public var beta: Int
    /// Whether case is ignored.
    public var lowercases: Bool
    /// Whether white space counts as characters.
    public var includesWhitespace: Bool
    /// Whether every order counts, with 1e-16 for an undefined precision or recall, as in chrF++.py; else only orders
    /// that both sides are long enough for.
    public var usesEpsilonSmoothing: Bool

    /// The metric with sacrebleu's defaults.
    public init(
        characterOrder: Int = 6, wordOrder: Int = 0, beta: Int = 2, lowercases: Bool = false,
        includesWhitespace: Bool = false, usesEpsilonSmoothing: Bool = false
    ) {
        self.characterOrder = max(1, characterOrder)
        self.wordOrder = max(0, wordOrder)
        self.beta = beta
        self.lowercases = lowercases
        self.includesWhitespace = includesWhitespace
        self.usesEpsilonSmoothing = usesEpsilonSmoothing
    }

    /// Hypothesis n-grams, reference n-grams and matches per order.
    public var statisticsCount: Int { 3 * (characterOrder + wordOrder) }

    /// `chrF2`, `chrF2++`.
    public var name: String { "chrF\(beta)" + String(repeating: "+", count: wordOrder) }

    /// `case`, `eff`, `nc`, `nw` and `space`.
    public var signatureParts: [(key: String, value: String)] {
        [
            ("case", lowercases ? "lc" : "mixed"),
            ("eff", usesEpsilonSmoothing ? "no" : "yes"),
            ("nc", "\(characterOrder)"),
            ("nw", "\(wordOrder)"),
            ("space", includesWhitespace ? "yes" : "no"),
        ]
    }

    /// The score for summed statistics.
    public func score(statistics: [Double], signature: String) -> ChrFScore {
        ChrFScore(score: fScore(statistics[...]), name: name, signature: signature)
    }

    /// The score in single precision throughout.
    public func resampledScore(statistics: [Float]) -> Double { Double(fScore(statistics[...])) }

    /// True.
    public var resampledScoreIsSinglePrecision: Bool { true }

    /// F over the mean precision and recall of all orders, 0 to 100.
    func fScore<Value: BinaryFloatingPoint>(_ statistics: ArraySlice<Value>) -> Value {
        let orders = characterOrder + wordOrder
        let epsilon = Value(1e-16)
        let factor = Value(beta * beta)
        var sum: Value = 0
        var (precisions, recalls): (Value, Value) = (0, 0)
        var effectiveOrders = 0
        for order in 0..<orders {
            let first = statistics.startIndex + 3 * order
            let (hypothesis, reference, matches) = (statistics[first], statistics[first + 1], statistics[first + 2])
            let precision = hypothesis > 0 ? matches / hypothesis : epsilon
            let recall = reference > 0 ? matches / reference : epsilon
            let denominator = factor * precision + recall
            sum += denominator > 0 ? (1 + factor) * precision * recall / denominator : epsilon
            if hypothesis > 0, reference > 0 {
                precisions += precision
                recalls += recall
                effectiveOrders += 1
            }
        }
        if usesEpsilonSmoothing { return 100 * sum / Value(orders) }
        guard effectiveOrders > 0 else { return 0 }
        precisions /= Value(effectiveOrders)
        recalls /= Value(effectiveOrders)
        guard precisions + recalls > 0 else { return 0 }
        return 100 * ((1 + factor) * precisions * recalls / (factor * precisions + recalls))
    }
}

/// A chrF score.
public struct ChrFScore: CorpusScore, Equatable {
    /// 0 to 100.
    public let score: Double
    /// `chrF2`, `chrF2++`.
    public let name: String
    /// Options and version.
    public let signature: String
}
