/// BLEU (Papineni et al., 2002), digit for digit as sacrebleu 2.6 computes it (Post, 2018, arXiv 1804.08771).
public struct BLEU: CorpusMetric, Equatable {
    /// How text becomes words.
    public enum Tokenization: String, Sendable, CaseIterable {
        /// mteval-v13a of the WMT evaluations: the default.
        case mteval13a = "13a"
        /// mteval-v14 with its international rules: splits at every Unicode punctuation mark and symbol.
        case international = "intl"
        /// Every character is a word.
        case characters = "char"
        /// Chinese characters are words, the rest is cut by the rules of 13a.
        case chinese = "zh"
        /// Words are what stands between white space.
        case none = "none"
    }

    /// What stands for the precision of an order without matches (Chen and Cherry, 2014).
    public enum Smoothing: Sendable, Equatable {
        /// Nothing: the score is 0.
        case none
        /// This many matches; 0.1 by default.
        case floor(Double)
        /// This number added to matches and totals of every order but the first; 1 by default.
        case addK(Double)
        /// A half, a quarter ... of a match for the first, second ... such order: the default.
        case exponential
    }

    /// How text becomes words.
    public var tokenization: Tokenization
    /// What stands for a precision of zero.
    public var smoothing: Smoothing
    /// Whether case is ignored.
    public var lowercases: Bool
    /// Longest n-gram; 4 is what papers report.
    public var maximumOrder: Int
    /// Whether orders the hypothesis is too short for are left out; for single sentences.
    public var usesEffectiveOrder: Bool

    /// The metric with sacrebleu's defaults.
    public init(
        tokenization: Tokenization = .mteval13a, smoothing: Smoothing = .exponential, lowercases: Bool = false,
        maximumOrder: Int = 4, usesEffectiveOrder: Bool = false
    ) {
        self.tokenization = tokenization
        self.smoothing = smoothing
        self.lowercases = lowercases
        self.maximumOrder = max(1, maximumOrder)
        self.usesEffectiveOrder = usesEffectiveOrder
    }

    /// Hypothesis length, reference length, then matches and totals per order.
    public var statisticsCount: Int { 2 + 2 * maximumOrder }

    /// `case`, `eff`, `tok` and `smooth`.
    public var signatureParts: [(key: String, value: String)] {
        [
            ("case", lowercases ? "lc" : "mixed"),
            ("eff", usesEffectiveOrder ? "yes" : "no"),
            ("tok", tokenization.rawValue),
            ("smooth", smoothing.signature),
        ]
    }
}

extension BLEU.Smoothing {
    /// As sacrebleu writes it, parameters with two decimals.
    var signature: String {
        switch self {
        case .none: "none"
        case .exponential: "exp"
        case .floor(let value): "floor[\(FixedPoint.string(value, decimals: 2))]"
        case .addK(let value): "add-k[\(FixedPoint.string(value, decimals: 2))]"
        }
    }
}

/// A BLEU score and its parts.
public struct BLEUScore: CorpusScore, Equatable {
    /// 0 to 100.
    public let score: Double
    /// Matched n-grams per order, with what smoothing added.
    public let matches: [Double]
    /// N-grams of the hypotheses per order, with what smoothing added.
    public let totals: [Double]
    /// Precision per order, 0 to 100.
    public let precisions: [Double]
    /// 1, or less when the hypotheses are shorter than the references.
    public let brevityPenalty: Double
    /// Words of the hypotheses.
    public let hypothesisLength: Int
    /// Words of the references closest in length.
    public let referenceLength: Int
    /// Options and version.
    public let signature: String
}
