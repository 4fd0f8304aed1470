public import LLMTensor

/// An error as the OpenAI interface tells it: a status and `{"error": {"message", "type", "param", "code"}}`.
public struct OpenAIError: Error, Sendable, Hashable {
    /// HTTP status.
    public var status: Int
    /// What is wrong, for people.
    public var message: String
    /// The kind: `invalid_request_error`, `authentication_error`, `permission_error`, `rate_limit_error`, `server_error`.
    public var type: String
    /// The parameter that is at fault.
    public var param: String?
    /// What is wrong, for programs: `invalid_type`, `model_not_found`, ...
    public var code: String?
    /// When it is worth trying again.
    public var retryAfter: Duration?

    /// An error.
    public init(
        status: Int, message: String, type: String = "invalid_request_error", param: String? = nil, code: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.retryAfter = retryAfter
    }

    /// The body of the answer.
    public var json: JSONValue {
        let error = JSONObject([
            ("message", .string(message)), ("type", .string(type)), ("param", param.map { .string($0) } ?? .null),
            ("code", code.map { .string($0) } ?? .null),
        ])
        return .object(JSONObject([("error", .object(error))]))
    }

    /// Whole seconds for the `Retry-After` header, at least 1.
    public var retryAfterSeconds: Int? {
        retryAfter.map { max(1, Int($0.components.seconds) + ($0.components.attoseconds > 0 ? 1 : 0)) }
    }
}

extension OpenAIError {
    /// 400 for a parameter.
    public static func invalid(_ param: String?, code: String?, _ message: String) -> OpenAIError {
        OpenAIError(status: 400, message: message, param: param, code: code)
    }

    /// 404 for a model nobody serves here.
    public static func noModel(_ name: String) -> OpenAIError {
        OpenAIError(
            status: 404, message: "The model '\(name)' does not exist or you do not have access to it.", param: "model",
            code: "model_not_found")
    }

    /// Something this server does not do; never ignored silently when the answer would be another one.
    public static func unsupported(_ param: String, _ message: String) -> OpenAIError {
        invalid(param, code: "unsupported_parameter", message)
    }

    /// How an engine's refusal or failure is told.
    public init(_ error: ServingError) {
        switch error {
        case .overloaded(let time):
            self.init(
                status: 429, message: "The server is overloaded. Please try again later.", type: "rate_limit_error",
                code: "rate_limit_exceeded", retryAfter: time)
        case .deadlineExceeded:
            self.init(status: 504, message: error.description, type: "server_error", code: "deadline_exceeded")
        case .unknownModel(let name): self = .noModel(name)
        case .draining:
            self.init(
                status: 503, message: error.description, type: "server_error", code: "server_draining",
                retryAfter: .seconds(5))
        case .invalidRequest(let what): self = .invalid(nil, code: "invalid_value", what)
        case .slowReader, .cancelled:
            self.init(status: 499, message: error.description, type: "server_error", code: "request_cancelled")
        case .failed:
            self.init(status: 500, message: error.description, type: "server_error", code: "internal_error")
        }
    }
}

extension JSONObject {
    /// An object with these members in this order.
    init(_ members: [(String, JSONValue)]) {
        self.init()
        for (key, value) in members { self[key] = value }
    }
}
