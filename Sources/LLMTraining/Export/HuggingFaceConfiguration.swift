internal import LLMModel
internal import LLMTensor

/// The config.json of a model, in the words of Hugging Face transformers.
struct HuggingFaceConfiguration {
    let configuration: DecoderConfiguration
    let precision: WeightPrecision
    let hasProjectionBiases: Bool

    /// `model_type` and class of each family this library runs.
    private static let families: [String: (type: String, architecture: String)] = [
        "llama": ("llama", "LlamaForCausalLM"), "mistral": ("mistral", "MistralForCausalLM"),
        "smollm3": ("smollm3", "SmolLM3ForCausalLM"), "qwen2": ("qwen2", "Qwen2ForCausalLM"),
        "qwen3": ("qwen3", "Qwen3ForCausalLM"), "gemma": ("gemma", "GemmaForCausalLM"),
        "gemma2": ("gemma2", "Gemma2ForCausalLM"), "gemma3": ("gemma3_text", "Gemma3ForCausalLM"),
        "phi3": ("phi3", "Phi3ForCausalLM"), "gpt2": ("gpt2", "GPT2LMHeadModel"),
    ]

    /// The document.
    ///
    /// - Throws: ``TrainingError/cannotExport(format:reason:)`` for an architecture that config.json has no words for.
    func document() throws(TrainingError) -> JSONValue {
        guard let family = Self.families[configuration.family] else {
            throw refuse("the family '\(configuration.family)' has no name there")
        }
        var object = JSONObject()
        object["architectures"] = [.string(family.architecture)]
        object["model_type"] = .string(family.type)
        object["dtype"] = .string(precision.torchName)
        object["torch_dtype"] = .string(precision.torchName)
        object["vocab_size"] = number(configuration.vocabularySize)
        object["tie_word_embeddings"] = .bool(configuration.tiesHeadToEmbedding)
        if configuration.family == "gpt2" {
            addGPT2(&object)
        } else {
            try addLlamaLike(&object)
        }
        return .object(object)
    }

    private func refuse(_ reason: String) -> TrainingError {
        .cannotExport(format: "a Hugging Face config.json", reason: reason)
    }

    private func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    /// The shortest decimal number that reads back as the same float32.
    private func number(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }

    private func addGPT2(_ object: inout JSONObject) {
        object["n_embd"] = number(configuration.hiddenSize)
        object["n_inner"] = number(configuration.intermediateSize)
        object["n_layer"] = number(configuration.layerCount)
        object["n_head"] = number(configuration.attention.headCount)
        object["n_positions"] = number(configuration.contextLength)
        object["layer_norm_epsilon"] = number(configuration.normalization.epsilon)
        object["activation_function"] = .string(activationName(tanh: "gelu_new"))
        object["resid_pdrop"] = 0.0
        object["embd_pdrop"] = 0.0
        object["attn_pdrop"] = 0.0
    }

    private func addLlamaLike(_ object: inout JSONObject) throws(TrainingError) {
        let attention = configuration.attention
        object["hidden_size"] = number(configuration.hiddenSize)
        object["intermediate_size"] = number(configuration.intermediateSize)
        object["num_hidden_layers"] = number(configuration.layerCount)
        object["num_attention_heads"] = number(attention.headCount)
        object["num_key_value_heads"] = number(attention.keyValueHeadCount)
        object["head_dim"] = number(attention.headDimension)
        object["max_position_embeddings"] = number(configuration.contextLength)
        object["rms_norm_eps"] = number(configuration.normalization.epsilon)
        let activation = activationName(tanh: "gelu_pytorch_tanh")
        object["hidden_act"] = .string(activation)
        object["attention_bias"] = .bool(hasProjectionBiases)
        object["attention_dropout"] = 0.0
        let usual = 1 / Float(attention.headDimension).squareRoot()
        if ["gemma2", "gemma3"].contains(configuration.family) {
            object["hidden_activation"] = .string(activation)
            object["query_pre_attn_scalar"] = number((1 / (attention.scale * attention.scale)).rounded())
            object["attn_logit_softcapping"] = attention.softcap.map { number($0) } ?? .null
            object["final_logit_softcapping"] = configuration.logitSoftcap.map { number($0) } ?? .null
        } else if abs(attention.scale - usual) > 1e-6 * usual {
            throw refuse("attention scaled by \(attention.scale)")
        }
        if configuration.logitScale != 1 { throw refuse("logits scaled by \(configuration.logitScale)") }
        addLayers(&object)
        try addRotary(&object)
    }

    private func activationName(tanh: String) -> String {
        switch configuration.activation {
        case .silu: "silu"
        case .geluTanh: tanh
        case .gelu: "gelu"
        case .relu: "relu"
        case .reluSquared: "relu2"
        }
    }

    /// Windows, and layers without a rotation.
    private func addLayers(_ object: inout JSONObject) {
        let kinds = (0..<configuration.layerCount).map { configuration.attentionKind(ofLayer: $0) }
        if let window = kinds.lazy.compactMap(\.slidingWindow).first {
            object["sliding_window"] = number(window)
            object["use_sliding_window"] = true
            object["layer_types"] = .array(
                kinds.map { $0.slidingWindow == nil ? "full_attention" : "sliding_attention" })
        } else if ["mistral", "qwen2", "qwen3", "phi3", "smollm3"].contains(configuration.family) {
            object["sliding_window"] = nil as JSONValue
            object["use_sliding_window"] = false
        }
        if kinds.contains(where: { $0.rotary == nil }) {
            object["no_rope_layers"] = .array(kinds.map { number($0.rotary == nil ? 0 : 1) })
        }
    }

    private func addRotary(_ object: inout JSONObject) throws(TrainingError) {
        let kinds = configuration.attentionKinds
        let global = kinds.first { $0.slidingWindow == nil && $0.rotary != nil }?.rotary
        let local = kinds.first { $0.slidingWindow != nil && $0.rotary != nil }?.rotary
        guard let rotary = global ?? local else { return }
        object["rope_theta"] = number(rotary.base)
        if configuration.family == "gemma3", let local { object["rope_local_base_freq"] = number(local.base) }
        let dimension = configuration.attention.headDimension
        if rotary.dimensions != dimension {
            object["partial_rotary_factor"] = .number(Double(rotary.dimensions) / Double(dimension))
        }
        switch rotary.scaling {
        case .none: object["rope_scaling"] = nil as JSONValue
        case .linear(let factor): object["rope_scaling"] = ["rope_type": "linear", "factor": number(factor)]
        case .llama3(let factor, let low, let high, let original):
            object["rope_scaling"] = [
                "rope_type": "llama3", "factor": number(factor), "low_freq_factor": number(low),
                "high_freq_factor": number(high), "original_max_position_embeddings": number(original),
            ]
        case .yarn(let factor, let original, let fast, let slow, let attentionFactor):
            object["rope_scaling"] = [
                "rope_type": "yarn", "factor": number(factor), "original_max_position_embeddings": number(original),
                "beta_fast": number(fast), "beta_slow": number(slow), "attention_factor": number(attentionFactor),
            ]
        case .divisors:
            throw refuse("a rotation stored as divisors of frequencies; export GGUF instead")
        }
    }
}
