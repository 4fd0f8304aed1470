public import LLMTensor

/// The weights of an encoder as its files hold them.
///
/// Immutable and `Sendable`; shapes are checked against the ``EncoderConfiguration`` when they are read.
public struct EncoderWeights: Sendable {
    /// `[vocabulary, hidden]`.
    public var tokenEmbedding: Tensor
    /// `[positions, hidden]`.
    public var positionEmbedding: Tensor
    /// `[types, hidden]`; nil for families without segments.
    public var typeEmbedding: Tensor?
    /// On the sum of the embeddings.
    public var embeddingNorm: AffineWeights
    /// The blocks, first to last.
    public var layers: [EncoderLayerWeights]
}

/// The weights of one block; matrices are `[out, in]`.
public struct EncoderLayerWeights: Sendable {
    /// `[hidden, hidden]`.
    public var query: AffineWeights
    /// `[hidden, hidden]`.
    public var key: AffineWeights
    /// `[hidden, hidden]`.
    public var value: AffineWeights
    /// `[hidden, hidden]`.
    public var attentionOutput: AffineWeights
    /// Behind the residual sum of the attention.
    public var attentionNorm: AffineWeights
    /// `[intermediate, hidden]`.
    public var up: AffineWeights
    /// `[hidden, intermediate]`.
    public var down: AffineWeights
    /// Behind the residual sum of the feed-forward layer.
    public var feedForwardNorm: AffineWeights
}

extension EncoderWeights {
    /// Reads the weights of a checkpoint in the manner of BERT or DistilBERT.
    ///
    /// Heads for pre-training or classification that a checkpoint holds beside the encoder are left alone.
    /// - Throws: ``ModelLoadingError`` naming the tensor that is missing or has another shape.
    init(
        _ checkpoint: SafetensorsCheckpoint, _ configuration: EncoderConfiguration
    ) throws(ModelLoadingError) {
        let names = EncoderWeightNames(isDistilled: configuration.family == "distilbert")
        let reader = try EncoderWeightReader(checkpoint, names)
        let hidden = configuration.hiddenSize
        let inner = configuration.intermediateSize
        tokenEmbedding = try reader.tensor("embeddings.word_embeddings.weight", [configuration.vocabularySize, hidden])
        positionEmbedding = try reader.tensor(
            "embeddings.position_embeddings.weight", [configuration.positionCount, hidden])
        typeEmbedding =
            configuration.typeCount == 0
            ? nil : try reader.tensor("embeddings.token_type_embeddings.weight", [configuration.typeCount, hidden])
        embeddingNorm = try reader.affine("embeddings.LayerNorm", [hidden])
        layers = []
        for index in 0..<configuration.layerCount {
            let prefix = "\(names.layer).\(index)."
            layers.append(
                EncoderLayerWeights(
                    query: try reader.affine(prefix + names.query, [hidden, hidden]),
                    key: try reader.affine(prefix + names.key, [hidden, hidden]),
                    value: try reader.affine(prefix + names.value, [hidden, hidden]),
                    attentionOutput: try reader.affine(prefix + names.attentionOutput, [hidden, hidden]),
                    attentionNorm: try reader.affine(prefix + names.attentionNorm, [hidden]),
                    up: try reader.affine(prefix + names.up, [inner, hidden]),
                    down: try reader.affine(prefix + names.down, [hidden, inner]),
                    feedForwardNorm: try reader.affine(prefix + names.feedForwardNorm, [hidden])))
        }
    }
}

/// What the parts of a block are called.
private struct EncoderWeightNames {
    let layer: String
    let query: String
    let key: String
    let value: String
    let attentionOutput: String
    let attentionNorm: String
    let up: String
    let down: String
    let feedForwardNorm: String

    init(isDistilled: Bool) {
        layer = isDistilled ? "transformer.layer" : "encoder.layer"
        query = isDistilled ? "attention.q_lin" : "attention.self.query"
        key = isDistilled ? "attention.k_lin" : "attention.self.key"
        value = isDistilled ? "attention.v_lin" : "attention.self.value"
        attentionOutput = isDistilled ? "attention.out_lin" : "attention.output.dense"
        attentionNorm = isDistilled ? "sa_layer_norm" : "attention.output.LayerNorm"
        up = isDistilled ? "ffn.lin1" : "intermediate.dense"
        down = isDistilled ? "ffn.lin2" : "output.dense"
        feedForwardNorm = isDistilled ? "output_layer_norm" : "output.LayerNorm"
    }
}

/// Takes tensors by name, with whatever prefix the checkpoint has.
private struct EncoderWeightReader {
    private let checkpoint: SafetensorsCheckpoint
    private let prefix: String

    init(_ checkpoint: SafetensorsCheckpoint, _ names: EncoderWeightNames) throws(ModelLoadingError) {
        let first = "embeddings.word_embeddings.weight"
        // The name of the encoder within a model with a head, or nothing.
        let prefixes = ["", "bert.", "roberta.", "distilbert.", "model.", "encoder.", "0.auto_model."]
        guard let prefix = prefixes.first(where: { checkpoint.hasTensor($0 + first) }) else {
            throw .missingTensor(source: checkpoint.path, name: first)
        }
        self.checkpoint = checkpoint
        self.prefix = prefix
    }

    func tensor(_ name: String, _ shape: [Int]) throws(ModelLoadingError) -> Tensor {
        let full = prefix + name
        guard checkpoint.hasTensor(full) else { throw .missingTensor(source: checkpoint.path, name: full) }
        let tensor: Tensor
        do throws(TensorFileError) { tensor = try checkpoint.tensor(named: full) } catch { throw .file(error) }
        guard tensor.shape == shape else {
            throw .shapeMismatch(source: checkpoint.path, tensor: full, expected: shape, actual: tensor.shape)
        }
        return tensor
    }

    /// Weight and bias; very old checkpoints call those of a normalization gamma and beta.
    func affine(_ name: String, _ shape: [Int]) throws(ModelLoadingError) -> AffineWeights {
        let isOld = shape.count == 1 && checkpoint.hasTensor(prefix + name + ".gamma")
        return AffineWeights(
            weight: try tensor(name + (isOld ? ".gamma" : ".weight"), shape),
            bias: try tensor(name + (isOld ? ".beta" : ".bias"), [shape[0]]))
    }
}
