internal import LLMModel
internal import LLMTensor
internal import LLMTokenizer

/// What chat completions and completions have in common.
public struct SamplingFields: Sendable {
    /// The model asked for.
    public var model: String
    /// Whether the answer comes piece by piece.
    public var stream: Bool
    /// Whether the stream ends with the usage (`stream_options.include_usage`).
    public var includesUsage: Bool
    /// How many continuations.
    public var choiceCount: Int
    /// The most tokens of an answer; nil for the interface's default.
    public var maximumTokens: Int?
    /// Who the end user is, as the client calls them.
    public var user: String?
    private let temperature: Double?
    private let topP: Double?
    private let topK: Int?
    private let minP: Double?
    private let presence: Double?
    private let frequency: Double?
    private let repetition: Double?
    private let logitBias: [TokenID: Float]
    private let stops: [String]
    private let seed: UInt64?
    private let ignoresEnd: Bool
    /// What `response_format` holds the answer to.
    let grammar: Grammar?

    init(_ fields: RequestFields) throws(OpenAIError) {
        guard let name = try fields.string("model") else {
            throw .invalid("model", code: "missing_required_parameter", "you must provide a model parameter")
        }
        model = name
        stream = try fields.bool("stream") ?? false
        let options = try fields.object("stream_options")
        if options != nil, !stream {
            throw .invalid(
                "stream_options", code: nil, "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
        }
        includesUsage = try options?.bool("include_usage") ?? false
        choiceCount = try fields.integer("n", 1...128) ?? 1
        let limit = try fields.integer("max_tokens", 1...Int(Int32.max))
        maximumTokens = try fields.integer("max_completion_tokens", 1...Int(Int32.max)) ?? limit
        user = try fields.string("user")
        temperature = try fields.number("temperature", 0...2)
        topP = try fields.number("top_p", 0...1)
        topK = try fields.integer("top_k", -1...Int(Int32.max))
        minP = try fields.number("min_p", 0...1)
        presence = try fields.number("presence_penalty", -2...2)
        frequency = try fields.number("frequency_penalty", -2...2)
        repetition = try fields.number("repetition_penalty", 0.01...100)
        seed = try fields.integer("seed", Int.min...Int.max).map { UInt64(bitPattern: Int64($0)) }
        ignoresEnd = try fields.bool("ignore_eos") ?? false
        logitBias = try Self.bias(fields)
        stops = try Self.stops(fields)
        grammar = try ResponseFormat.grammar(fields)
    }

    /// How to generate: the client's values over the model's own recommendation.
    func parameters(_ defaults: GenerationParameters, maximumTokens limit: Int?) -> GenerationParameters {
        var result = defaults
        result.sampling.temperatureOrder = .first
        if let temperature { result.sampling.temperature = temperature }
        if let topP { result.sampling.topP = max(topP, 1e-9) }
        if let topK { result.sampling.topK = max(0, topK) }
        if let minP { result.sampling.minP = minP }
        if let presence { result.sampling.penalties.presence = presence }
        if let frequency { result.sampling.penalties.frequency = frequency }
        if let repetition { result.sampling.penalties.repetition = repetition }
        result.sampling.logitBias.merge(logitBias) { $1 }
        result.sampling.seed = seed
        result.maximumTokens = maximumTokens ?? limit
        result.stopStrings += stops
        result.ignoresEndOfGeneration = ignoresEnd
        return result
    }

    private static func bias(_ fields: RequestFields) throws(OpenAIError) -> [TokenID: Float] {
        guard let object = try fields.object("logit_bias") else { return [:] }
        var result: [TokenID: Float] = [:]
        for key in object.keys {
            guard let token = TokenID(key), token >= 0 else {
                throw .invalid(
                    "logit_bias", code: "invalid_value", "Invalid key in 'logit_bias': '\(key)' is not a token id.")
            }
            if let value = try object.number(key, -100...100) {
                // The interface's ends mean ban and choose.
                result[token] = value == -100 ? -.infinity : Float(value)
            }
        }
        return result
    }

    private static func stops(_ fields: RequestFields) throws(OpenAIError) -> [String] {
        guard let value = fields["stop"] else { return [] }
        if let text = value.stringValue { return text.isEmpty ? [] : [text] }
        guard let elements = value.arrayValue else { throw fields.wrongType("stop", "a string or an array of strings") }
        guard elements.count <= 16 else {
            throw .invalid(
                "stop", code: "array_above_max_length",
                "Invalid 'stop': array too long. Expected an array with maximum length 16, but got \(elements.count).")
        }
        var result: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.stringValue else {
                throw .invalid(
                    "stop[\(index)]", code: "invalid_type",
                    "Invalid type for 'stop[\(index)]': expected a string, but got \(element.kindDescription) instead.")
            }
            if !text.isEmpty { result.append(text) }
        }
        return result
    }
}
