public import LLMTokenizer

/// Changes the logits of a step before the sampler looks at them: masks, grammars, watermarks.
///
/// A processor is called once per step with the raw logits of the whole vocabulary and forbids a token by setting
/// its logit to negative infinity. It is a value with its own state: ``accept(_:)`` tells it what was chosen.
public protocol LogitsProcessor: Sendable {
    /// Changes the logits of the next token in place.
    ///
    /// - Parameter logits: one value per vocabulary entry; valid only during the call.
    mutating func process(_ logits: UnsafeMutableBufferPointer<Float>) throws

    /// The only tokens that ``process(_:)`` will leave possible in the next step, when that is known beforehand; nil when not.
    ///
    /// Logits of others need not be computed and may come as negative infinity.
    mutating func possibleTokens() throws -> TokenMask?

    /// Learns the token that the step chose.
    mutating func accept(_ token: TokenID) throws
}

extension LogitsProcessor {
    /// Nothing known beforehand.
    public mutating func possibleTokens() -> TokenMask? { nil }

    /// Ignores the token; for processors without state.
    public mutating func accept(_ token: TokenID) {}
}
