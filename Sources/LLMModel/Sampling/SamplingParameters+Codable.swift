internal import LLMTokenizer

/// Every key may be missing; the default then holds. Token identifiers are the keys of the `logitBias` object.
extension SamplingParameters: Codable {
    private enum CodingKeys: String, CodingKey {
        case temperature, topK, topP, minP, penalties, logitBias, temperatureOrder, seed
    }

    /// Decodes parameters; absent keys keep their defaults. Does not ``validate()``.
    public init(from decoder: any Swift.Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        temperature = try values.decodeIfPresent(Double.self, forKey: .temperature) ?? temperature
        topK = try values.decodeIfPresent(Int.self, forKey: .topK) ?? topK
        topP = try values.decodeIfPresent(Double.self, forKey: .topP) ?? topP
        minP = try values.decodeIfPresent(Double.self, forKey: .minP) ?? minP
        penalties = try values.decodeIfPresent(Penalties.self, forKey: .penalties) ?? penalties
        temperatureOrder = try values.decodeIfPresent(TemperatureOrder.self, forKey: .temperatureOrder) ?? .first
        seed = try values.decodeIfPresent(UInt64.self, forKey: .seed)
        for (key, bias) in try values.decodeIfPresent([String: Float].self, forKey: .logitBias) ?? [:] {
            guard let token = TokenID(key) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .logitBias, in: values, debugDescription: "\"\(key)\" is not a token identifier")
            }
            logitBias[token] = bias
        }
    }

    /// Encodes every value.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(temperature, forKey: .temperature)
        try values.encode(topK, forKey: .topK)
        try values.encode(topP, forKey: .topP)
        try values.encode(minP, forKey: .minP)
        try values.encode(penalties, forKey: .penalties)
        try values.encode(temperatureOrder, forKey: .temperatureOrder)
        try values.encodeIfPresent(seed, forKey: .seed)
        let biases = logitBias.map { (String($0.key), $0.value) }
        try values.encode(Dictionary(uniqueKeysWithValues: biases), forKey: .logitBias)
    }
}

extension SamplingParameters.Penalties: Codable {
    private enum CodingKeys: String, CodingKey {
        case repetition, frequency, presence, window
    }

    /// Decodes penalties; absent keys keep their defaults.
    public init(from decoder: any Swift.Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        repetition = try values.decodeIfPresent(Double.self, forKey: .repetition) ?? repetition
        frequency = try values.decodeIfPresent(Double.self, forKey: .frequency) ?? frequency
        presence = try values.decodeIfPresent(Double.self, forKey: .presence) ?? presence
        window = try values.decodeIfPresent(Int.self, forKey: .window)
    }

    /// Encodes every value; an unlimited window is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(repetition, forKey: .repetition)
        try values.encode(frequency, forKey: .frequency)
        try values.encode(presence, forKey: .presence)
        try values.encodeIfPresent(window, forKey: .window)
    }
}
