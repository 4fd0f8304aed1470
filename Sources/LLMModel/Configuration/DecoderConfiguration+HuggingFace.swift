package import LLMTensor

extension DecoderConfiguration {
    /// The configuration in a Hugging Face config.json.
    ///
    /// Of a model with several parts (Gemma 3 with images) the text part, `text_config`, is read.
    ///
    /// - Parameter source: the file's path, for errors.
    /// - Throws: ``ModelLoadingError`` naming the file, the key and what was expected.
    package init(huggingFace document: JSONValue, source: String) throws(ModelLoadingError) {
        let root = JSONNode(document, source: source)
        let node = root["text_config"].ifPresent ?? root
        guard let name = (node["model_type"].ifPresent ?? root["model_type"].ifPresent)?.value?.stringValue else {
            throw .missingSetting(source: source, key: "model_type")
        }
        let family = try FamilyDescription.huggingFace(name, source: source)
        let settings = HuggingFaceSettings(node: node, source: source)
        if let method = root["quantization_config"]["quant_method"].value?.stringValue {
            throw .unsupported(source: source, feature: "quantization method \"\(method)\"")
        }
        try self.init(
            family, settings, vocabularySize: settings.size(.vocabularySize, family),
            activation: settings.activation(family), attentionScalar: settings.number(.attentionScalar),
            normalizationOffsets: family.storesNormalizationOffsets
        ) { layerCount, headDimension throws(ModelLoadingError) in
            try settings.layerAttention(family, layerCount: layerCount, headDimension: headDimension)
        }
        let ties = root["tie_word_embeddings"].value?.boolValue ?? node["tie_word_embeddings"].value?.boolValue
        tiesHeadToEmbedding = ties ?? (family.defaults[.tiesHeadToEmbedding] == 1)
        try validate(source: source)
    }
}

/// The settings in a config.json.
struct HuggingFaceSettings: SettingSource {
    let node: JSONNode
    let source: String

    func key(of setting: ModelSetting) -> String { setting.huggingFaceKeys[0] }

    func integer(_ setting: ModelSetting) throws(ModelLoadingError) -> Int? {
        guard let value = value(of: setting) else { return nil }
        return try json { () throws(JSONError) in try value.integer() }
    }

    /// The number; 0 for a cap or window that the file says is `null`, which is not the same as leaving it out.
    func number(_ setting: ModelSetting) throws(ModelLoadingError) -> Double? {
        guard let value = value(of: setting) else {
            let canBeNone = [.attentionSoftcap, .logitSoftcap, .slidingWindow].contains(setting)
            return canBeNone && node[setting.huggingFaceKeys[0]].value != nil ? 0 : nil
        }
        return try json { () throws(JSONError) in try value.double() }
    }

    private func value(of setting: ModelSetting) -> JSONNode? {
        for key in setting.huggingFaceKeys {
            if let value = node[key].ifPresent { return value }
        }
        return nil
    }

    private func json<Result>(_ read: () throws(JSONError) -> Result) throws(ModelLoadingError) -> Result {
        do throws(JSONError) { return try read() } catch { throw .json(error) }
    }

    func activation(_ family: FamilyDescription) throws(ModelLoadingError) -> Activation {
        for key in ["hidden_activation", "hidden_act", "activation_function"] {
            guard let name = node[key].ifPresent?.value?.stringValue else { continue }
            switch name {
            case "silu", "swish": return .silu
            case "gelu_pytorch_tanh", "gelu_new", "gelu_fast": return .geluTanh
            case "gelu": return family.plainGelu
            case "relu": return .relu
            case "relu2": return .reluSquared
            default: throw .unsupported(source: source, feature: "activation \"\(name)\"")
            }
        }
        return family.activation
    }

    // MARK: Layers

    func layerAttention(
        _ family: FamilyDescription, layerCount: Int, headDimension: Int
    ) throws(ModelLoadingError) -> LayerAttention {
        let isOptedOut = family.windowIsOptIn && node["use_sliding_window"].value?.boolValue != true
        let stated = try number(.slidingWindow) ?? family.defaults[.slidingWindow]
        let window = isOptedOut ? nil : stated.flatMap { Int(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
        var global: RotaryConfiguration?
        var local: RotaryConfiguration?
        if !family.hasLearnedPositions {
            let reader = HuggingFaceRotary(settings: self, family: family, headDimension: headDimension)
            global = try reader.rotary(layerType: "full_attention", base: .ropeBase)
            local =
                family.hasLocalRotary
                ? try reader.rotary(layerType: "sliding_attention", base: .localRopeBase) : global
        }
        return LayerAttention(
            isSliding: try slidingLayers(family, layerCount: layerCount, window: window),
            isRotated: try rotatedLayers(family, layerCount: layerCount),
            window: window, globalRotary: global, localRotary: local)
    }

    private func slidingLayers(
        _ family: FamilyDescription, layerCount: Int, window: Int?
    ) throws(ModelLoadingError) -> [Bool] {
        guard window != nil else { return Array(repeating: false, count: layerCount) }
        if let types = node["layer_types"].ifPresent {
            return try list(types, count: layerCount) { (node) throws(JSONError) in
                switch try node.string() {
                case "sliding_attention": true
                case "full_attention": false
                default: throw node.error(expected: "\"full_attention\" or \"sliding_attention\"")
                }
            }
        }
        var period = family.slidingPeriod
        if let stated = node["sliding_window_pattern"].ifPresent {
            period = try json { () throws(JSONError) in try stated.integer() }
            if period ?? 0 < 1 { throw .json(stated.error(expected: "a positive integer")) }
        }
        let firstSliding = family.windowIsOptIn ? node["max_window_layers"].value?.integerValue ?? 0 : 0
        return (0..<layerCount).map { layer in
            layer >= firstSliding && (period.map { (layer + 1) % $0 != 0 } ?? true)
        }
    }

    private func rotatedLayers(_ family: FamilyDescription, layerCount: Int) throws(ModelLoadingError) -> [Bool] {
        guard let period = family.unrotatedPeriod else { return Array(repeating: true, count: layerCount) }
        if let flags = node["no_rope_layers"].ifPresent {
            // The key means the opposite of its name: 1 is a layer with a rotation.
            return try list(flags, count: layerCount) { (node) throws(JSONError) in try node.integer() != 0 }
        }
        let stated = node["no_rope_layer_interval"].value?.integerValue ?? period
        return (1...layerCount).map { stated < 1 || $0 % stated != 0 }
    }

    private func list<Element>(
        _ node: JSONNode, count: Int, _ read: (JSONNode) throws(JSONError) -> Element
    ) throws(ModelLoadingError) -> [Element] {
        try json { () throws(JSONError) in
            let elements = try node.elements()
            guard elements.count == count else { throw node.error(expected: "\(count) elements, one per layer") }
            var result: [Element] = []
            for element in elements { result.append(try read(element)) }
            return result
        }
    }
}
