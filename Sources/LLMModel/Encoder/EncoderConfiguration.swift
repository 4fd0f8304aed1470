/// An encoder-only transformer in the manner of BERT, described as data.
///
/// Source: Devlin et al., "BERT", 2018, arXiv 1810.04805; the configurations published with the models.
public struct EncoderConfiguration: Sendable, Equatable {
    /// The family's name as the file gives it: "bert", "roberta", "distilbert".
    public var family: String
    /// Rows of the token embedding.
    public var vocabularySize: Int
    /// Width of the residual stream.
    public var hiddenSize: Int
    /// Width of the feed-forward layer.
    public var intermediateSize: Int
    /// The blocks.
    public var layerCount: Int
    /// Attention heads; divides `hiddenSize`.
    public var headCount: Int
    /// Rows of the table of positions.
    public var positionCount: Int
    /// Row of the first token's position (RoBERTa counts from the padding token's id plus one).
    public var firstPosition: Int
    /// Rows of the table of segments; 0 for families without one.
    public var typeCount: Int
    /// Activation of the feed-forward layer.
    public var activation: Activation
    /// Added to the variance in the normalizations.
    public var epsilon: Float

    /// Longest sequence, in tokens.
    public var contextLength: Int { positionCount - firstPosition }
    /// Width of one head.
    public var headDimension: Int { hiddenSize / headCount }

    /// Creates a description; see the properties for units and meaning.
    public init(
        family: String, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int,
        positionCount: Int, firstPosition: Int = 0, typeCount: Int = 2, activation: Activation = .gelu,
        epsilon: Float = 1e-12
    ) {
        self.family = family
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.positionCount = positionCount
        self.firstPosition = firstPosition
        self.typeCount = typeCount
        self.activation = activation
        self.epsilon = epsilon
    }
}
