package import LLMTokenizer

extension DecoderSession: TokenPredictor {
    /// Logits per step.
    package var vocabularySize: Int { model.configuration.vocabularySize }

    /// Adds tokens; if `wantsLogits`, calls `body` once with the logits behind the last one.
    package func append(
        _ tokens: [TokenID], wantsLogits: Bool, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        if wantsLogits {
            try append(tokens, possible: nil, body)
        } else {
            try append(tokens, logits: .none) { try body($1) }
        }
    }

    /// Adds tokens, and calls `body` once with the logits behind the last one.
    package func append(
        _ tokens: [TokenID], possible: TokenMask?, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        if tokens.count == 1, let token = tokens.first {
            try body(try append(token, possible: possible))
        } else {
            try append(tokens, logits: .last, possible: possible) { try body($1) }
        }
    }
}
