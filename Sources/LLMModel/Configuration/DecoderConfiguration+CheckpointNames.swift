extension DecoderConfiguration {
    /// The name a weight has in Hugging Face checkpoints of this family, `model.layers.0.mlp.up_proj.weight`.
    ///
    /// Where the checkpoint holds several matrices in one tensor (GPT-2's `c_attn`, Phi-3's `qkv_proj` and
    /// `gate_up_proj`), a part is named as the whole and then by its role: `transformer.h.0.attn.c_attn.query.weight`.
    /// Unknown families are named in the manner of Llama.
    package func checkpointName(_ role: WeightRole, layer: Int? = nil, suffix: String = ".weight") -> String {
        let table = checkpointTable
        let prefix = role == .head ? table.headPrefixes.first ?? "" : table.prefixes.first ?? ""
        if let name = table.name(role, layer: layer, prefix: prefix, suffix: suffix) { return name }
        if let whole = role.whole, let name = table.name(whole, layer: layer, prefix: prefix, suffix: "") {
            return "\(name).\(role.rawValue)\(suffix)"
        }
        return "\(prefix)\(layer.map { "layers.\($0)." } ?? "")\(role.rawValue)\(suffix)"
    }

    /// The tensor of a checkpoint that holds a weight as one of its parts; nil when the weight has its own.
    package func checkpointFusion(of role: WeightRole) -> WeightRole? {
        let table = checkpointTable
        guard table.names[role] == nil, let whole = role.whole, table.names[whole] != nil else { return nil }
        return whole
    }

    /// Whether checkpoints of this family store a weight as `[in, out]`.
    package func isTransposedInCheckpoint(_ role: WeightRole) -> Bool { checkpointTable.transposed.contains(role) }

    /// Whether checkpoints of this family store normalization factors as offsets from one.
    package var checkpointStoresNormalizationOffsets: Bool { description?.storesNormalizationOffsets ?? false }

    private var description: FamilyDescription? { FamilyDescription.known.first { $0.ggufName == family } }

    private var checkpointTable: WeightNames { description?.huggingFaceWeights ?? .huggingFace }
}

extension WeightRole {
    /// The tensor that some files keep this weight in.
    fileprivate var whole: WeightRole? {
        switch self {
        case .query, .key, .value: .fusedQueryKeyValue
        case .gate, .up: .fusedGateUp
        default: nil
        }
    }
}
