internal import LLMTensor

/// Chooses the type of every tensor of a file for a mixture, as llama.cpp chooses it.
struct TensorTypeRules {
    /// What a tensor does in its model.
    private enum Category {
        case tokenEmbedding, output, query, key, value, fusedQueryKeyValue, attentionOutput, up, gate, down, other

        /// As llama.cpp tells them apart: by the name alone.
        init(_ name: String) {
            func has(_ part: String) -> Bool { name.contains(part) }
            self =
                switch name {
                case "output.weight": .output
                case "token_embd.weight", "per_layer_token_embd.weight": .tokenEmbedding
                case _ where has("attn_qkv.weight"): .fusedQueryKeyValue
                case _ where has("attn_v.weight") || has("attn_kv_b.weight"): .value
                case _ where has("attn_k.weight"): .key
                case _ where has("attn_q.weight"): .query
                case _ where has("attn_output.weight"): .attentionOutput
                case _ where has("ffn_up"): .up
                case _ where has("ffn_gate"): .gate
                case _ where has("ffn_down"): .down
                default: .other
                }
        }
    }

    private let mixture: QuantizationMixture
    private let overrides: QuantizationOverrides
    private let hasImportance: Bool
    private let isFalcon: Bool
    private let isTied: Bool
    private let isSeventyBillion: Bool
    private let expertCount: Int
    /// Query heads per key/value head.
    private let groupSize: Int
    private var valueCount = 0
    private var downCount = 0
    private var valueIndex = 0
    private var downIndex = 0

    init(
        _ export: GGUFExport, mixture: QuantizationMixture, overrides: QuantizationOverrides, hasImportance: Bool
    ) {
        func number(_ key: String) -> Int? {
            guard let value = export.metadata.first(where: { $0.key == "\(export.architecture).\(key)" })?.value else {
                return nil
            }
            return value.integer ?? value.array?.integers()?.first
        }
        self.mixture = mixture
        self.overrides = overrides
        self.hasImportance = hasImportance
        isFalcon = export.architecture == "falcon"
        expertCount = number("expert_count") ?? 0
        let heads = number("attention.head_count") ?? 1
        let keyValueHeads = number("attention.head_count_kv") ?? heads
        groupSize = keyValueHeads > 0 ? heads / keyValueHeads : 0
        isSeventyBillion = export.architecture == "llama" && number("block_count") == 80 && heads != keyValueHeads
        isTied = !export.tensors.contains { $0.name == "output.weight" }
        for tensor in export.tensors {
            switch Category(tensor.name) {
            case .value, .fusedQueryKeyValue: valueCount += 1
            case .down: downCount += 1
            default: break
            }
        }
    }

    /// The types of all tensors, in their order.
    mutating func types(of tensors: [ExportTensor]) -> [ElementType] {
        // Counted layer by layer, whatever the order in the file.
        let order = tensors.indices.sorted { left, right in
            let (a, b) = (tensors[left].name, tensors[right].name)
            return (Self.layer(of: a) ?? -1, a) < (Self.layer(of: b) ?? -1, b)
        }
        var types = [ElementType](repeating: .f32, count: tensors.count)
        for index in order { types[index] = type(of: tensors[index]) }
        return types
    }

    private mutating func type(of tensor: ExportTensor) -> ElementType {
        guard Self.isQuantizable(tensor) else {
            // Vectors are computed with as they are, and readers expect them in full precision.
            let own = tensor.elementType ?? .f32
            return tensor.shape.count < 2 && own.isPlain ? .f32 : own
        }
        let category = Category(tensor.name)
        if category == .tokenEmbedding, let type = overrides.tokenEmbedding { return type }
        if category == .output, let type = overrides.output { return type }
        guard mixture.isQuantized else { return mixture.elementType }
        return fitting(choice(category, tensor), columns: tensor.columns)
    }

    /// The layer in a name like `blk.3.attn_q.weight`.
    static func layer(of name: String) -> Int? {
        let parts = name.split(separator: ".")
        return parts.count > 1 && parts[0] == "blk" ? Int(parts[1]) : nil
    }
}

// MARK: Which tensors

extension TensorTypeRules {
    /// Parts of names of matrices that are too small or too sensitive to be quantized.
    private static let exempt = [
        "_norm.weight", "ffn_gate_inp.weight", "altup", "laurel", "per_layer_model_proj", "ssm_conv1d",
        "shortconv.conv.weight", "time_mix_first.weight", "time_mix_w0.weight", "time_mix_w1.weight",
        "time_mix_w2.weight", "time_mix_v0.weight", "time_mix_v1.weight", "time_mix_v2.weight", "time_mix_a0.weight",
        "time_mix_a1.weight", "time_mix_a2.weight", "time_mix_g1.weight", "time_mix_g2.weight",
        "time_mix_decay_w1.weight", "time_mix_decay_w2.weight", "time_mix_lerp_fused.weight", "attn_rel_b.weight",
        ".position_embd", ".rel_pos", ".patch_embd", ".patch_merger",
    ]

    private static func isQuantizable(_ tensor: ExportTensor) -> Bool {
        // An extent of one in front does not make a vector a matrix.
        guard tensor.shape.drop(while: { $0 == 1 }).count >= 2, tensor.name.hasSuffix("weight"),
            tensor.name != "position_embd.weight", tensor.name != "token_types.weight"
        else { return false }
        return !exempt.contains { tensor.name.contains($0) }
    }
}

// MARK: Which type

extension TensorTypeRules {
    /// The type for rows of this length: one with smaller blocks when they are not whole blocks.
    private func fitting(_ type: ElementType, columns: Int) -> ElementType {
        guard columns % type.elementsPerBlock != 0 else { return type }
        let smaller: ElementType =
            switch type {
            case .q2_K, .q3_K: .q4_0
            case .q4_K: .q5_0
            case .q5_K: .q5_1
            case .q6_K: .q8_0
            default: type
            }
        return columns % smaller.elementsPerBlock == 0 ? smaller : .f16
    }

    private mutating func choice(_ category: Category, _ tensor: ExportTensor) -> ElementType {
        let usual = mixture.elementType
        switch category {
        case .output: return headType(tensor)
        case .tokenEmbedding: return isTied ? headType(tensor) : usual
        case .value, .fusedQueryKeyValue:
            defer { valueIndex += 1 }
            return valueType(usual)
        case .down:
            defer { downIndex += 1 }
            return downType(usual, expertCount > 1 ? Self.layer(of: tensor.name) ?? downIndex : downIndex)
        case .key: return expertCount == 8 ? .q8_0 : usual
        case .attentionOutput: return attentionOutputType(usual)
        case .query, .up, .gate, .other: return usual
        }
    }

    private func headType(_ tensor: ExportTensor) -> ElementType {
        let usual = mixture.elementType
        if isFalcon || tensor.columns % usual.elementsPerBlock != 0 { return .q8_0 }
        return usual == .q8_0 ? .q8_0 : .q6_K
    }

    /// The first and the last eighth of the layers, and every third one between them.
    private static func deservesMoreBits(_ layer: Int, of count: Int) -> Bool {
        layer < count / 8 || layer >= 7 * count / 8 || (layer - count / 8) % 3 == 2
    }

    private func valueType(_ usual: ElementType) -> ElementType {
        var type = usual
        switch mixture {
        case .q2_K: type = groupSize >= 4 ? .q4_K : .q3_K
        case .q2_K_S: if groupSize >= 4 { type = .q4_K }
        case .q3_K_M: type = valueIndex < 2 ? .q5_K : .q4_K
        case .q3_K_L: type = .q5_K
        case .iq4_NL: if groupSize >= 4 { type = .q5_K }
        case .q4_K_M, .q5_K_M: if Self.deservesMoreBits(valueIndex, of: valueCount) { type = .q6_K }
        case .q4_K_S: if valueIndex < 4 { type = .q5_K }
        default: break
        }
        if isSeventyBillion, type == .q3_K || type == .q4_K { type = .q5_K }
        return expertCount == 8 ? .q8_0 : type
    }

    private func downType(_ usual: ElementType, _ layer: Int) -> ElementType {
        let isEarly = layer < downCount / 8
        let more = Self.deservesMoreBits(layer, of: downCount)
        switch mixture {
        case .q2_K: return .q3_K
        case .q2_K_S: return isEarly ? .q4_K : usual
        case .q3_K_M:
            if layer < downCount / 16 { return .q5_K }
            return !isFalcon || more ? .q4_K : .q3_K
        case .q3_K_L: return isFalcon ? .q4_K : .q5_K
        case .q4_K_M:
            if isFalcon { return layer < downCount / 16 ? .q6_K : more ? .q5_K : .q4_K }
            return more ? .q6_K : usual
        case .iq4_NL: return isEarly && !hasImportance ? .q5_K : usual
        case .q5_K_M: return more ? .q6_K : usual
        case .q4_K_S: return !isFalcon && isEarly ? .q5_K : usual
        case .q4_0: return hasImportance && isEarly ? .q4_1 : usual
        case .q5_0: return hasImportance && isEarly ? .q5_1 : usual
        default: return usual
        }
    }

    private func attentionOutputType(_ usual: ElementType) -> ElementType {
        if isFalcon { return mixture == .q3_K_L ? .q4_K : usual }
        if expertCount == 8 {
            let raised: Set<QuantizationMixture> = [.q2_K, .q3_K_S, .q3_K_M, .iq4_NL, .q4_K_S, .q4_K_M]
            return raised.contains(mixture) ? .q5_K : usual
        }
        return switch mixture {
        case .q2_K: .q3_K
        case .q3_K_M: .q4_K
        case .q3_K_L: .q5_K
        default: usual
        }
    }
}
