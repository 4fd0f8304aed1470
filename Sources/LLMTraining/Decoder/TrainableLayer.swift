internal import LLMModel

/// The parameters of one block.
struct TrainableLayer {
    var attentionNorm: NormParameters
    var query: LinearParameters
    var key: LinearParameters
    var value: LinearParameters
    var attentionOutput: LinearParameters
    var queryNorm: NormParameters?
    var keyNorm: NormParameters?
    var postAttentionNorm: NormParameters?
    var feedForwardNorm: NormParameters
    /// Nil for feed-forward layers that are not gated.
    var gate: LinearParameters?
    var up: LinearParameters
    var down: LinearParameters
    var postFeedForwardNorm: NormParameters?
    /// Index into the configuration's attention kinds.
    var attentionKind: Int
}

/// All parameters of a decoder, by place.
struct TrainableParts {
    var tokenEmbedding: Parameter
    var positionEmbedding: Parameter?
    var layers: [TrainableLayer]
    var finalNorm: NormParameters
    /// Nil when the head is the token embedding.
    var head: LinearParameters?
    /// Every parameter once, in the order of the model.
    var all: [Parameter]
    /// What each weight is for, in the same order; adapters lie with their weight.
    var places: [ParameterPlace]
}

/// A weight and what it is for.
struct ParameterPlace {
    let parameter: Parameter
    let role: WeightRole
    let layer: Int?
    /// `.weight` or `.bias`.
    let suffix: String
    var adapter: AdapterParameters?
}
