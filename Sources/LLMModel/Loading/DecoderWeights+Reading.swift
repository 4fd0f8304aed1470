internal import LLMTensor

extension DecoderWeights {
    /// The weights a configuration asks for, by the names of a family's table.
    ///
    /// - Throws: ``ModelLoadingError`` for a weight that is missing, of another shape, or not asked for.
    init(
        _ source: any WeightSource, _ table: WeightNames, _ configuration: DecoderConfiguration
    ) throws(ModelLoadingError) {
        var reader = try WeightReader(source, table, configuration)
        let tokenEmbedding = try reader.required(.tokenEmbedding).weight
        var positions: Tensor?
        if configuration.hasLearnedPositions { positions = try reader.required(.positionEmbedding).weight }
        var layers: [DecoderLayerWeights] = []
        layers.reserveCapacity(configuration.layerCount)
        for layer in 0..<configuration.layerCount {
            layers.append(try DecoderLayerWeights(&reader, configuration, layer: layer))
        }
        self.init(
            tokenEmbedding: tokenEmbedding, positionEmbedding: positions, layers: layers,
            finalNorm: try reader.required(.finalNorm),
            head: configuration.tiesHeadToEmbedding ? nil : try reader.required(.head))
        try reader.finish()
    }
}

extension DecoderLayerWeights {
    fileprivate init(
        _ reader: inout WeightReader, _ configuration: DecoderConfiguration, layer: Int
    ) throws(ModelLoadingError) {
        let projections = try reader.required(
            [.query, .key, .value], fusedAs: .fusedQueryKeyValue, layer: layer)
        let feedForward =
            configuration.isGated
            ? try reader.required([.gate, .up], fusedAs: .fusedGateUp, layer: layer)
            : [try reader.required(.up, layer: layer)]
        self.init(
            attentionNorm: try reader.required(.attentionNorm, layer: layer), query: projections[0],
            key: projections[1], value: projections[2],
            attentionOutput: try reader.required(.attentionOutput, layer: layer),
            feedForwardNorm: try reader.required(.feedForwardNorm, layer: layer),
            up: feedForward[feedForward.count - 1],
            down: try reader.required(.down, layer: layer))
        if configuration.isGated { gate = feedForward[0] }
        if configuration.attention.normalizesQueriesAndKeys {
            queryNorm = try reader.required(.queryNorm, layer: layer).weight
            keyNorm = try reader.required(.keyNorm, layer: layer).weight
        }
        if configuration.normalization.hasPostNormalization {
            postAttentionNorm = try reader.required(.postAttentionNorm, layer: layer)
            postFeedForwardNorm = try reader.required(.postFeedForwardNorm, layer: layer)
        }
    }
}
