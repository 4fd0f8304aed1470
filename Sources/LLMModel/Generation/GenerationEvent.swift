public import LLMTokenizer

/// What a generation tells while it runs.
public enum GenerationEvent: Sendable {
    /// A token was generated, and this much text became certain by it.
    ///
    /// The text may be empty (inside a character, or while it could become a stop string) and is not the text of
    /// this token alone. The concatenation of all texts is the output. End-of-generation tokens come as an event
    /// too; they add no text of their own.
    case token(id: TokenID, text: String)
    /// The last event of every generation that does not throw.
    case finished(GenerationSummary)
}

/// Why a generation ended.
public enum FinishReason: String, Sendable, Codable, CaseIterable {
    /// The model produced an end-of-generation token.
    case stop
    /// The text reached a stop string.
    case stopString = "stop_string"
    /// The maximum number of tokens was reached.
    case length
    /// The context has no room for another token.
    case contextFull = "context_full"
    /// The task was cancelled.
    case cancelled
}

/// What a finished generation was.
public struct GenerationSummary: Sendable {
    /// Why it ended.
    public var reason: FinishReason
    /// The seed of the draws, given or drawn.
    public var seed: UInt64
    /// Times and counts.
    public var timings: GenerationTimings
}

/// Times and token counts of a generation; waiting for the consumer is not in them.
public struct GenerationTimings: Sendable, Equatable {
    /// Tokens of the prompt.
    public var promptTokens = 0
    /// Tokens of the prompt that were still in the cache from before and not computed again.
    public var reusedTokens = 0
    /// Tokens generated, an end token included.
    public var generatedTokens = 0
    /// Time to compute the prompt and choose the first token.
    public var prefill = Duration.zero
    /// Time to compute and choose all further tokens.
    public var decode = Duration.zero
    /// From the first request for an event to the first token.
    public var timeToFirstToken: Duration?

    /// Prompt tokens computed per second; nil when nothing was computed.
    public var prefillTokensPerSecond: Double? { Self.rate(promptTokens - reusedTokens, prefill) }

    /// Tokens per second after the first one; nil with fewer than two tokens.
    public var decodeTokensPerSecond: Double? { Self.rate(generatedTokens - 1, decode) }

    private static func rate(_ count: Int, _ time: Duration) -> Double? {
        count > 0 && time > .zero ? Double(count) / (time / .seconds(1)) : nil
    }
}

/// A whole generation: its text, tokens and summary.
public struct GenerationResult: Sendable {
    /// The text, without stop string and end token.
    public var text: String
    /// The generated tokens, the end token included when there was one.
    public var tokens: [TokenID]
    /// Why it ended, and how long it took.
    public var summary: GenerationSummary
}
