public import LLMTokenizer

/// How the next token is chosen from the logits.
///
/// Stages run in this order, each on what the one before left:
///
/// 1. logits processors of the call (masks, grammars), on the raw logits;
/// 2. ``logitBias``, added;
/// 3. ``Penalties``: repetition (multiplicative), then frequency and presence (subtractive);
/// 4. temperature, when ``temperatureOrder`` is ``TemperatureOrder/first``;
/// 5. ``topK``, 6. ``topP``, 7. ``minP``;
/// 8. temperature, when ``temperatureOrder`` is ``TemperatureOrder/last``;
/// 9. one draw from the softmax of what is left, or the largest logit when ``temperature`` is 0.
///
/// `first` is the order of Hugging Face `generate` and of the hosted services; `last` is the default chain of
/// llama.cpp. They differ only where `topP` or `minP` meets a temperature other than 1.
public struct SamplingParameters: Sendable, Equatable {
    /// Where the temperature acts relative to the truncating stages.
    public enum TemperatureOrder: String, Sendable, Codable, CaseIterable {
        /// Before truncation, as in Hugging Face `generate`.
        case first
        /// After truncation, as in llama.cpp.
        case last
    }

    /// Divides the logits; 0 takes the most likely token.
    public var temperature: Double
    /// Keep only this many most likely tokens; 0 keeps all.
    public var topK: Int
    /// Keep the smallest set of most likely tokens whose probability reaches this ("nucleus"); 1 keeps all.
    public var topP: Double
    /// Drop tokens less likely than this fraction of the most likely one; 0 keeps all.
    public var minP: Double
    /// What repeated tokens cost.
    public var penalties: Penalties
    /// Added to the logits of single tokens; negative infinity forbids a token.
    public var logitBias: [TokenID: Float]
    /// Where the temperature acts.
    public var temperatureOrder: TemperatureOrder
    /// Same seed, same model, same input: same tokens, whatever the thread count. `nil` draws a seed.
    public var seed: UInt64?

    /// Creates parameters; the defaults sample from the model's own distribution.
    public init(
        temperature: Double = 1, topK: Int = 0, topP: Double = 1, minP: Double = 0,
        penalties: Penalties = Penalties(), logitBias: [TokenID: Float] = [:],
        temperatureOrder: TemperatureOrder = .first, seed: UInt64? = nil
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.penalties = penalties
        self.logitBias = logitBias
        self.temperatureOrder = temperatureOrder
        self.seed = seed
    }

    /// Always the most likely token; the lowest identifier among equals.
    public static let greedy = SamplingParameters(temperature: 0)
}

extension SamplingParameters {
    /// What repeated tokens cost.
    public struct Penalties: Sendable, Equatable {
        /// Divides positive and multiplies negative logits of tokens already seen (Keskar et al. 2019,
        /// arXiv 1909.05858); 1 is off.
        public var repetition: Double
        /// Subtracted once per occurrence; 0 is off.
        public var frequency: Double
        /// Subtracted once from every token seen; 0 is off.
        public var presence: Double
        /// How many of the latest tokens (prompt included) count; `nil` counts all, 0 none.
        public var window: Int?

        /// Creates penalties; the defaults are all off.
        public init(repetition: Double = 1, frequency: Double = 0, presence: Double = 0, window: Int? = nil) {
            self.repetition = repetition
            self.frequency = frequency
            self.presence = presence
            self.window = window
        }

        /// Whether any penalty can change a logit.
        public var isActive: Bool {
            (repetition != 1 || frequency != 0 || presence != 0) && window != 0
        }
    }

    /// Whether the most likely token is always taken.
    public var isGreedy: Bool { temperature == 0 || topK == 1 }

    /// Checks every value.
    ///
    /// - Throws: ``SamplingError/invalidParameter(name:value:expected:)`` for the first one outside its range.
    public func validate() throws(SamplingError) {
        func require(_ condition: Bool, _ name: String, _ value: Any, _ expected: String) throws(SamplingError) {
            guard condition else {
                throw .invalidParameter(name: name, value: "\(value)", expected: expected)
            }
        }
        try require(temperature.isFinite && temperature >= 0, "temperature", temperature, "a finite number, 0 or more")
        try require(topK >= 0, "topK", topK, "0 (off) or more")
        try require(topP > 0 && topP <= 1, "topP", topP, "more than 0 and at most 1 (off)")
        try require(minP >= 0 && minP <= 1, "minP", minP, "0 (off) to 1")
        let repetition = penalties.repetition
        try require(
            repetition.isFinite && repetition > 0, "penalties.repetition", repetition, "a finite number above 0")
        try require(penalties.frequency.isFinite, "penalties.frequency", penalties.frequency, "a finite number")
        try require(penalties.presence.isFinite, "penalties.presence", penalties.presence, "a finite number")
        if let window = penalties.window {
            try require(window >= 0, "penalties.window", window, "0 (off) or more")
        }
        for (token, bias) in logitBias {
            try require(token >= 0, "logitBias", token, "token identifiers of 0 or more")
            try require(
                bias.isFinite || bias == -.infinity, "logitBias[\(token)]", bias,
                "a finite number or negative infinity")
        }
    }
}
