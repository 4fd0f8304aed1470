/// Why a generation could not start or go on.
public enum GenerationError: Error, Sendable {
    /// A parameter is outside its range.
    case invalidParameter(name: String, value: String, expected: String)
    /// There is nothing to continue: the prompt has no tokens.
    case emptyPrompt
    /// The prompt has a token the model does not know.
    case tokenOutOfRange(token: Int, vocabularySize: Int)
    /// The prompt is longer than the context.
    case promptExceedsContext(tokens: Int, contextLength: Int)
    /// The next token could not be chosen.
    case sampling(SamplingError)
    /// Another generation was started on the same session; this one cannot go on.
    case superseded
    /// The session is answering; it takes one message at a time.
    case busy
    /// The model has no chat template, so there is no telling how it expects a conversation.
    case noChatTemplate
    /// The chat template refused the messages.
    case chatTemplate(description: String)
    /// The model's computation failed.
    case computation(any Error)
}

extension GenerationError: CustomStringConvertible {
    /// A message a user can act on.
    public var description: String {
        switch self {
        case .invalidParameter(let name, let value, let expected):
            "generation parameter \(name) is \(value); expected \(expected)"
        case .emptyPrompt:
            "the prompt has no tokens; give it text, or a beginning-of-sequence token"
        case .tokenOutOfRange(let token, let vocabularySize):
            "the prompt has token \(token), outside the vocabulary of \(vocabularySize) tokens"
        case .promptExceedsContext(let tokens, let contextLength):
            "the prompt has \(tokens) tokens; the context holds \(contextLength)"
        case .sampling(let error): error.description
        case .superseded: "another generation was started on the same session"
        case .busy: "the session is still answering; wait for the answer or cancel it"
        case .noChatTemplate: "the model has no chat template; use it to continue raw text"
        case .chatTemplate(let description): "the chat template refused the messages: \(description)"
        case .computation(let error): "the model's computation failed: \(error)"
        }
    }
}
