package import LLMTokenizer

extension DecoderSession: TokenPredictor {
    /// Logits per step.
    package var vocabularySize: Int { model.configuration.vocabularySize }

    /// Adds tokens; if `wantsLogits`, calls `body` once with the logits behind the last one.
    package func append(
        _ tokens: [TokenID], wantsLogits: Bool, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        if wantsLogits {
            try append(tokens, wanted: .all, body)
        } else {
            try append(tokens, logits: .none) { try body($1) }
        }
    }

    /// Adds tokens, and calls `body` once with the logits behind the last one.
    package func append(
        _ tokens: [TokenID], wanted: WantedLogits, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        if tokens.count == 1, let token = tokens.first {
            try body(try append(token, wanted: wanted))
        } else {
            try append(tokens, logits: .last, wanted: wanted) { try body($1) }
        }
    }
}
