public import LLMModel
public import LLMTensor

extension TrainableDecoder {
    /// A copy of the current weights in float32, adapters merged in: what a ``Decoder`` takes to generate with them.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:)``.
    public func decoderWeights() throws(TensorError) -> DecoderWeights {
        var layers: [DecoderLayerWeights] = []
        for layer in parts.layers {
            var weights = DecoderLayerWeights(
                attentionNorm: try snapshot(layer.attentionNorm), query: try snapshot(layer.query),
                key: try snapshot(layer.key), value: try snapshot(layer.value),
                attentionOutput: try snapshot(layer.attentionOutput),
                feedForwardNorm: try snapshot(layer.feedForwardNorm), up: try snapshot(layer.up),
                down: try snapshot(layer.down))
            if let gate = layer.gate { weights.gate = try snapshot(gate) }
            if let norm = layer.queryNorm { weights.queryNorm = try norm.weight.tensor() }
            if let norm = layer.keyNorm { weights.keyNorm = try norm.weight.tensor() }
            if let norm = layer.postAttentionNorm { weights.postAttentionNorm = try snapshot(norm) }
            if let norm = layer.postFeedForwardNorm { weights.postFeedForwardNorm = try snapshot(norm) }
            layers.append(weights)
        }
        var result = DecoderWeights(
            tokenEmbedding: try parts.tokenEmbedding.tensor(), layers: layers,
            finalNorm: try snapshot(parts.finalNorm))
        result.positionEmbedding = try parts.positionEmbedding?.tensor()
        if let head = parts.head { result.head = try snapshot(head) }
        return result
    }

    private func snapshot(_ norm: NormParameters) throws(TensorError) -> AffineWeights {
        AffineWeights(weight: try norm.weight.tensor(), bias: try norm.bias?.tensor())
    }

    func snapshot(_ linear: LinearParameters, mergingAdapters: Bool = true) throws(TensorError) -> AffineWeights {
        let weight = try TensorStorage(copyingFloats: linear.weight.values) { target in
            guard mergingAdapters, let adapter = linear.adapter else { return }
            // W [out, in] += scale * B A
            engine.multiplier.multiply(
                FloatProduct(
                    .rows(adapter.up.base, stride: adapter.rank),
                    .columns(adapter.down.base, stride: linear.weight.shape[1]), into: target,
                    stride: linear.weight.shape[1], rows: linear.weight.shape[0], columns: linear.weight.shape[1],
                    depth: adapter.rank, alpha: adapter.scale, accumulates: true))
        }
        return AffineWeights(
            weight: try Tensor(shape: linear.weight.shape, elementType: .f32, storage: weight),
            bias: try linear.bias?.tensor())
    }
}

extension Parameter {
    /// A copy of the values.
    func tensor() throws(TensorError) -> Tensor {
        try Tensor(shape: shape, elementType: .f32, storage: TensorStorage(copyingFloats: values) { _ in })
    }
}

extension TensorStorage {
    /// A copy of floats that `change` may alter before anybody sees it.
    convenience init(
        copyingFloats source: UnsafeMutableBufferPointer<Float>, change: (UnsafeMutablePointer<Float>) -> Void
    ) throws(TensorError) {
        try self.init(byteCount: 4 * source.count) { bytes in
            guard let base = bytes.baseAddress else { return }
            let target = base.bindMemory(to: Float.self, capacity: source.count)
            if let from = source.baseAddress { target.update(from: from, count: source.count) }
            change(target)
        }
    }
}
