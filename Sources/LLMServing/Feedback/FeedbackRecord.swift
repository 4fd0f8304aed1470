internal import LLMTensor

/// What people said about an answer, with the exchange it is about.
public struct FeedbackRecord: Sendable, Hashable {
    /// A turn of the conversation that was answered.
    public struct Message: Sendable, Hashable {
        /// `system`, `user`, `assistant`.
        public var role: String
        /// The text.
        public var content: String

        /// A turn.
        public init(role: String, content: String) {
            self.role = role
            self.content = content
        }
    }

    /// Whether somebody has looked at the feedback itself (Argilla's states).
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Not yet.
        case pending
        /// Good enough to learn from.
        case submitted
        /// Not to be learned from.
        case discarded
    }

    /// The request's name; one record each.
    public var id: String
    /// The version that answered.
    public var model: String
    /// The conversation before the answer.
    public var messages: [Message]
    /// The answer.
    public var answer: String
    /// Thumbs: up is true.
    public var isGood: Bool?
    /// What the answer should have been.
    public var correction: String?
    /// Named labels.
    public var labels: [String: String]
    /// Who said so; a pseudonym.
    public var author: String
    /// Where it stands.
    public var status: Status

    /// A record.
    public init(
        id: String, model: String, messages: [Message], answer: String, isGood: Bool? = nil, correction: String? = nil,
        labels: [String: String] = [:], author: String = "", status: Status = .pending
    ) {
        self.id = id
        self.model = model
        self.messages = messages
        self.answer = answer
        self.isGood = isGood
        self.correction = correction
        self.labels = labels
        self.author = author
        self.status = status
    }

    /// What the answer should be: the correction, or the answer when it was found good.
    public var target: String? { correction ?? (isGood == true ? answer : nil) }

    var conversation: JSONValue {
        .array(messages.map { ["role": .string($0.role), "content": .string($0.content)] })
    }
}
