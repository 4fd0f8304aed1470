internal import LLMGovernance
internal import LLMModel
internal import LLMTensor
internal import LLMTokenizer

/// Turns requests of the OpenAI interface into generations.
///
/// Immutable; may be used from any task. Knows nothing of HTTP.
public struct CompletionService: Sendable {
    /// The models, by their names.
    public var models: [ModelEndpoint]
    /// How long an answer may take from its submission; nil for as long as it takes.
    public var timeLimit: Duration?
    /// Looks at prompts and answers.
    public var screening: Screening?
    /// The most tokens of one answer, whatever the client asks for.
    public var maximumTokens: Int?

    /// A service.
    public init(
        models: [ModelEndpoint], timeLimit: Duration? = nil, screening: Screening? = nil, maximumTokens: Int? = nil
    ) {
        self.models = models
        self.timeLimit = timeLimit
        self.screening = screening
        self.maximumTokens = maximumTokens
    }

    /// The model of a name.
    public func model(_ name: String) throws(OpenAIError) -> ModelEndpoint {
        guard let model = models.first(where: { $0.name == name }) else { throw .noModel(name) }
        return model
    }

    /// Starts to answer a conversation.
    ///
    /// - Parameter key: keeps a caller on one version while two are compared.
    public func start(
        _ request: ChatCompletionRequest, key: String? = nil, now: Int
    ) throws(OpenAIError) -> CompletionRun {
        let model = try model(request.sampling.model)
        var messages = request.messages
        if let last = messages.indices.last {
            messages[last].content = try screened(messages[last].content, "messages")
        }
        let tools = request.tools
        let version = try current(model, key)
        let preparation = Preparation(
            fields: request.sampling, parameter: "messages", limit: nil, topLogprobs: request.topLogprobs, service: self
        )
        let conversation = messages
        let stream = try submit(model, key, version, preparation) { bundle throws(OpenAIError) in
            do throws(GenerationError) {
                return try bundle.chatTokens(conversation, tools: tools)
            } catch {
                throw .invalid("messages", code: "invalid_value", "\(error)")
            }
        }
        return run(.chat, "chatcmpl-", [stream], model, version, request.sampling, now)
    }

    /// Starts to continue prompts.
    public func start(
        _ request: CompletionRequest, key: String? = nil, now: Int
    ) throws(OpenAIError) -> CompletionRun {
        let model = try model(request.sampling.model)
        let version = try current(model, key)
        let preparation = Preparation(
            fields: request.sampling, parameter: "prompt", limit: 16, topLogprobs: request.topLogprobs, service: self)
        var echoes: [String] = []
        var streams: [ServingStream] = []
        do throws(OpenAIError) {
            for input in request.prompts {
                let prompt: TextInput
                switch input {
                case .text(let text): prompt = .text(try screened(text, "prompt"))
                case .tokens: prompt = input
                }
                if request.echo { echoes.append(prompt.text(version.bundle.tokenizer)) }
                streams.append(
                    try submit(model, key, version, preparation) { bundle in prompt.tokens(bundle.tokenizer) })
            }
        } catch {
            for stream in streams { stream.cancel() }
            throw error
        }
        return run(.text(echoes: echoes), "cmpl-", streams, model, version, request.sampling, now)
    }

    private func run(
        _ kind: CompletionRun.Kind, _ prefix: String, _ streams: [ServingStream], _ model: ModelEndpoint,
        _ version: ModelEndpoint.Version, _ fields: SamplingFields, _ now: Int
    ) -> CompletionRun {
        CompletionRun(
            kind: kind, id: prefix + (streams.first?.id ?? ServingRequest.makeIdentifier()), created: now,
            model: model.name, streams: streams, choicesPerStream: fields.choiceCount,
            includesUsage: fields.includesUsage, tokenizer: version.bundle.tokenizer, screening: screening,
            isStream: fields.stream)
    }

    private func current(_ model: ModelEndpoint, _ key: String?) throws(OpenAIError) -> ModelEndpoint.Version {
        do throws(ServingError) { return try model.version(key) } catch { throw OpenAIError(error) }
    }

    /// Submits a request prepared for the version expected to answer, and prepared again should another one.
    private func submit(
        _ model: ModelEndpoint, _ key: String?, _ expected: ModelEndpoint.Version, _ preparation: Preparation,
        _ tokens: @escaping @Sendable (ModelBundle) throws(OpenAIError) -> [TokenID]
    ) throws(OpenAIError) -> ServingStream {
        let prepared = try preparation.request(expected, try tokens(expected.bundle))
        do throws(ServingError) {
            return try model.submit(key) { version throws(ServingError) in
                if version.name == expected.name { return prepared }
                do throws(OpenAIError) {
                    return try preparation.request(version, try tokens(version.bundle))
                } catch {
                    throw .invalidRequest(error.message)
                }
            }
        } catch {
            throw OpenAIError(error)
        }
    }

    private func screened(_ text: String, _ name: String) throws(OpenAIError) -> String {
        guard let screening, screening.hookPoints.contains(.input) else { return text }
        switch screening.judge(text, .input) {
        case .pass: return text
        case .replace(let other): return other
        case .refuse(let reason):
            throw OpenAIError(
                status: 400, message: "The request was refused by a content policy: \(reason).", param: name,
                code: "content_filter")
        }
    }
}

/// Makes engine requests of tokens.
private struct Preparation: Sendable {
    let fields: SamplingFields
    let parameter: String
    let limit: Int?
    let topLogprobs: Int?
    let timeLimit: Duration?
    let maximumTokens: Int?

    init(fields: SamplingFields, parameter: String, limit: Int?, topLogprobs: Int?, service: CompletionService) {
        self.fields = fields
        self.parameter = parameter
        self.limit = limit
        self.topLogprobs = topLogprobs
        timeLimit = service.timeLimit
        maximumTokens = service.maximumTokens
    }

    func request(
        _ version: ModelEndpoint.Version, _ tokens: [TokenID]
    ) throws(OpenAIError) -> ServingRequest {
        let context = version.contextLength
        guard !tokens.isEmpty else {
            throw .invalid(parameter, code: "invalid_value", "Invalid '\(parameter)': there is nothing to continue.")
        }
        guard tokens.count < context else {
            throw .invalid(
                parameter, code: "context_length_exceeded",
                "This model's maximum context length is \(context) tokens. However, your \(parameter) resulted in "
                    + "\(tokens.count) tokens. Please reduce the length of the \(parameter).")
        }
        if let wanted = fields.maximumTokens, wanted > context {
            throw .invalid(
                "max_tokens", code: "context_length_exceeded",
                "max_tokens is too large: \(wanted). This model's maximum context length is \(context) tokens.")
        }
        var parameters = fields.parameters(version.bundle.generationDefaults, maximumTokens: limit)
        if let most = maximumTokens { parameters.maximumTokens = min(parameters.maximumTokens ?? most, most) }
        var processors: [any LogitsProcessor] = []
        if let grammar = fields.grammar {
            do throws(GrammarError) { processors = [try version.bundle.processor(for: grammar)] } catch {
                throw .unsupported("response_format", "This model cannot be held to a format: \(error).")
            }
        }
        return ServingRequest(
            prompt: tokens, parameters: parameters, processors: processors, choiceCount: fields.choiceCount,
            timeLimit: timeLimit,
            topLogprobs: topLogprobs)
    }
}

extension ModelBundle {
    /// The tokens of a conversation that may use tools, ready to be answered.
    func chatTokens(_ messages: [ChatMessage], tools: [JSONValue]) throws(GenerationError) -> [TokenID] {
        guard !tools.isEmpty, let chatTemplate else { return try chatTokens(messages) }
        var variables: [String: JSONValue] = [:]
        let special = tokenizer.specialTokens
        for (name, id) in [("bos_token", special.bos), ("eos_token", special.eos)] {
            if let token = id.flatMap({ tokenizer.token(for: $0) }) { variables[name] = .string(token) }
        }
        do throws(ChatTemplateError) {
            let text = try chatTemplate.render(
                messages: messages, tools: tools, addGenerationPrompt: true, variables: variables)
            return tokenizer.encode(text, addSpecialTokens: false)
        } catch {
            throw .chatTemplate(description: "\(error)")
        }
    }
}
