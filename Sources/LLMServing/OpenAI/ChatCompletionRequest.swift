public import LLMTensor
public import LLMTokenizer

/// The body of `POST /v1/chat/completions`.
public struct ChatCompletionRequest: Sendable {
    /// How to sample and answer.
    public var sampling: SamplingFields
    /// The conversation.
    public var messages: [ChatMessage]
    /// Tools the template is told of.
    public var tools: [JSONValue]
    /// Most likely tokens wanted with each token besides its own log probability; nil for no log probabilities.
    public var topLogprobs: Int?

    /// Reads a body.
    ///
    /// - Throws: ``OpenAIError`` naming the parameter.
    public init(body: UnsafeRawBufferPointer) throws(OpenAIError) {
        let fields = try RequestFields(body: body)
        sampling = try SamplingFields(fields)
        let values = try fields.required("messages")
        guard let elements = values.arrayValue else { throw fields.wrongType("messages", "an array of objects") }
        guard !elements.isEmpty else {
            throw .invalid(
                "messages", code: "empty_array",
                "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead."
            )
        }
        messages = []
        for (index, element) in elements.enumerated() {
            messages.append(try Self.message(element, "messages[\(index)]"))
        }
        tools = try fields.array("tools") ?? []
        if case .string("none")? = fields["tool_choice"] { tools = [] }
        let wantsLogprobs = try fields.bool("logprobs") ?? false
        let top = try fields.integer("top_logprobs", 0...20)
        if top != nil, !wantsLogprobs {
            throw .invalid(
                "top_logprobs", code: nil, "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.")
        }
        topLogprobs = wantsLogprobs ? top ?? 0 : nil
    }

    private static let roles: Set<String> = ["system", "developer", "user", "assistant", "tool", "function"]

    private static func message(_ value: JSONValue, _ name: String) throws(OpenAIError) -> ChatMessage {
        guard let object = value.objectValue else {
            throw .invalid(
                name, code: "invalid_type",
                "Invalid type for '\(name)': expected an object, but got \(value.kindDescription) instead.")
        }
        let fields = RequestFields(object, prefix: name + ".")
        guard let role = try fields.string("role") else {
            throw .invalid(
                name + ".role", code: "missing_required_parameter", "Missing required parameter: '\(name).role'.")
        }
        guard roles.contains(role) else {
            throw .invalid(
                name + ".role", code: "invalid_value",
                "Invalid value: '\(role)'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'."
            )
        }
        // Templates of open models know the system role, not the newer name for it.
        var message = ChatMessage(role: ChatMessage.Role(name: role == "developer" ? "system" : role), content: "")
        message.toolCalls = try toolCalls(fields, name)
        message.content = try content(fields, name, isOptional: role == "assistant" && !message.toolCalls.isEmpty)
        message.name = try fields.string("name")
        message.toolCallIdentifier = try fields.string("tool_call_id")
        message.reasoning = try fields.string("reasoning_content")
        return message
    }

    /// Text, or the texts of parts put together.
    private static func content(
        _ fields: RequestFields, _ name: String, isOptional: Bool
    ) throws(OpenAIError) -> String {
        guard let value = fields["content"] else {
            if isOptional { return "" }
            throw .invalid(
                name + ".content", code: "invalid_type",
                "Invalid value for 'content': expected a string, got null.")
        }
        if let text = value.stringValue { return text }
        guard let parts = value.arrayValue else {
            throw fields.wrongType("content", "one of a string or array of objects")
        }
        var text = ""
        for (index, part) in parts.enumerated() {
            let place = "\(name).content[\(index)]"
            guard let type = part["type"]?.stringValue else {
                throw .invalid(
                    place + ".type", code: "missing_required_parameter", "Missing required parameter: '\(place).type'.")
            }
            guard type == "text" else {
                throw .invalid(
                    place + ".type", code: "invalid_value",
                    "Invalid value: '\(type)'. This model reads text only; supported values are: 'text'.")
            }
            guard let piece = part["text"]?.stringValue else {
                throw .invalid(
                    place + ".text", code: "invalid_type", "Invalid type for '\(place).text': expected a string.")
            }
            text += piece
        }
        return text
    }

    private static func toolCalls(_ fields: RequestFields, _ name: String) throws(OpenAIError) -> [ChatMessage.ToolCall]
    {
        var calls: [ChatMessage.ToolCall] = []
        for (index, call) in (try fields.array("tool_calls") ?? []).enumerated() {
            guard let function = call["function"]?["name"]?.stringValue else {
                throw .invalid(
                    "\(name).tool_calls[\(index)].function.name", code: "missing_required_parameter",
                    "Missing required parameter: '\(name).tool_calls[\(index)].function.name'.")
            }
            var arguments = call["function"]?["arguments"] ?? .object(JSONObject())
            // Clients send a string that holds JSON; templates want the object.
            if let text = arguments.stringValue, let parsed = try? JSONValue.parse(text) { arguments = parsed }
            calls.append(
                ChatMessage.ToolCall(name: function, arguments: arguments, identifier: call["id"]?.stringValue))
        }
        return calls
    }
}
