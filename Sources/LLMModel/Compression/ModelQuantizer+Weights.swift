internal import LLMTensor

extension ModelQuantizer {
    /// The same weights in the types of the mixture, in memory.
    ///
    /// Vectors stay as they are. Rows keep their order, so the result belongs to the same configuration.
    ///
    /// - Throws: ``ModelLoadingError/tensor(source:name:error:)`` naming a weight with numbers that are not finite;
    ///   `CancellationError` between two matrices.
    public func quantize(_ weights: DecoderWeights, configuration: DecoderConfiguration) throws -> DecoderWeights {
        let export = try GGUFExport(configuration: configuration, weights: weights, tokenizer: nil)
        var types: [String: ElementType] = [:]
        for entry in elementTypes(of: export) { types[entry.tensor] = entry.type }
        let table = try FamilyDescription.gguf(configuration.family, source: export.source).ggufWeights
        let pool = ComputePool(threadCount: threadCount)

        func convert(_ tensor: Tensor, _ role: WeightRole, _ layer: Int?) throws -> Tensor {
            try Task.checkCancellation()
            let fused: WeightRole? =
                switch role {
                case .query, .key, .value: .fusedQueryKeyValue
                case .gate, .up: .fusedGateUp
                default: nil
                }
            let stored = fused.flatMap { table.names[$0] == nil ? nil : $0 } ?? role
            guard let name = table.name(stored, layer: layer, prefix: ""), let type = types[name] else { return tensor }
            do throws(TensorError) {
                return try Quantization.quantize(tensor, as: type, importance: importance?.values[name], pool: pool)
            } catch {
                throw ModelLoadingError.tensor(source: export.source, name: name, error: error)
            }
        }
        func convert(_ pair: AffineWeights, _ role: WeightRole, _ layer: Int?) throws -> AffineWeights {
            AffineWeights(weight: try convert(pair.weight, role, layer), bias: pair.bias)
        }

        var result = weights
        result.tokenEmbedding = try convert(weights.tokenEmbedding, .tokenEmbedding, nil)
        if let head = weights.head { result.head = try convert(head, .head, nil) }
        for (index, layer) in weights.layers.enumerated() {
            result.layers[index].query = try convert(layer.query, .query, index)
            result.layers[index].key = try convert(layer.key, .key, index)
            result.layers[index].value = try convert(layer.value, .value, index)
            result.layers[index].attentionOutput = try convert(layer.attentionOutput, .attentionOutput, index)
            if let gate = layer.gate { result.layers[index].gate = try convert(gate, .gate, index) }
            result.layers[index].up = try convert(layer.up, .up, index)
            result.layers[index].down = try convert(layer.down, .down, index)
        }
        return result
    }
}
