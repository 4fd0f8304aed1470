public import LLMTensor

/// One message of a conversation, as chat templates read it.
public struct ChatMessage: Sendable, Equatable {
    /// Who speaks.
    public enum Role: Sendable, Equatable, Hashable {
        case system, user, assistant, tool
        /// A role that some templates know besides the usual four, for example `developer`.
        case custom(String)

        /// The role's name in templates.
        public var name: String {
            switch self {
            case .system: "system"
            case .user: "user"
            case .assistant: "assistant"
            case .tool: "tool"
            case .custom(let name): name
            }
        }

        /// The role with a name.
        public init(name: String) {
            switch name {
            case "system": self = .system
            case "user": self = .user
            case "assistant": self = .assistant
            case "tool": self = .tool
            default: self = .custom(name)
            }
        }
    }

    /// A call the assistant made.
    public struct ToolCall: Sendable, Equatable {
        /// The function's name.
        public var name: String
        /// Usually an object; some templates expect a string holding JSON.
        public var arguments: JSONValue
        /// Ties the tool's answer to this call.
        public var identifier: String?

        /// Creates a call.
        public init(name: String, arguments: JSONValue, identifier: String? = nil) {
            self.name = name
            self.arguments = arguments
            self.identifier = identifier
        }
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var content: String
    /// Content in parts (`{"type": "text", "text": …}`), given to the template instead of `content`.
    public var parts: [JSONValue]?
    /// The speaker's name, or the tool's.
    public var name: String?
    /// Calls the assistant makes in this message.
    public var toolCalls: [ToolCall]
    /// In a tool's message: which call it answers.
    public var toolCallIdentifier: String?
    /// What the assistant thought before it answered (`reasoning_content`).
    public var reasoning: String?

    /// Creates a message.
    public init(
        role: Role, content: String, parts: [JSONValue]? = nil, name: String? = nil, toolCalls: [ToolCall] = [],
        toolCallIdentifier: String? = nil, reasoning: String? = nil
    ) {
        self.role = role
        self.content = content
        self.parts = parts
        self.name = name
        self.toolCalls = toolCalls
        self.toolCallIdentifier = toolCallIdentifier
        self.reasoning = reasoning
    }

    /// The message in the layout of the chat completions interface, members in its usual order.
    public var json: JSONValue {
        var object = JSONObject()
        object["role"] = .string(role.name)
        object["content"] = parts.map { .array($0) } ?? .string(content)
        if let name { object["name"] = .string(name) }
        if let reasoning { object["reasoning_content"] = .string(reasoning) }
        if !toolCalls.isEmpty { object["tool_calls"] = .array(toolCalls.map(\.json)) }
        if let toolCallIdentifier { object["tool_call_id"] = .string(toolCallIdentifier) }
        return .object(object)
    }
}

extension ChatMessage.ToolCall {
    /// The call in the layout of the chat completions interface.
    public var json: JSONValue {
        var function = JSONObject()
        function["name"] = .string(name)
        function["arguments"] = arguments
        var object = JSONObject()
        if let identifier { object["id"] = .string(identifier) }
        object["type"] = .string("function")
        object["function"] = .object(function)
        return .object(object)
    }
}
