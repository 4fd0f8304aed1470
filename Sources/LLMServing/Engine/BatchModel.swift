package import LLMModel
package import LLMTokenizer

/// A sequence of a ``BatchModel``. Named in its calls; has one owner.
package protocol BatchSequence: AnyObject {
    /// Tokens in the sequence.
    var position: Int { get }
    /// The pages of its memory; what it shares with other sequences can be told from them.
    var pages: [ObjectIdentifier] { get }
}

/// What a sequence brings to a step.
package struct BatchInput {
    /// The sequence; at most once in a step.
    package var sequence: any BatchSequence
    /// Tokens to add.
    package var tokens: [TokenID]
    /// Whether the logits behind the last of them are wanted.
    package var wantsLogits: Bool
    /// Which logits.
    package var wanted: WantedLogits
}

/// What an engine needs of a model: sequences that are continued together. ``DecoderBatch`` is the real one.
///
/// Used by one thread at a time.
package protocol BatchModel: AnyObject {
    /// Logits per step and sequence.
    var vocabularySize: Int { get }
    /// The most tokens of a sequence.
    var contextLength: Int { get }
    /// The most tokens of a step.
    var stepLimit: Int { get }
    /// Positions of a page.
    var pagePositions: Int { get }
    /// Bytes of a page.
    var pageByteCount: Int { get }
    /// Bytes of all pages, shared ones once.
    var keyValueByteCount: Int { get }

    /// An empty sequence.
    func makeBatchSequence() -> any BatchSequence
    /// A sequence with the same tokens, sharing their pages.
    func forkSequence(_ sequence: any BatchSequence) -> any BatchSequence
    /// Forgets the tokens from `position` on.
    func truncateSequence(_ sequence: any BatchSequence, to position: Int) throws
    /// Adds tokens, and calls `body` with an input's index and the logits behind it.
    func advance(_ inputs: [BatchInput], _ body: (Int, UnsafeBufferPointer<Float>) -> Void) throws
}

extension DecoderSequence: BatchSequence {
    package var pages: [ObjectIdentifier] { pageIdentifiers }
}

extension DecoderBatch: BatchModel {
    package var vocabularySize: Int { model.configuration.vocabularySize }
    package var pagePositions: Int { DecoderBatch.positionsOfPage }

    package func makeBatchSequence() -> any BatchSequence {
        makeSequence()
    }

    package func forkSequence(_ sequence: any BatchSequence) -> any BatchSequence {
        guard let sequence = sequence as? DecoderSequence else { return makeBatchSequence() }
        return fork(sequence)
    }

    package func truncateSequence(_ sequence: any BatchSequence, to position: Int) throws {
        guard let sequence = sequence as? DecoderSequence else { return }
        try truncate(sequence, to: position)
    }

    package func advance(_ inputs: [BatchInput], _ body: (Int, UnsafeBufferPointer<Float>) -> Void) throws {
        let own: [Input] = inputs.compactMap { input in
            (input.sequence as? DecoderSequence).map {
                Input($0, input.tokens, wantsLogits: input.wantsLogits, wanted: input.wanted)
            }
        }
        try advance(own) { index, logits in body(index, logits) }
    }
}
