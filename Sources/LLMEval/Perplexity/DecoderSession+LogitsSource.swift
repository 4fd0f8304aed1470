public import LLMModel
public import LLMTokenizer

extension DecoderSession: LogitsSource {
    /// Forgets all tokens.
    public func restart() { reset() }

    /// Reads tokens without computing logits.
    public func feed(_ tokens: [TokenID]) throws {
        try append(tokens, logits: .none) { _, _ in }
    }

    /// Reads tokens and hands out the logits behind each.
    public func feed(_ tokens: [TokenID], logits body: (Int, UnsafeBufferPointer<Float>) throws -> Void) throws {
        try append(tokens, logits: .all, body)
    }
}
