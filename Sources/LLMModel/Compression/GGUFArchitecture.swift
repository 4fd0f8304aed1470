internal import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Says an architecture in the words of GGUF: settings and tensors.
struct GGUFArchitecture {
    let configuration: DecoderConfiguration
    let family: FamilyDescription
    let source: String

    /// - Throws: ``ModelLoadingError/unsupported(source:feature:)`` for what the format does not state but takes from
    ///   the architecture's name, when the model differs from it.
    init(_ configuration: DecoderConfiguration, source: String) throws(ModelLoadingError) {
        self.configuration = configuration
        self.source = source
        family = try FamilyDescription.gguf(configuration.family, source: source)
        func require(_ condition: Bool, _ feature: String) throws(ModelLoadingError) {
            guard condition else {
                throw .unsupported(source: source, feature: "GGUF export of a \(family.ggufName) model with \(feature)")
            }
        }
        try require(configuration.activation == family.activation, "activation \(configuration.activation)")
        try require(configuration.isGated == family.isGated, "another feed-forward layer")
        try require(configuration.normalization.kind == family.normalization, "another normalization")
        try require(configuration.logitScale == 1, "a factor on the logits")
        let period = family.unrotatedPeriod
        for layer in 0..<configuration.layerCount {
            let isRotated = configuration.attentionKind(ofLayer: layer).rotary != nil
            let expected = !family.hasLearnedPositions && (period.map { (layer + 1) % $0 != 0 } ?? true)
            try require(isRotated == expected, "these layers without a rotation")
        }
    }

    /// The name: what other readers call llama in all but name is llama.
    var name: String { family.ggufName == "mistral" ? "llama" : family.ggufName }

    /// The rotation of layers that see everything, and of those with a window.
    private var rotaries: (global: RotaryConfiguration?, local: RotaryConfiguration?) {
        let kinds = configuration.attentionKinds
        let global = kinds.first { $0.slidingWindow == nil && $0.rotary != nil }?.rotary
        let local = kinds.first { $0.slidingWindow != nil && $0.rotary != nil }?.rotary
        return (global ?? local, local)
    }
}

// MARK: Settings

extension GGUFArchitecture {
    /// The metadata under `<architecture>.`.
    func settings(hasHead: Bool) -> [(key: String, value: GGUFValue)] {
        var entries: [(key: String, value: GGUFValue)] = []
        func set(_ key: String, _ value: GGUFValue) { entries.append(("\(name).\(key)", value)) }
        func set(_ setting: ModelSetting, _ value: Int) { set(setting.ggufKey ?? "", .uint32(UInt32(value))) }
        func set(_ setting: ModelSetting, _ value: Float) { set(setting.ggufKey ?? "", .float32(value)) }
        let attention = configuration.attention
        set(.layerCount, configuration.layerCount)
        set(.contextLength, configuration.contextLength)
        set(.hiddenSize, configuration.hiddenSize)
        set(.intermediateSize, configuration.intermediateSize)
        set(.headCount, attention.headCount)
        set(.keyValueHeadCount, attention.keyValueHeadCount)
        set(family.normalization == .rms ? .rmsEpsilon : .layerEpsilon, configuration.normalization.epsilon)
        set(.headDimension, attention.headDimension)
        set("attention.value_length", .uint32(UInt32(attention.headDimension)))
        set(.vocabularySize, configuration.vocabularySize)
        if let softcap = attention.softcap { set(.attentionSoftcap, softcap) }
        if let softcap = configuration.logitSoftcap { set(.logitSoftcap, softcap) }
        let usual = 1 / Float(attention.headDimension).squareRoot()
        let isWide = family.wideScaleLayerCounts.contains(configuration.layerCount)
        if attention.scale != usual, !isWide { set("attention.scale", .float32(attention.scale)) }
        entries += windowSettings()
        entries += rotarySettings()
        return entries
    }

    private func windowSettings() -> [(key: String, value: GGUFValue)] {
        guard let window = configuration.attentionKinds.lazy.compactMap(\.slidingWindow).first else { return [] }
        var entries: [(key: String, value: GGUFValue)] = [
            ("\(name).attention.sliding_window", .uint32(UInt32(window)))
        ]
        let isSliding = (0..<configuration.layerCount).map {
            configuration.attentionKind(ofLayer: $0).slidingWindow != nil
        }
        let usual = (1...max(configuration.layerCount, 1)).map { layer in
            family.slidingPeriod.map { layer % $0 != 0 } ?? true
        }
        if isSliding != Array(usual.prefix(isSliding.count)) {
            entries.append(("\(name).attention.sliding_window_pattern", .array(GGUFArray(isSliding))))
        }
        return entries
    }

    private func rotarySettings() -> [(key: String, value: GGUFValue)] {
        guard let global = rotaries.global else { return [] }
        var entries: [(key: String, value: GGUFValue)] = []
        func set(_ key: String, _ value: GGUFValue) { entries.append(("\(name).rope.\(key)", value)) }
        set("dimension_count", .uint32(UInt32(global.dimensions)))
        set("freq_base", .float32(global.base))
        if family.hasLocalRotary, let local = rotaries.local { set("freq_base_swa", .float32(local.base)) }
        switch global.scaling {
        case .none, .llama3: break
        case .linear(let factor):
            set("scaling.type", .string("linear"))
            set("scaling.factor", .float32(factor))
        case .yarn(let factor, let originalContext, let fast, let slow, let attentionFactor):
            set("scaling.type", .string("yarn"))
            set("scaling.factor", .float32(factor))
            set("scaling.original_context_length", .uint32(UInt32(originalContext)))
            if fast != 32 { set("scaling.yarn_beta_fast", .float32(fast)) }
            if slow != 1 { set("scaling.yarn_beta_slow", .float32(slow)) }
            // Readers multiply by YaRN's own factor.
            let usual = Float(0.1 * log(max(Double(factor), 1)) + 1)
            if abs(attentionFactor - usual) > 1e-6 { set("scaling.attn_factor", .float32(attentionFactor / usual)) }
        case .divisors(_, let attentionFactor):
            if attentionFactor != 1 { set("scaling.attn_factor", .float32(attentionFactor)) }
        }
        return entries
    }
}

// MARK: Tensors

extension GGUFArchitecture {
    /// All tensors of a model with these weights.
    func tensors(_ weights: DecoderWeights) throws(ModelLoadingError) -> [ExportTensor] {
        do throws(DecoderError) { try weights.check(against: configuration) } catch {
            throw .decoder(source: source, error: error)
        }
        var builder = TensorList(architecture: self)
        if let divisors = try rotaryDivisors() { builder.tensors.append(divisors) }
        builder.add(.tokenEmbedding, AffineWeights(weight: weights.tokenEmbedding))
        if let positions = weights.positionEmbedding {
            builder.add(.positionEmbedding, AffineWeights(weight: positions))
        }
        for (index, layer) in weights.layers.enumerated() { builder.add(layer, index) }
        builder.addNorm(.finalNorm, weights.finalNorm)
        if let head = weights.head { builder.add(.head, head) }
        return builder.tensors
    }

    /// The divisors of frequencies that the format stores as a tensor: Llama 3.1 and Phi-3.
    private func rotaryDivisors() throws(ModelLoadingError) -> ExportTensor? {
        guard let rotary = rotaries.global else { return nil }
        let name: String
        let divisors: [Float]
        switch rotary.scaling {
        case .none, .linear, .yarn: return nil
        case .llama3:
            var plain = rotary
            plain.scaling = .none
            name = "rope_freqs.weight"
            divisors = zip(plain.inverseFrequencies().frequencies, rotary.inverseFrequencies().frequencies).map {
                $0 / $1
            }
        case .divisors(let stored, _):
            name = family.ggufName == "phi3" ? "rope_factors_short.weight" : "rope_freqs.weight"
            divisors = stored
        }
        return ExportTensor(name: name, Tensor(shape: [divisors.count], floats: divisors))
    }

    /// The order of the rows of queries and keys; nil when it is the format's already.
    fileprivate var headOrder: HeadOrder? {
        guard family.ggufRotaryLayout == .interleaved, let rotary = rotaries.global, rotary.layout == .halves else {
            return nil
        }
        return HeadOrder(headDimension: configuration.attention.headDimension, dimensions: rotary.dimensions)
    }

    /// What is added to normalization weights: the format stores factors, not offsets from one.
    fileprivate var normOffset: Float { configuration.normalization.weightsAreOffsetsFromOne ? 1 : 0 }
}

/// Collects tensors under the names of a family.
private struct TensorList {
    let architecture: GGUFArchitecture
    var tensors: [ExportTensor] = []

    private var table: WeightNames { architecture.family.ggufWeights }

    private func name(_ role: WeightRole, _ layer: Int?, _ suffix: String = ".weight") -> String {
        table.name(role, layer: layer, prefix: "", suffix: suffix) ?? role.rawValue + suffix
    }

    mutating func add(_ role: WeightRole, _ weights: AffineWeights, layer: Int? = nil, order: HeadOrder? = nil) {
        tensors.append(ExportTensor(name: name(role, layer), weights.weight, order: order))
        if let bias = weights.bias {
            tensors.append(ExportTensor(name: name(role, layer, ".bias"), bias, order: order))
        }
    }

    mutating func addNorm(_ role: WeightRole, _ weights: AffineWeights?, layer: Int? = nil) {
        guard let weights else { return }
        tensors.append(ExportTensor(name: name(role, layer), weights.weight, offset: architecture.normOffset))
        if let bias = weights.bias { tensors.append(ExportTensor(name: name(role, layer, ".bias"), bias)) }
    }

    private mutating func add(joined role: WeightRole, _ parts: [AffineWeights], layer: Int) {
        tensors.append(ExportTensor(name: name(role, layer), joining: parts.map(\.weight)))
        let biases = parts.compactMap(\.bias)
        if biases.count == parts.count {
            tensors.append(ExportTensor(name: name(role, layer, ".bias"), joining: biases))
        }
    }

    mutating func add(_ layer: DecoderLayerWeights, _ index: Int) {
        addNorm(.attentionNorm, layer.attentionNorm, layer: index)
        if table.names[.fusedQueryKeyValue] != nil {
            add(joined: .fusedQueryKeyValue, [layer.query, layer.key, layer.value], layer: index)
        } else {
            add(.query, layer.query, layer: index, order: architecture.headOrder)
            add(.key, layer.key, layer: index, order: architecture.headOrder)
            add(.value, layer.value, layer: index)
        }
        add(.attentionOutput, layer.attentionOutput, layer: index)
        addNorm(.queryNorm, layer.queryNorm.map { AffineWeights(weight: $0) }, layer: index)
        addNorm(.keyNorm, layer.keyNorm.map { AffineWeights(weight: $0) }, layer: index)
        addNorm(.postAttentionNorm, layer.postAttentionNorm, layer: index)
        addNorm(.feedForwardNorm, layer.feedForwardNorm, layer: index)
        if let gate = layer.gate {
            if table.names[.fusedGateUp] != nil {
                add(joined: .fusedGateUp, [gate, layer.up], layer: index)
            } else {
                add(.gate, gate, layer: index)
                add(.up, layer.up, layer: index)
            }
        } else {
            add(.up, layer.up, layer: index)
        }
        add(.down, layer.down, layer: index)
        addNorm(.postFeedForwardNorm, layer.postFeedForwardNorm, layer: index)
    }
}
