/// A decoder-only transformer, described as data.
///
/// One implementation (``Decoder``) runs every family whose architecture can be said with these values; a new
/// family is a new description, not new code. Values follow the field's standard names.
///
/// Source: the configurations published by the model authors and the key names of GGUF and Hugging Face.
public struct DecoderConfiguration: Sendable, Equatable {
    /// The family's name as the file gives it: "llama", "gemma3", "gpt2".
    public var family: String
    /// Rows of the token embedding and of the logits.
    public var vocabularySize: Int
    /// Width of the residual stream.
    public var hiddenSize: Int
    /// Width of the feed-forward layer, before gating.
    public var intermediateSize: Int
    /// The blocks, first to last.
    public var layerCount: Int
    /// Longest sequence the model was trained for, in tokens.
    public var contextLength: Int
    /// Query, key and value heads.
    public var attention: AttentionConfiguration
    /// Attention and rotary variant of each layer; `layerCount` entries, indices into ``attentionKinds``.
    public var attentionKindOfLayer: [Int]
    /// The distinct attention variants the layers choose from (one for most families, two for Gemma 3).
    public var attentionKinds: [AttentionKind]
    /// Kind and place of the normalizations.
    public var normalization: NormalizationConfiguration
    /// Activation of the feed-forward layer.
    public var activation: Activation
    /// Whether the feed-forward layer is gated: `down(activation(gate(x)) * up(x))`.
    public var isGated: Bool
    /// Factor on the token embedding (Gemma: the square root of the hidden size); 1 for most.
    public var embeddingScale: Float
    /// Whether positions are a learned table added to the embedding (GPT-2) instead of a rotation.
    public var hasLearnedPositions: Bool
    /// Divides the logits before use, then `cap * tanh(logits / cap)`; nil for most.
    public var logitSoftcap: Float?
    /// Factor on the logits (Granite, Cohere); 1 for most.
    public var logitScale: Float
    /// Whether the output head is the token embedding.
    public var tiesHeadToEmbedding: Bool

    /// Creates a description; see the properties for units and meaning.
    public init(
        family: String, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int,
        contextLength: Int, attention: AttentionConfiguration, attentionKinds: [AttentionKind],
        attentionKindOfLayer: [Int], normalization: NormalizationConfiguration, activation: Activation,
        isGated: Bool = true
    ) {
        self.family = family
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.contextLength = contextLength
        self.attention = attention
        self.attentionKinds = attentionKinds
        self.attentionKindOfLayer = attentionKindOfLayer
        self.normalization = normalization
        self.activation = activation
        self.isGated = isGated
        embeddingScale = 1
        hasLearnedPositions = false
        logitSoftcap = nil
        logitScale = 1
        tiesHeadToEmbedding = false
    }

    /// The attention variant of a layer.
    public func attentionKind(ofLayer layer: Int) -> AttentionKind {
        attentionKinds[attentionKindOfLayer[layer]]
    }
}

/// Heads and scaling shared by all layers.
public struct AttentionConfiguration: Sendable, Equatable {
    /// Query heads.
    public var headCount: Int
    /// Key/value heads; divides `headCount`.
    public var keyValueHeadCount: Int
    /// Width of one head; not always `hiddenSize / headCount`.
    public var headDimension: Int
    /// Factor on query·key before the softmax; usually `1 / sqrt(headDimension)`.
    public var scale: Float
    /// `cap * tanh(score / cap)` on the scores (Gemma 2); nil for most.
    public var softcap: Float?
    /// Whether queries and keys are RMS-normalized per head before the rotation (Qwen 3, Gemma 3).
    public var normalizesQueriesAndKeys: Bool

    /// Creates a description; `scale` defaults to `1 / sqrt(headDimension)`.
    public init(headCount: Int, keyValueHeadCount: Int, headDimension: Int, scale: Float? = nil) {
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.scale = scale ?? 1 / Float(headDimension).squareRoot()
        softcap = nil
        normalizesQueriesAndKeys = false
    }
}

/// What may differ from layer to layer: the span a query sees, and its rotation.
public struct AttentionKind: Sendable, Equatable {
    /// Number of most recent positions a query sees, itself included; nil sees all.
    public var slidingWindow: Int?
    /// The rotation; nil when positions enter another way, or not at all.
    public var rotary: RotaryConfiguration?

    /// Creates a variant.
    public init(slidingWindow: Int? = nil, rotary: RotaryConfiguration?) {
        self.slidingWindow = slidingWindow
        self.rotary = rotary
    }
}

/// Rotary position embedding (Su et al., 2021, arXiv 2104.09864).
public struct RotaryConfiguration: Sendable, Equatable {
    /// How the two coordinates of a rotated pair lie in a head.
    public enum Layout: Sendable, Equatable {
        /// `(2i, 2i + 1)`: GGUF files of the llama architecture.
        case interleaved
        /// `(i, i + dimensions / 2)`: Hugging Face files, and most GGUF architectures.
        case halves
    }

    /// Change of the frequencies for longer contexts.
    public enum Scaling: Sendable, Equatable {
        /// Frequencies as they are.
        case none
        /// All frequencies divided by `factor`.
        case linear(factor: Float)
        /// Llama 3.1: low frequencies divided by `factor`, smooth in between.
        case llama3(factor: Float, lowFrequencyFactor: Float, highFrequencyFactor: Float, originalContext: Int)
        /// YaRN (Peng et al., 2023, arXiv 2309.00071).
        case yarn(factor: Float, originalContext: Int, betaFast: Float, betaSlow: Float, attentionFactor: Float)
        /// A divisor per rotated pair, as stored in the file (`rope_freqs`, Phi-3 long factors).
        case divisors([Float], attentionFactor: Float)
    }

    /// Base of the geometric series of wavelengths (`rope_theta`).
    public var base: Float
    /// Leading coordinates of a head that are rotated; even, at most the head dimension.
    public var dimensions: Int
    /// How pairs lie in a head.
    public var layout: Layout
    /// Frequency scaling.
    public var scaling: Scaling

    /// Creates a rotation.
    public init(base: Float, dimensions: Int, layout: Layout, scaling: Scaling = .none) {
        self.base = base
        self.dimensions = dimensions
        self.layout = layout
        self.scaling = scaling
    }
}

/// Kind and place of the normalizations.
public struct NormalizationConfiguration: Sendable, Equatable {
    /// The formula.
    public enum Kind: Sendable, Equatable {
        /// `x / sqrt(mean(x^2) + epsilon) * weight`.
        case rms
        /// `(x - mean) / sqrt(variance + epsilon) * weight + bias`.
        case layer
    }

    /// The formula.
    public var kind: Kind
    /// Added under the square root.
    public var epsilon: Float
    /// Whether stored RMS weights are offsets from one (Gemma in Hugging Face files; GGUF files already add it).
    public var weightsAreOffsetsFromOne: Bool
    /// Whether the attention and feed-forward outputs are normalized before the residual sum (Gemma 2 and 3).
    public var hasPostNormalization: Bool

    /// Creates a description.
    public init(
        kind: Kind, epsilon: Float, weightsAreOffsetsFromOne: Bool = false, hasPostNormalization: Bool = false
    ) {
        self.kind = kind
        self.epsilon = epsilon
        self.weightsAreOffsetsFromOne = weightsAreOffsetsFromOne
        self.hasPostNormalization = hasPostNormalization
    }
}

/// Activation functions of feed-forward layers.
public enum Activation: String, Sendable, Equatable, CaseIterable {
    /// `x * sigmoid(x)`.
    case silu
    /// The tanh approximation of GELU.
    case geluTanh
    /// GELU with the error function.
    case gelu
    /// `max(x, 0)`.
    case relu
    /// `max(x, 0)^2`.
    case reluSquared
}
