internal import LLMTensor
public import LLMTokenizer

extension DecoderSession {
    /// Saves what was read and computed, so that a later session, in this process or another, goes on from here
    /// instead of reading the prompt again.
    ///
    /// - Parameter tokens: The tokens of the sequence, all ``position`` of them.
    /// - Throws: ``DecoderError/invalidPosition(_:length:)`` when their number is another one; `TensorFileError`. The file
    ///   appears whole or not at all.
    public func save(tokens: [TokenID], to path: String) throws {
        guard tokens.count == position, position > 0 else {
            throw DecoderError.invalidPosition(tokens.count, length: position)
        }
        try KeyValueSnapshot.write(cache, tokens: tokens, model: model, to: path)
    }

    /// Goes on where a saved sequence ended, with the same logits; what this session held is forgotten.
    ///
    /// - Returns: The tokens that were saved.
    /// - Throws: `TensorFileError` for a damaged file and for one of another model, compute mode or library version;
    ///   the session is then as it was.
    public func restore(from path: String) throws -> [TokenID] {
        let saved = try KeyValueSnapshot.read(path, model: model, layout: cache.layout, limit: contextLength)
        replace(saved.cache, position: saved.tokens.count)
        return saved.tokens
    }
}

extension DecoderBatch {
    /// Saves one sequence; see ``DecoderSession/save(tokens:to:)``.
    public func save(_ sequence: DecoderSequence, tokens: [TokenID], to path: String) throws {
        guard tokens.count == sequence.position, sequence.position > 0 else {
            throw DecoderError.invalidPosition(tokens.count, length: sequence.position)
        }
        try KeyValueSnapshot.write(sequence.cache, tokens: tokens, model: model, to: path)
    }

    /// A sequence that goes on where a saved one ended; see ``DecoderSession/restore(from:)``.
    public func restore(from path: String) throws -> (sequence: DecoderSequence, tokens: [TokenID]) {
        let sequence = makeSequence()
        let saved = try KeyValueSnapshot.read(
            path, model: model, layout: sequence.cache.layout, limit: contextLength)
        sequence.cache = saved.cache
        sequence.position = saved.tokens.count
        return (sequence, saved.tokens)
    }
}
