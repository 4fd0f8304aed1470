internal import LLMData
internal import LLMModel

extension ConfigurationNode {
    /// The sizes of a new model in the manner of Llama; the vocabulary is filled in from the tokenizer.
    ///
    /// Only the sizes have to be given: `hiddenSize`, `layerCount` and `headCount`.
    func newConfiguration() throws(ConfigurationError) -> DecoderConfiguration {
        try checkKeys([
            "hiddenSize", "intermediateSize", "layerCount", "headCount", "keyValueHeadCount", "headDimension",
            "contextLength", "ropeTheta", "epsilon", "tiesEmbeddings", "seed",
        ])
        let hidden = try integer("hiddenSize", in: 2...1 << 20)
        let heads = try integer("headCount", in: 1...1 << 12)
        let dimension = try integer("headDimension", in: 2...1 << 12, default: max(2, hidden / heads))
        guard dimension % 2 == 0 else {
            throw error(expected: "an even width of heads, for the rotation", found: "\(dimension)")
        }
        let keyValueHeads = try integer("keyValueHeadCount", in: 1...heads, default: heads)
        guard heads % keyValueHeads == 0 else {
            throw error(expected: "'keyValueHeadCount' that divides the \(heads) heads", found: "\(keyValueHeads)")
        }
        let layers = try integer("layerCount", in: 1...4096)
        // Llama's ratio of 8/3, rounded up to a multiple of 64.
        let intermediate = try integer(
            "intermediateSize", in: 1...1 << 22, default: (hidden * 8 / 3 + 63) / 64 * 64)
        var configuration = DecoderConfiguration(
            family: "llama", vocabularySize: 1, hiddenSize: hidden, intermediateSize: intermediate, layerCount: layers,
            contextLength: try integer("contextLength", in: 2...1 << 24, default: 2048),
            attention: AttentionConfiguration(
                headCount: heads, keyValueHeadCount: keyValueHeads, headDimension: dimension),
            attentionKinds: [
                AttentionKind(
                    rotary: RotaryConfiguration(
                        base: Float(try double("ropeTheta", in: 1...1e12, default: 10_000)), dimensions: dimension,
                        layout: .halves))
            ],
            attentionKindOfLayer: Array(repeating: 0, count: layers),
            normalization: NormalizationConfiguration(
                kind: .rms, epsilon: Float(try double("epsilon", in: 1e-12...1, default: 1e-5))),
            activation: .silu)
        configuration.tiesHeadToEmbedding = try boolean("tiesEmbeddings", default: true)
        return configuration
    }
}
