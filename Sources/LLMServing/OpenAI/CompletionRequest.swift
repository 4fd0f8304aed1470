internal import LLMTensor
public import LLMTokenizer

/// Text or tokens that a client gave.
public enum TextInput: Sendable, Hashable {
    /// Text, to be tokenized.
    case text(String)
    /// Tokens.
    case tokens([TokenID])

    /// One input or a list of inputs: a string, strings, tokens, or lists of tokens.
    static func list(_ value: JSONValue, _ name: String, limit: Int) throws(OpenAIError) -> [TextInput] {
        func wrong(_ place: String, _ found: JSONValue) -> OpenAIError {
            .invalid(
                place, code: "invalid_type",
                "Invalid type for '\(place)': expected a string, an array of strings, or tokens, but got \(found.kindDescription) instead."
            )
        }
        if let text = value.stringValue { return [.text(text)] }
        guard let elements = value.arrayValue else { throw wrong(name, value) }
        guard !elements.isEmpty else {
            throw .invalid(name, code: "empty_array", "Invalid '\(name)': empty array.")
        }
        if elements[0].integerValue != nil { return [.tokens(try tokens(value, name))] }
        guard elements.count <= limit else {
            throw .invalid(
                name, code: "array_above_max_length",
                "Invalid '\(name)': array too long. Expected an array with maximum length \(limit), but got \(elements.count)."
            )
        }
        var result: [TextInput] = []
        for (index, element) in elements.enumerated() {
            let place = "\(name)[\(index)]"
            if let text = element.stringValue {
                result.append(.text(text))
            } else if element.arrayValue != nil {
                result.append(.tokens(try tokens(element, place)))
            } else {
                throw wrong(place, element)
            }
        }
        return result
    }

    /// The tokens; text as a prompt is tokenized.
    func tokens(_ tokenizer: any Tokenizer) -> [TokenID] {
        switch self {
        case .text(let text): tokenizer.encode(text)
        case .tokens(let tokens): tokens
        }
    }

    /// The text.
    func text(_ tokenizer: any Tokenizer) -> String {
        switch self {
        case .text(let text): text
        case .tokens(let tokens): tokenizer.decode(tokens)
        }
    }

    private static func tokens(_ value: JSONValue, _ name: String) throws(OpenAIError) -> [TokenID] {
        var tokens: [TokenID] = []
        for (index, element) in (value.arrayValue ?? []).enumerated() {
            guard let number = element.integerValue, let token = TokenID(exactly: number), token >= 0 else {
                throw .invalid(
                    "\(name)[\(index)]", code: "invalid_value", "Invalid '\(name)[\(index)]': not a token id.")
            }
            tokens.append(token)
        }
        return tokens
    }
}

/// The body of `POST /v1/completions`.
public struct CompletionRequest: Sendable {
    /// How to sample and answer.
    public var sampling: SamplingFields
    /// What is continued; each prompt gets its own choices.
    public var prompts: [TextInput]
    /// Most likely tokens wanted with each token; nil for no log probabilities.
    public var topLogprobs: Int?
    /// Whether the prompt comes before each continuation.
    public var echo: Bool

    /// Reads a body.
    ///
    /// - Throws: ``OpenAIError`` naming the parameter.
    public init(body: UnsafeRawBufferPointer) throws(OpenAIError) {
        let fields = try RequestFields(body: body)
        sampling = try SamplingFields(fields)
        prompts = try TextInput.list(try fields.required("prompt"), "prompt", limit: 128)
        topLogprobs = try fields.integer("logprobs", 0...5)
        echo = try fields.bool("echo") ?? false
        if try fields.string("suffix") != nil {
            throw .unsupported("suffix", "This server does not insert text; 'suffix' is not supported.")
        }
        if let best = try fields.integer("best_of", 1...20), best != sampling.choiceCount {
            throw .unsupported("best_of", "'best_of' is not supported with another value than 'n'.")
        }
        if echo, topLogprobs != nil {
            throw .unsupported("echo", "'echo' together with 'logprobs' is not supported.")
        }
    }
}

/// The body of `POST /v1/embeddings`.
public struct EmbeddingRequest: Sendable {
    /// The model asked for.
    public var model: String
    /// What is embedded.
    public var inputs: [TextInput]
    /// Whether vectors are sent as base64 of their little-endian floats.
    public var usesBase64: Bool
    /// The length asked for.
    public var dimensions: Int?

    /// Reads a body.
    ///
    /// - Throws: ``OpenAIError`` naming the parameter.
    public init(body: UnsafeRawBufferPointer) throws(OpenAIError) {
        let fields = try RequestFields(body: body)
        guard let name = try fields.string("model") else {
            throw .invalid("model", code: "missing_required_parameter", "you must provide a model parameter")
        }
        model = name
        inputs = try TextInput.list(try fields.required("input"), "input", limit: 2048)
        dimensions = try fields.integer("dimensions", 1...Int(Int32.max))
        switch try fields.string("encoding_format") {
        case nil, "float": usesBase64 = false
        case "base64": usesBase64 = true
        case .some(let other):
            throw .invalid(
                "encoding_format", code: "invalid_value",
                "Invalid value: '\(other)'. Supported values are: 'float' and 'base64'.")
        }
        for (index, input) in inputs.enumerated() where input == .text("") || input == .tokens([]) {
            throw .invalid(
                "input", code: "invalid_value", "Invalid 'input[\(index)]': input cannot be an empty string.")
        }
    }
}
