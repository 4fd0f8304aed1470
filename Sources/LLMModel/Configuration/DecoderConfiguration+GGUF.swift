package import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

extension DecoderConfiguration {
    /// The configuration in the metadata of a GGUF file.
    ///
    /// - Throws: ``ModelLoadingError`` naming the file, the key and what was expected.
    package init(gguf file: GGUFFile) throws(ModelLoadingError) {
        guard let architecture = file.metadata["general.architecture"]?.string else {
            throw .missingSetting(source: file.path, key: "general.architecture")
        }
        let family = try FamilyDescription.gguf(architecture, source: file.path)
        let settings = GGUFSettings(file: file, architecture: architecture)
        try settings.refuseUnsupported()
        let vocabularySize = try settings.vocabularySize(family)
        try self.init(
            family, settings, vocabularySize: vocabularySize, activation: family.activation,
            attentionScalar: settings.attentionScalar(), normalizationOffsets: false
        ) { layerCount, headDimension throws(ModelLoadingError) in
            try settings.layerAttention(family, layerCount: layerCount, headDimension: headDimension)
        }
        let head = family.ggufWeights.name(.head, layer: nil, prefix: "")
        tiesHeadToEmbedding = !(head.map { file.hasTensor($0) } ?? false)
        try validate(source: file.path)
    }
}

/// The settings in the metadata of a GGUF file.
struct GGUFSettings: SettingSource {
    let file: GGUFFile
    let architecture: String

    var source: String { file.path }

    func key(of setting: ModelSetting) -> String { "\(architecture).\(setting.ggufKey ?? setting.rawValue)" }

    func integer(_ setting: ModelSetting) throws(ModelLoadingError) -> Int? {
        guard setting.ggufKey != nil, let value = file.metadata[key(of: setting)] else { return nil }
        if let integer = value.integer { return integer }
        // Some converters write one value per layer; what is the same everywhere is one value.
        if let list = value.array?.integers(), let first = list.first {
            guard list.allSatisfy({ $0 == first }) else {
                throw .unsupported(source: source, feature: "\(key(of: setting)) that differs from layer to layer")
            }
            return first
        }
        throw invalid(key(of: setting), value, "an integer")
    }

    func number(_ setting: ModelSetting) throws(ModelLoadingError) -> Double? {
        guard setting.ggufKey != nil else { return nil }
        return try number(forKey: key(of: setting))
    }

    private func number(forKey key: String) throws(ModelLoadingError) -> Double? {
        guard let value = file.metadata[key] else { return nil }
        guard let number = value.float ?? value.integer.map({ Double($0) }) else {
            throw invalid(key, value, "a number")
        }
        return number
    }

    private func invalid(_ key: String, _ value: GGUFValue, _ expected: String) -> ModelLoadingError {
        .invalidSetting(source: source, key: key, value: "of type \(value.type)", expected: expected)
    }

    func refuseUnsupported() throws(ModelLoadingError) {
        if let experts = file.metadata["\(architecture).expert_count"]?.integer, experts > 0 {
            throw .unsupported(source: source, feature: "a mixture of \(experts) experts")
        }
        if let split = file.split {
            throw .unsupported(source: source, feature: "a model split into \(split.count) files")
        }
        let lengths = ["key_length", "value_length"].map { file.metadata["\(architecture).attention.\($0)"]?.integer }
        if let key = lengths[0], let value = lengths[1], key != value {
            throw .unsupported(source: source, feature: "keys of \(key) and values of \(value) per head")
        }
    }

    /// Rows of the token embedding: what the logits must have, whatever the metadata says.
    func vocabularySize(_ family: FamilyDescription) throws(ModelLoadingError) -> Int {
        let name = family.ggufWeights.name(.tokenEmbedding, layer: nil, prefix: "") ?? ""
        guard let embedding = file.tensorInfo(named: name) else {
            throw .missingTensor(source: source, name: name)
        }
        guard embedding.shape.count == 2, let rows = embedding.shape.first, rows > 0, rows <= 1 << 28 else {
            throw .invalidSetting(
                source: source, key: name, value: "of shape \(embedding.shape)", expected: "[vocabulary, hidden]")
        }
        return rows
    }

    /// `attention.scale` is the factor itself; the scalar is what it is the inverse root of.
    func attentionScalar() throws(ModelLoadingError) -> Double? {
        guard let scale = try number(forKey: "\(architecture).attention.scale"), scale != 0 else { return nil }
        return 1 / (scale * scale)
    }

    // MARK: Layers

    func layerAttention(
        _ family: FamilyDescription, layerCount: Int, headDimension: Int
    ) throws(ModelLoadingError) -> LayerAttention {
        let window = try integer(.slidingWindow) ?? family.defaults[.slidingWindow].map { Int($0) }
        let global = try rotary(family, headDimension: headDimension)
        var local = global
        if family.hasLocalRotary {
            // The scaling of the file is that of the layers that see everything.
            local?.base = Float(try positive(.localRopeBase, family))
            local?.scaling = .none
        } else if let base = try finite(.localRopeBase, family) {
            local?.base = Float(base)
        }
        let period = family.unrotatedPeriod
        return LayerAttention(
            isSliding: try slidingLayers(family, layerCount: layerCount, window: window),
            isRotated: (1...layerCount).map { layer in period.map { layer % $0 != 0 } ?? true },
            window: window, globalRotary: global, localRotary: local)
    }

    private func slidingLayers(
        _ family: FamilyDescription, layerCount: Int, window: Int?
    ) throws(ModelLoadingError) -> [Bool] {
        guard let window, window > 0 else { return Array(repeating: false, count: layerCount) }
        let key = "\(architecture).attention.sliding_window_pattern"
        var period = family.slidingPeriod
        if let value = file.metadata[key] {
            if let list = value.array?.booleans() ?? value.array?.integers()?.map({ $0 != 0 }) {
                guard list.count >= layerCount else { throw invalid(key, value, "\(layerCount) entries") }
                return Array(list.prefix(layerCount))
            }
            guard let stated = value.integer, stated > 0 else { throw invalid(key, value, "a positive integer") }
            period = stated
        }
        return (1...layerCount).map { layer in period.map { layer % $0 != 0 } ?? true }
    }

    // MARK: Rotation

    private func rotary(
        _ family: FamilyDescription, headDimension: Int
    ) throws(ModelLoadingError) -> RotaryConfiguration? {
        guard !family.hasLearnedPositions else { return nil }
        let dimensions = try rotaryDimensions(family, headDimension: headDimension)
        return RotaryConfiguration(
            base: Float(try positive(.ropeBase, family)), dimensions: dimensions,
            layout: family.ggufRotaryLayout, scaling: try scaling(family, dimensions: dimensions))
    }

    private func scaling(
        _ family: FamilyDescription, dimensions: Int
    ) throws(ModelLoadingError) -> RotaryConfiguration.Scaling {
        let prefix = "\(architecture).rope.scaling"
        let attentionFactor = try number(forKey: "\(prefix).attn_factor") ?? 1
        // Llama 3.1 files carry its divisors, Phi-3 files those for texts up to the original context.
        for name in ["rope_freqs.weight", "rope_factors_short.weight"] where file.hasTensor(name) {
            return .divisors(try divisors(name, count: dimensions / 2), attentionFactor: Float(attentionFactor))
        }
        guard let type = file.metadata["\(prefix).type"]?.string, type != "none" else { return .none }
        guard let factor = try number(forKey: "\(prefix).factor"), factor.isFinite, factor > 0 else {
            throw .missingSetting(source: source, key: "\(prefix).factor")
        }
        switch type {
        case "linear": return .linear(factor: Float(factor))
        case "yarn":
            let original = try size(.originalContextLength, family)
            let betas = try ["fast", "slow"].map { name throws(ModelLoadingError) in
                try number(forKey: "\(prefix).yarn_beta_\(name)")
            }
            return .yarn(
                factor: Float(factor), originalContext: original, betaFast: Float(betas[0] ?? 32),
                betaSlow: Float(betas[1] ?? 1),
                attentionFactor: Float(attentionFactor * (0.1 * log(max(factor, 1)) + 1)))
        default: throw .unsupported(source: source, feature: "rotary scaling \"\(type)\"")
        }
    }

    private func divisors(_ name: String, count: Int) throws(ModelLoadingError) -> [Float] {
        let tensor: Tensor
        do throws(TensorFileError) { tensor = try file.tensor(named: name) } catch { throw .file(error) }
        guard tensor.shape == [count] else {
            throw .shapeMismatch(source: source, tensor: name, expected: [count], actual: tensor.shape)
        }
        do throws(TensorError) { return try tensor.floats() } catch {
            throw .tensor(source: source, name: name, error: error)
        }
    }
}
