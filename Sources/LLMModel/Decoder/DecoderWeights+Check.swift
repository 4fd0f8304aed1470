internal import LLMTensor

extension DecoderWeights {
    /// All matrices in the order they are packed: per layer query, key, value, output, gate, up, down; then the head.
    var matrices: [Tensor] {
        var result: [Tensor] = []
        for layer in layers {
            result += [layer.query.weight, layer.key.weight, layer.value.weight, layer.attentionOutput.weight]
            if let gate = layer.gate { result.append(gate.weight) }
            result += [layer.up.weight, layer.down.weight]
        }
        result.append(head?.weight ?? tokenEmbedding)
        return result
    }

    /// Gives back all pages of the files the weights are mapped from; what is read later is mapped again.
    func releaseMappedFiles() {
        var files: [MappedFile] = []
        for tensor in matrices + vectors + [tokenEmbedding] {
            if let file = tensor.storage.file, files.last !== file { files.append(file) }
        }
        for file in files { file.releasePages() }
    }

    private var vectors: [Tensor] {
        var result: [Tensor] = []
        func addNorm(_ norm: AffineWeights?) {
            guard let norm else { return }
            result.append(norm.weight)
            if let bias = norm.bias { result.append(bias) }
        }
        for layer in layers {
            for norm in [
                layer.attentionNorm, layer.postAttentionNorm, layer.feedForwardNorm, layer.postFeedForwardNorm,
            ] { addNorm(norm) }
            for norm in [layer.queryNorm, layer.keyNorm] { if let norm { result.append(norm) } }
            for linear in [
                layer.query, layer.key, layer.value, layer.attentionOutput, layer.gate, layer.up, layer.down,
            ] {
                if let bias = linear?.bias { result.append(bias) }
            }
        }
        addNorm(finalNorm)
        if let bias = head?.bias { result.append(bias) }
        return result
    }

    var vectorCount: Int { vectors.count }
    var vectorElementCount: Int { vectors.reduce(0) { $0 + $1.elementCount } }

    /// Checks every shape against the configuration.
    package func check(against configuration: DecoderConfiguration) throws(DecoderError) {
        let hidden = configuration.hiddenSize
        let intermediate = configuration.intermediateSize
        let attention = configuration.attention
        let queries = attention.headCount * attention.headDimension
        let keys = attention.keyValueHeadCount * attention.headDimension
        func expect(_ name: String, _ tensor: Tensor?, _ shape: [Int]) throws(DecoderError) {
            guard let tensor, tensor.shape != shape else { return }
            throw .shape(tensor: name, expected: shape, found: tensor.shape)
        }
        func linear(_ name: String, _ weights: AffineWeights?, _ shape: [Int]) throws(DecoderError) {
            guard let weights else { return }
            try expect(name, weights.weight, shape)
            try expect("\(name) bias", weights.bias, [shape[0]])
        }
        func norm(_ name: String, _ weights: AffineWeights?, _ width: Int) throws(DecoderError) {
            guard let weights else { return }
            try expect(name, weights.weight, [width])
            try expect("\(name) bias", weights.bias, [width])
        }
        let kinds = configuration.attentionKinds.indices
        guard attention.headCount > 0, attention.keyValueHeadCount > 0, attention.headDimension > 0, hidden > 0,
            intermediate > 0, attention.headCount % attention.keyValueHeadCount == 0,
            configuration.attentionKindOfLayer.count == layers.count,
            configuration.attentionKindOfLayer.allSatisfy({ kinds.contains($0) })
        else { throw .unsupported("heads, sizes or attention kinds that do not fit each other") }
        for kind in configuration.attentionKinds {
            if let rotary = kind.rotary,
                rotary.dimensions % 2 != 0 || rotary.dimensions > attention.headDimension || rotary.dimensions < 2
            {
                throw .unsupported("a rotation of \(rotary.dimensions) of \(attention.headDimension) coordinates")
            }
        }
        try expect("token embedding", tokenEmbedding, [configuration.vocabularySize, hidden])
        try linear("output head", head, [configuration.vocabularySize, hidden])
        if let positionEmbedding, positionEmbedding.shape.count != 2 || positionEmbedding.columns != hidden {
            throw .shape(
                tensor: "position embedding", expected: [configuration.contextLength, hidden],
                found: positionEmbedding.shape)
        }
        try norm("final norm", finalNorm, hidden)
        for (index, layer) in layers.enumerated() {
            let name = "layer \(index)"
            try norm("\(name) attention norm", layer.attentionNorm, hidden)
            try norm("\(name) feed-forward norm", layer.feedForwardNorm, hidden)
            try norm("\(name) attention post norm", layer.postAttentionNorm, hidden)
            try norm("\(name) feed-forward post norm", layer.postFeedForwardNorm, hidden)
            try expect("\(name) query norm", layer.queryNorm, [attention.headDimension])
            try expect("\(name) key norm", layer.keyNorm, [attention.headDimension])
            try linear("\(name) query", layer.query, [queries, hidden])
            try linear("\(name) key", layer.key, [keys, hidden])
            try linear("\(name) value", layer.value, [keys, hidden])
            try linear("\(name) output", layer.attentionOutput, [hidden, queries])
            try linear("\(name) gate", layer.gate, [intermediate, hidden])
            try linear("\(name) up", layer.up, [intermediate, hidden])
            try linear("\(name) down", layer.down, [hidden, intermediate])
        }
    }
}
