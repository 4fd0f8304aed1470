/// Attention windows and rotations of the layers, as a file states them.
struct LayerAttention {
    /// Per layer, whether it sees the window only.
    var isSliding: [Bool]
    /// Per layer, whether it rotates.
    var isRotated: [Bool]
    var window: Int?
    /// The rotation of layers that see everything.
    var globalRotary: RotaryConfiguration?
    /// The rotation of layers with a window.
    var localRotary: RotaryConfiguration?

    /// The distinct kinds, and which one each layer has.
    var kinds: (kinds: [AttentionKind], ofLayer: [Int]) {
        var kinds: [AttentionKind] = []
        let ofLayer = zip(isSliding, isRotated).map { slides, rotates in
            let kind = AttentionKind(
                slidingWindow: slides ? window : nil,
                rotary: rotates ? (slides ? localRotary : globalRotary) : nil)
            if let index = kinds.firstIndex(of: kind) { return index }
            kinds.append(kind)
            return kinds.count - 1
        }
        return (kinds, ofLayer)
    }
}

extension DecoderConfiguration {
    /// What a family and a file's settings say together; windows, rotations and activation are the format's own.
    init(
        _ family: FamilyDescription, _ settings: some SettingSource, vocabularySize: Int, activation: Activation,
        attentionScalar: Double?, normalizationOffsets: Bool,
        layers: (_ layerCount: Int, _ headDimension: Int) throws(ModelLoadingError) -> LayerAttention
    ) throws(ModelLoadingError) {
        let hiddenSize = try settings.size(.hiddenSize, family)
        let layerCount = try settings.size(.layerCount, family)
        guard layerCount <= 4096 else {
            throw .invalidSetting(
                source: settings.source, key: settings.key(of: .layerCount), value: "\(layerCount)",
                expected: "at most 4096")
        }
        let attention = try AttentionConfiguration(
            family, settings, hiddenSize: hiddenSize, layerCount: layerCount, scalar: attentionScalar)
        let kinds = try layers(layerCount, attention.headDimension).kinds
        let epsilon = family.normalization == .rms ? ModelSetting.rmsEpsilon : .layerEpsilon
        self.init(
            family: family.ggufName, vocabularySize: vocabularySize, hiddenSize: hiddenSize,
            intermediateSize: try settings.size(
                .intermediateSize, family, or: family.isGated ? nil : 4 * hiddenSize),
            layerCount: layerCount, contextLength: try settings.size(.contextLength, family),
            attention: attention, attentionKinds: kinds.kinds, attentionKindOfLayer: kinds.ofLayer,
            normalization: NormalizationConfiguration(
                kind: family.normalization,
                epsilon: Float(try settings.positive(epsilon, family)),
                weightsAreOffsetsFromOne: normalizationOffsets,
                hasPostNormalization: family.hasPostNormalization),
            activation: activation, isGated: family.isGated)
        embeddingScale = family.scalesEmbedding ? Float(hiddenSize).squareRoot() : 1
        hasLearnedPositions = family.hasLearnedPositions
        logitSoftcap = try settings.softcap(.logitSoftcap, family)
    }
}

extension AttentionConfiguration {
    fileprivate init(
        _ family: FamilyDescription, _ settings: some SettingSource, hiddenSize: Int, layerCount: Int,
        scalar: Double?
    ) throws(ModelLoadingError) {
        let headCount = try settings.size(.headCount, family)
        let keyValueHeadCount = try settings.size(.keyValueHeadCount, family, or: headCount)
        guard headCount % keyValueHeadCount == 0 else {
            throw .invalidSetting(
                source: settings.source, key: settings.key(of: .keyValueHeadCount), value: "\(keyValueHeadCount)",
                expected: "a divisor of the \(headCount) query heads")
        }
        let divides = hiddenSize % headCount == 0
        let headDimension = try settings.size(.headDimension, family, or: divides ? hiddenSize / headCount : nil)
        guard headDimension <= 1 << 16, headCount <= 1 << 16 else {
            throw .invalidSetting(
                source: settings.source, key: settings.key(of: .headDimension), value: "\(headDimension)",
                expected: "at most 65536, like the \(headCount) heads")
        }
        // The largest sizes of Gemma 2 and 3 scale by the width a head would have without its own setting.
        let wide = family.wideScaleLayerCounts.contains(layerCount) && divides
        let scalar = scalar ?? Double(wide ? hiddenSize / headCount : headDimension)
        guard scalar.isFinite, scalar > 0 else {
            throw .invalidSetting(
                source: settings.source, key: settings.key(of: .attentionScalar), value: "\(scalar)",
                expected: "a positive number")
        }
        self.init(
            headCount: headCount, keyValueHeadCount: keyValueHeadCount, headDimension: headDimension,
            scale: Float(1 / scalar.squareRoot()))
        softcap = try settings.softcap(.attentionSoftcap, family)
        normalizesQueriesAndKeys = family.normalizesQueriesAndKeys
    }
}

extension SettingSource {
    /// A number above 0.
    func positive(_ setting: ModelSetting, _ family: FamilyDescription) throws(ModelLoadingError) -> Double {
        guard let value = try finite(setting, family) else {
            throw .missingSetting(source: source, key: key(of: setting))
        }
        guard value > 0 else {
            throw .invalidSetting(
                source: source, key: key(of: setting), value: "\(value)", expected: "a number above 0")
        }
        return value
    }

    /// The cap of a tanh; 0 means none.
    fileprivate func softcap(
        _ setting: ModelSetting, _ family: FamilyDescription
    ) throws(ModelLoadingError) -> Float? {
        guard let value = try finite(setting, family), value != 0 else { return nil }
        return Float(value)
    }

    /// How many coordinates of a head are rotated.
    func rotaryDimensions(_ family: FamilyDescription, headDimension: Int) throws(ModelLoadingError) -> Int {
        var dimensions = try integer(.ropeDimensions) ?? headDimension
        if let factor = try finite(.partialRotaryFactor, family) {
            guard factor > 0, factor <= 1 else {
                throw .invalidSetting(
                    source: source, key: key(of: .partialRotaryFactor), value: "\(factor)", expected: "0 to 1")
            }
            dimensions = Int(Double(headDimension) * factor)
        }
        guard dimensions > 0, dimensions <= headDimension, dimensions % 2 == 0 else {
            throw .invalidSetting(
                source: source, key: key(of: .ropeDimensions), value: "\(dimensions)",
                expected: "an even number up to the head dimension \(headDimension)")
        }
        return dimensions
    }
}
