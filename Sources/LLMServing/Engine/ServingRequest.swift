public import LLMModel
public import LLMTokenizer

/// What a client wants to have continued, and how.
public struct ServingRequest: Sendable {
    /// How urgent a request is. Waiting raises it, see ``EngineConfiguration/ageing``; so nobody waits for ever.
    public enum Priority: Int, Sendable, Hashable, CaseIterable, Comparable {
        /// May wait: batch jobs.
        case low = -1
        /// The usual.
        case normal = 0
        /// Before others.
        case high = 1

        /// Orders by urgency.
        public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
    }

    /// Names the request in events and logs.
    public var id: String
    /// The tokens to continue, special tokens included.
    public var prompt: [TokenID]
    /// How tokens are chosen, and when to stop. Choice `i` of several is drawn with the seed plus `i`.
    public var parameters: GenerationParameters
    /// Run on the logits of each step, for every choice on its own: grammars, JSON mode.
    public var processors: [any LogitsProcessor]
    /// How many continuations; the prompt is computed once.
    public var choiceCount: Int
    /// How urgent it is.
    public var priority: Priority
    /// Until when the last token must be out, counted from submission. A request that cannot make it is refused at
    /// once; one that misses it all the same ends with ``ServingError/deadlineExceeded``.
    public var timeLimit: Duration?
    /// Log probabilities wanted with each token: of this many most likely tokens besides the chosen one; nil for none.
    public var topLogprobs: Int?
    /// Whether the prompt's state may be kept for, and taken from, other requests.
    public var reusesPrefix: Bool

    /// The most ``topLogprobs`` may ask for.
    public static let maximumTopLogprobs = 32

    /// A request.
    public init(
        id: String = ServingRequest.makeIdentifier(), prompt: [TokenID], parameters: GenerationParameters,
        processors: [any LogitsProcessor] = [], choiceCount: Int = 1, priority: Priority = .normal,
        timeLimit: Duration? = nil, topLogprobs: Int? = nil, reusesPrefix: Bool = true
    ) {
        self.id = id
        self.prompt = prompt
        self.parameters = parameters
        self.processors = processors
        self.choiceCount = choiceCount
        self.priority = priority
        self.timeLimit = timeLimit
        self.topLogprobs = topLogprobs
        self.reusesPrefix = reusesPrefix
    }

    /// A name nobody else has.
    public static func makeIdentifier() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return "req-" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
