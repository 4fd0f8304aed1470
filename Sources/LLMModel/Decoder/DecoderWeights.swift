public import LLMTensor

/// The weights of a decoder as its files hold them: views of mapped files, in any element type.
///
/// Immutable and `Sendable`; shapes are checked against the ``DecoderConfiguration`` when they are read.
public struct DecoderWeights: Sendable {
    /// `[vocabulary, hidden]`.
    public var tokenEmbedding: Tensor
    /// `[context, hidden]`; nil unless positions are a learned table.
    public var positionEmbedding: Tensor?
    /// The blocks, first to last.
    public var layers: [DecoderLayerWeights]
    /// The normalization in front of the head.
    public var finalNorm: AffineWeights
    /// `[vocabulary, hidden]`; nil when the head is the token embedding.
    public var head: AffineWeights?

    /// Groups weights.
    public init(
        tokenEmbedding: Tensor, positionEmbedding: Tensor? = nil, layers: [DecoderLayerWeights],
        finalNorm: AffineWeights, head: AffineWeights? = nil
    ) {
        self.tokenEmbedding = tokenEmbedding
        self.positionEmbedding = positionEmbedding
        self.layers = layers
        self.finalNorm = finalNorm
        self.head = head
    }
}

/// A matrix `[out, in]` or the factors of a normalization `[hidden]`, with a bias `[out]` where the model has one.
public struct AffineWeights: Sendable {
    /// The matrix or the factors.
    public var weight: Tensor
    /// Added to the result; nil for none.
    public var bias: Tensor?

    /// Pairs a weight with its bias.
    public init(weight: Tensor, bias: Tensor? = nil) {
        self.weight = weight
        self.bias = bias
    }
}

/// The weights of one block.
public struct DecoderLayerWeights: Sendable {
    /// In front of the attention.
    public var attentionNorm: AffineWeights
    /// `[heads * headDimension, hidden]`.
    public var query: AffineWeights
    /// `[keyValueHeads * headDimension, hidden]`.
    public var key: AffineWeights
    /// `[keyValueHeads * headDimension, hidden]`.
    public var value: AffineWeights
    /// `[hidden, heads * headDimension]`.
    public var attentionOutput: AffineWeights
    /// `[headDimension]`, per head of the queries.
    public var queryNorm: Tensor?
    /// `[headDimension]`, per head of the keys.
    public var keyNorm: Tensor?
    /// On the attention's output, in front of the residual sum.
    public var postAttentionNorm: AffineWeights?
    /// In front of the feed-forward layer.
    public var feedForwardNorm: AffineWeights
    /// `[intermediate, hidden]`; nil for feed-forward layers that are not gated.
    public var gate: AffineWeights?
    /// `[intermediate, hidden]`.
    public var up: AffineWeights
    /// `[hidden, intermediate]`.
    public var down: AffineWeights
    /// On the feed-forward layer's output, in front of the residual sum.
    public var postFeedForwardNorm: AffineWeights?

    /// Groups the weights every block has; the others are nil.
    public init(
        attentionNorm: AffineWeights, query: AffineWeights, key: AffineWeights, value: AffineWeights,
        attentionOutput: AffineWeights, feedForwardNorm: AffineWeights, up: AffineWeights, down: AffineWeights
    ) {
        self.attentionNorm = attentionNorm
        self.query = query
        self.key = key
        self.value = value
        self.attentionOutput = attentionOutput
        self.feedForwardNorm = feedForwardNorm
        self.up = up
        self.down = down
    }
}
