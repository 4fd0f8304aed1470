package import LLMTokenizer

/// What a generation needs of a model: a growing sequence, and the logits behind its last token.
///
/// ``DecoderSession`` is the real one. Has one owner; not to be shared between threads.
package protocol TokenPredictor: AnyObject {
    /// Logits per step.
    var vocabularySize: Int { get }
    /// The most tokens the sequence can hold.
    var contextLength: Int { get }
    /// Tokens in the sequence.
    var position: Int { get }

    /// Adds tokens; if `wantsLogits`, calls `body` once with the logits behind the last one.
    func append(
        _ tokens: [TokenID], wantsLogits: Bool, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws
    /// The same where only some logits are wanted: others may be negative infinity.
    func append(
        _ tokens: [TokenID], wanted: WantedLogits, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws
    /// Forgets the tokens from `position` on.
    func truncate(to position: Int) throws
    /// Forgets all tokens.
    func reset()
}

extension TokenPredictor {
    package func append(
        _ tokens: [TokenID], wanted: WantedLogits, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        try append(tokens, wantsLogits: true, body)
    }
}
