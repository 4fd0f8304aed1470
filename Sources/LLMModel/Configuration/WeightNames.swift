/// What a weight is for, independent of the file that holds it.
package enum WeightRole: String, CaseIterable, Sendable {
    case tokenEmbedding, positionEmbedding, finalNorm, head
    case attentionNorm, query, key, value, fusedQueryKeyValue, attentionOutput
    case queryNorm, keyNorm, postAttentionNorm
    case feedForwardNorm, gate, up, fusedGateUp, down, postFeedForwardNorm

    /// Whether every layer has one.
    package var isPerLayer: Bool {
        switch self {
        case .tokenEmbedding, .positionEmbedding, .finalNorm, .head: false
        default: true
        }
    }
}

/// The names of a family's weights in one file format.
struct WeightNames: Sendable {
    /// Names without prefix and `.weight` or `.bias`; `#` stands for the layer.
    var names: [WeightRole: String]
    /// What may stand in front of all names but the head's; the first one that fits is taken.
    var prefixes = [""]
    /// What may stand in front of the head's name.
    var headPrefixes = [""]
    /// Weights with a bias that must be there.
    var requiredBiases: Set<WeightRole> = []
    /// Weights stored as `[in, out]`.
    var transposed: Set<WeightRole> = []
    /// Tensors that are no weights, by the end of their name.
    var ignoredSuffixes: [String] = []
    /// Tensors of other parts of the model (a vision tower), by the start of their name.
    var ignoredPrefixes: [String] = []

    /// The full name of a weight.
    func name(_ role: WeightRole, layer: Int?, prefix: String, suffix: String = ".weight") -> String? {
        guard let template = names[role] else { return nil }
        let middle = layer.map { template.replacingHash(with: $0) } ?? template
        return prefix + middle + suffix
    }
}

extension String {
    fileprivate func replacingHash(with number: Int) -> String {
        guard let place = utf8.firstIndex(of: UInt8(ascii: "#")) else { return self }
        return "\(self[..<place])\(number)\(self[utf8.index(after: place)...])"
    }
}

extension WeightNames {
    /// The names of GGUF files, the same for all families.
    static let gguf = WeightNames(
        names: [
            .tokenEmbedding: "token_embd", .positionEmbedding: "position_embd", .finalNorm: "output_norm",
            .head: "output", .attentionNorm: "blk.#.attn_norm", .query: "blk.#.attn_q", .key: "blk.#.attn_k",
            .value: "blk.#.attn_v", .attentionOutput: "blk.#.attn_output", .queryNorm: "blk.#.attn_q_norm",
            .keyNorm: "blk.#.attn_k_norm", .postAttentionNorm: "blk.#.post_attention_norm",
            .feedForwardNorm: "blk.#.ffn_norm", .gate: "blk.#.ffn_gate", .up: "blk.#.ffn_up",
            .down: "blk.#.ffn_down", .postFeedForwardNorm: "blk.#.post_ffw_norm",
        ],
        ignoredSuffixes: [
            "rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight", ".rot_embd",
            "rotary_emb.inv_freq",
        ])

    /// GGUF names with queries, keys and values, and gate and up, in one tensor where they are.
    static let ggufFused = gguf.with([.fusedQueryKeyValue: "blk.#.attn_qkv", .fusedGateUp: "blk.#.ffn_up"])

    /// The names of Hugging Face checkpoints in the manner of Llama.
    static let huggingFace = WeightNames(
        names: [
            .tokenEmbedding: "embed_tokens", .finalNorm: "norm", .head: "lm_head",
            .attentionNorm: "layers.#.input_layernorm", .query: "layers.#.self_attn.q_proj",
            .key: "layers.#.self_attn.k_proj", .value: "layers.#.self_attn.v_proj",
            .attentionOutput: "layers.#.self_attn.o_proj", .queryNorm: "layers.#.self_attn.q_norm",
            .keyNorm: "layers.#.self_attn.k_norm", .feedForwardNorm: "layers.#.post_attention_layernorm",
            .gate: "layers.#.mlp.gate_proj", .up: "layers.#.mlp.up_proj", .down: "layers.#.mlp.down_proj",
        ],
        prefixes: ["model.", "", "language_model.model.", "model.language_model."],
        headPrefixes: ["", "language_model."],
        ignoredSuffixes: ["rotary_emb.inv_freq"],
        ignoredPrefixes: [
            "vision_tower.", "multi_modal_projector.", "model.vision_tower.", "model.multi_modal_projector.",
        ])

    /// Llama's manner with normalizations behind the blocks (Gemma 2 and 3).
    static let huggingFacePostNormalized = huggingFace.with([
        .postAttentionNorm: "layers.#.post_attention_layernorm",
        .feedForwardNorm: "layers.#.pre_feedforward_layernorm",
        .postFeedForwardNorm: "layers.#.post_feedforward_layernorm",
    ])

    /// Llama's manner with fused projections (Phi-3).
    static let huggingFaceFused = huggingFace.with([
        .fusedQueryKeyValue: "layers.#.self_attn.qkv_proj", .fusedGateUp: "layers.#.mlp.gate_up_proj",
    ])

    /// GPT-2: one-dimensional convolutions, which store `[in, out]`.
    static let gpt2 = WeightNames(
        names: [
            .tokenEmbedding: "wte", .positionEmbedding: "wpe", .finalNorm: "ln_f", .head: "lm_head",
            .attentionNorm: "h.#.ln_1", .fusedQueryKeyValue: "h.#.attn.c_attn", .attentionOutput: "h.#.attn.c_proj",
            .feedForwardNorm: "h.#.ln_2", .up: "h.#.mlp.c_fc", .down: "h.#.mlp.c_proj",
        ],
        prefixes: ["transformer.", ""],
        requiredBiases: [
            .finalNorm, .attentionNorm, .fusedQueryKeyValue, .attentionOutput, .feedForwardNorm, .up, .down,
        ],
        transposed: [.fusedQueryKeyValue, .attentionOutput, .up, .down],
        ignoredSuffixes: [".attn.bias", ".attn.masked_bias"])

    /// The same names, where queries, keys and values must have biases.
    var requiringAttentionBiases: WeightNames {
        var copy = self
        copy.requiredBiases.formUnion([.query, .key, .value])
        return copy
    }

    private func with(_ additions: [WeightRole: String]) -> WeightNames {
        var copy = self
        copy.names.merge(additions) { $1 }
        return copy
    }
}
