/// A number that describes an architecture, and what the file formats call it.
enum ModelSetting: String, CaseIterable, Sendable {
    case hiddenSize, intermediateSize, layerCount, contextLength, vocabularySize
    case headCount, keyValueHeadCount, headDimension
    case rmsEpsilon, layerEpsilon
    case attentionScalar, attentionSoftcap, logitSoftcap
    case slidingWindow
    case ropeBase, localRopeBase, ropeDimensions, partialRotaryFactor
    case originalContextLength
    case tiesHeadToEmbedding

    /// The GGUF key behind `<architecture>.`; nil when the format does not store it.
    var ggufKey: String? {
        switch self {
        case .hiddenSize: "embedding_length"
        case .intermediateSize: "feed_forward_length"
        case .layerCount: "block_count"
        case .contextLength: "context_length"
        case .vocabularySize: "vocab_size"
        case .headCount: "attention.head_count"
        case .keyValueHeadCount: "attention.head_count_kv"
        case .headDimension: "attention.key_length"
        case .rmsEpsilon: "attention.layer_norm_rms_epsilon"
        case .layerEpsilon: "attention.layer_norm_epsilon"
        case .attentionSoftcap: "attn_logit_softcapping"
        case .logitSoftcap: "final_logit_softcapping"
        case .slidingWindow: "attention.sliding_window"
        case .ropeBase: "rope.freq_base"
        case .localRopeBase: "rope.freq_base_swa"
        case .ropeDimensions: "rope.dimension_count"
        case .originalContextLength: "rope.scaling.original_context_length"
        case .attentionScalar, .partialRotaryFactor, .tiesHeadToEmbedding: nil
        }
    }

    /// The keys of config.json, the usual one first.
    var huggingFaceKeys: [String] {
        switch self {
        case .hiddenSize: ["hidden_size", "n_embd"]
        case .intermediateSize: ["intermediate_size", "n_inner"]
        case .layerCount: ["num_hidden_layers", "n_layer"]
        case .contextLength: ["max_position_embeddings", "n_positions", "n_ctx"]
        case .vocabularySize: ["vocab_size"]
        case .headCount: ["num_attention_heads", "n_head"]
        case .keyValueHeadCount: ["num_key_value_heads"]
        case .headDimension: ["head_dim"]
        case .rmsEpsilon: ["rms_norm_eps"]
        case .layerEpsilon: ["layer_norm_epsilon", "layer_norm_eps"]
        case .attentionScalar: ["query_pre_attn_scalar"]
        case .attentionSoftcap: ["attn_logit_softcapping"]
        case .logitSoftcap: ["final_logit_softcapping"]
        case .slidingWindow: ["sliding_window"]
        case .ropeBase: ["rope_theta"]
        case .localRopeBase: ["rope_local_base_freq"]
        case .ropeDimensions: ["rotary_dim"]
        case .partialRotaryFactor: ["partial_rotary_factor"]
        case .originalContextLength: ["original_max_position_embeddings"]
        case .tiesHeadToEmbedding: ["tie_word_embeddings"]
        }
    }
}

/// Where the settings of one model are read: GGUF metadata or a config.json.
protocol SettingSource {
    /// The file, for errors.
    var source: String { get }
    /// What the format calls a setting, for errors.
    func key(of setting: ModelSetting) -> String
    /// The integer a setting has; nil when absent.
    func integer(_ setting: ModelSetting) throws(ModelLoadingError) -> Int?
    /// The number a setting has; nil when absent.
    func number(_ setting: ModelSetting) throws(ModelLoadingError) -> Double?
}

extension SettingSource {
    /// The positive integer a setting has, or the family's default.
    func size(
        _ setting: ModelSetting, _ family: FamilyDescription, or fallback: Int? = nil
    ) throws(ModelLoadingError) -> Int {
        let value = try integer(setting) ?? family.defaults[setting].map { Int($0) } ?? fallback
        guard let value else { throw .missingSetting(source: source, key: key(of: setting)) }
        // No model comes near this; it keeps products of two sizes far from overflow.
        guard value > 0, value <= 1 << 28 else {
            throw .invalidSetting(
                source: source, key: key(of: setting), value: "\(value)", expected: "1 to \(1 << 28)")
        }
        return value
    }

    /// The finite number a setting has, or the family's default; nil when there is neither.
    func finite(_ setting: ModelSetting, _ family: FamilyDescription) throws(ModelLoadingError) -> Double? {
        guard let value = try number(setting) ?? family.defaults[setting] else { return nil }
        guard value.isFinite else {
            throw .invalidSetting(
                source: source, key: key(of: setting), value: "\(value)", expected: "a finite number")
        }
        return value
    }
}
