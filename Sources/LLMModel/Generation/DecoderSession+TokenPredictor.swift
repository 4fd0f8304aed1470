package import LLMTokenizer

extension DecoderSession: TokenPredictor {
    /// Logits per step.
    package var vocabularySize: Int { model.configuration.vocabularySize }

    /// Adds tokens; if `wantsLogits`, calls `body` once with the logits behind the last one.
    package func append(
        _ tokens: [TokenID], wantsLogits: Bool, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        if wantsLogits, tokens.count == 1, let token = tokens.first {
            try body(try append(token))
        } else {
            try append(tokens, logits: wantsLogits ? .last : .none) { try body($1) }
        }
    }
}
