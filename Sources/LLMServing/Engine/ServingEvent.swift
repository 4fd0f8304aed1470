public import LLMModel
public import LLMTokenizer

/// What a request's stream tells, in order.
public enum ServingEvent: Sendable {
    /// A token was generated, and perhaps some text became certain.
    case token(ServedToken)
    /// A choice is complete.
    case choiceFinished(index: Int, reason: FinishReason)
    /// The last event: all choices are complete.
    case finished(ServingSummary)
}

/// A generated token.
public struct ServedToken: Sendable {
    /// Which choice it belongs to.
    public var choice: Int
    /// The token; end tokens are told too.
    public var id: TokenID
    /// The text that became certain by it; often empty, and not the text of this token alone. All texts of a choice
    /// put together are the answer.
    public var text: String
    /// Its log probability, if the request asked for it.
    public var logprobs: TokenLogprobs?

    /// A token.
    public init(choice: Int, id: TokenID, text: String, logprobs: TokenLogprobs? = nil) {
        self.choice = choice
        self.id = id
        self.text = text
        self.logprobs = logprobs
    }
}

/// Tokens a request took and gave.
public struct ServingUsage: Sendable, Hashable {
    /// Tokens of the prompt.
    public var promptTokens = 0
    /// Tokens of the prompt whose state came from earlier requests.
    public var cachedTokens = 0
    /// Tokens generated, of all choices, end tokens included.
    public var completionTokens = 0
    /// Both.
    public var totalTokens: Int { promptTokens + completionTokens }

    /// Counts of tokens.
    public init(promptTokens: Int = 0, cachedTokens: Int = 0, completionTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.completionTokens = completionTokens
    }
}

/// How a request went.
public struct ServingSummary: Sendable, Hashable {
    /// The request.
    public var id: String
    /// The model version that served it.
    public var model: String
    /// Tokens taken and given.
    public var usage: ServingUsage
    /// Why each choice ended, in order.
    public var reasons: [FinishReason]
    /// The seed of the first choice: given, or drawn.
    public var seed: UInt64
    /// From submission until its first step.
    public var queueTime: Duration
    /// From submission until its first token; nil when there was none.
    public var timeToFirstToken: Duration?
    /// From submission until its last token.
    public var totalTime: Duration
    /// How often it was put aside for want of memory and computed again.
    public var preemptions: Int
}

/// A whole answer.
public struct ServingResult: Sendable {
    /// One continuation.
    public struct Choice: Sendable {
        /// The text, without stop string and end token.
        public var text = ""
        /// The tokens, the end token included when there was one.
        public var tokens: [TokenID] = []
        /// One per token, if the request asked for them.
        public var logprobs: [TokenLogprobs] = []
        /// Why it ended.
        public var reason = FinishReason.cancelled
    }

    /// The continuations in order.
    public var choices: [Choice]
    /// How it went.
    public var summary: ServingSummary
}
