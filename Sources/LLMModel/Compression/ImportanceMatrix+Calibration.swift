public import LLMTokenizer

extension ImportanceMatrix {
    /// Lets a model read a text and measures what meets each of its weights: the mean of the squares, per column.
    ///
    /// The text is read in chunks that do not see each other, as `llama-imatrix` reads it. The head and the
    /// embeddings have no entry.
    ///
    /// - Parameters:
    ///   - decoder: The model as it is before quantization; exact mode is the most accurate.
    ///   - tokens: The text.
    ///   - context: Tokens of a chunk; a last, shorter one is read too.
    ///   - progress: Called with the share read, 0 to 1.
    /// - Throws: ``DecoderError``; ``ModelLoadingError/invalidSetting(source:key:value:expected:)`` without tokens or
    ///   when inputs are not finite; `CancellationError`.
    public static func calibrated(
        by decoder: Decoder, on tokens: [TokenID], context: Int = 512, progress: ((Double) -> Void)? = nil
    ) throws -> ImportanceMatrix {
        guard !tokens.isEmpty else {
            throw ModelLoadingError.invalidSetting(
                source: "calibration text", key: "tokens", value: "0", expected: "at least one")
        }
        let session = try DecoderSession(
            model: decoder, contextLength: min(context, decoder.configuration.contextLength))
        let statistics = InputStatistics(decoder.configuration)
        session.gatherInputs(into: statistics)
        var first = 0
        while first < tokens.count {
            let end = min(first + session.contextLength, tokens.count)
            session.reset()
            try session.append(Array(tokens[first..<end]), logits: .none) { _, _ in }
            first = end
            progress?(Double(first) / Double(tokens.count))
        }
        let values = statistics.means()
        guard values.values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw ModelLoadingError.invalidSetting(
                source: "calibration text", key: "inputs", value: "not finite", expected: "finite activations")
        }
        return ImportanceMatrix(values: values)
    }
}
