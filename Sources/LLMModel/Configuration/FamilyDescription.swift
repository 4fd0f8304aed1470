/// What the models of one family share, and how the file formats write them: a new family is a new value.
struct FamilyDescription: Sendable {
    /// `general.architecture` in GGUF files.
    var ggufName: String
    /// `model_type` in config.json.
    var huggingFaceNames: [String]
    /// The normalization formula.
    var normalization = NormalizationConfiguration.Kind.rms
    /// The activation when the file does not say.
    var activation = Activation.silu
    /// What the file means by `gelu` without more.
    var plainGelu = Activation.gelu
    /// Whether the feed-forward layer is gated.
    var isGated = true
    /// How rotated pairs lie in GGUF files; Hugging Face files always have halves.
    var ggufRotaryLayout = RotaryConfiguration.Layout.halves
    /// Whether queries and keys are normalized per head.
    var normalizesQueriesAndKeys = false
    /// Whether block outputs are normalized before the residual sum.
    var hasPostNormalization = false
    /// Whether Hugging Face files store normalization weights as offsets from one.
    var storesNormalizationOffsets = false
    /// Whether embeddings are multiplied by the square root of the hidden size.
    var scalesEmbedding = false
    /// Whether positions are a learned table.
    var hasLearnedPositions = false
    /// Every n-th layer sees everything, the others the window; nil: the window holds for all layers.
    var slidingPeriod: Int?
    /// Whether layers with a window rotate with a base of their own.
    var hasLocalRotary = false
    /// Whether a config.json must say `use_sliding_window` for the window to hold.
    var windowIsOptIn = false
    /// Every n-th layer has no rotation.
    var unrotatedPeriod: Int?
    /// Layer counts of the sizes whose attention is scaled by hidden size over heads (GGUF does not store it).
    var wideScaleLayerCounts: [Int] = []
    /// What holds when the file does not say.
    var defaults: [ModelSetting: Double] = [:]
    /// Names of the weights in GGUF files.
    var ggufWeights = WeightNames.gguf
    /// Names of the weights in Hugging Face files.
    var huggingFaceWeights = WeightNames.huggingFace
}

extension FamilyDescription {
    /// The family with this `general.architecture`.
    static func gguf(_ name: String, source: String) throws(ModelLoadingError) -> FamilyDescription {
        guard let family = known.first(where: { $0.ggufName == name }) else {
            throw .unknownArchitecture(source: source, name: name, known: known.map(\.ggufName))
        }
        return family
    }

    /// The family with this `model_type`.
    static func huggingFace(_ name: String, source: String) throws(ModelLoadingError) -> FamilyDescription {
        guard let family = known.first(where: { $0.huggingFaceNames.contains(name) }) else {
            throw .unknownArchitecture(source: source, name: name, known: known.flatMap(\.huggingFaceNames))
        }
        return family
    }
}
