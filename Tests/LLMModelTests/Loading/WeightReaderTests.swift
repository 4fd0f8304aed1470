import LLMTensor
import Testing

@testable import LLMModel

/// Tensors in memory, by name; every element of a tensor tells its row and column.
struct MemoryWeights: WeightSource {
    let path = "memory"
    var tensors: [String: Tensor] = [:]
    var tensorNames: [String] { tensors.keys.sorted() }

    func hasTensor(_ name: String) -> Bool { tensors[name] != nil }

    func tensor(named name: String) throws(TensorFileError) -> Tensor {
        guard let tensor = tensors[name] else { throw .noSuchTensor(path: path, name: name) }
        return tensor
    }

    mutating func add(_ name: String, _ shape: [Int]) {
        let columns = shape.count > 1 ? shape[1] : 1
        let floats = (0..<shape.reduce(1, *)).map { Float($0 / columns * 100 + $0 % columns) }
        tensors[name] = Tensor(shape: shape, floats: floats)
    }
}

@Suite struct WeightReaderTests {
    /// Two heads of 4 over one key/value head, hidden 6, feed-forward 10, vocabulary 12, context 9.
    static func configuration(_ family: FamilyDescription, layers: Int = 2, tied: Bool = true) -> DecoderConfiguration {
        var configuration = DecoderConfiguration(
            family: family.ggufName, vocabularySize: 12, hiddenSize: 6, intermediateSize: 10, layerCount: layers,
            contextLength: 9, attention: AttentionConfiguration(headCount: 2, keyValueHeadCount: 1, headDimension: 4),
            attentionKinds: [AttentionKind(rotary: nil)], attentionKindOfLayer: Array(repeating: 0, count: layers),
            normalization: NormalizationConfiguration(
                kind: .rms, epsilon: 1e-5, hasPostNormalization: family.hasPostNormalization),
            activation: .silu, isGated: family.isGated)
        configuration.attention.normalizesQueriesAndKeys = family.normalizesQueriesAndKeys
        configuration.hasLearnedPositions = family.hasLearnedPositions
        configuration.tiesHeadToEmbedding = tied
        return configuration
    }

    static func llama(prefix: String = "model.") -> MemoryWeights {
        var source = MemoryWeights()
        source.add(prefix + "embed_tokens.weight", [12, 6])
        source.add(prefix + "norm.weight", [6])
        for layer in 0..<2 {
            let block = "\(prefix)layers.\(layer)."
            for (name, shape) in [
                ("self_attn.q_proj", [8, 6]), ("self_attn.k_proj", [4, 6]), ("self_attn.v_proj", [4, 6]),
                ("self_attn.o_proj", [6, 8]), ("mlp.gate_proj", [10, 6]), ("mlp.up_proj", [10, 6]),
                ("mlp.down_proj", [6, 10]), ("input_layernorm", [6]), ("post_attention_layernorm", [6]),
            ] { source.add(block + name + ".weight", shape) }
        }
        return source
    }

    func read(
        _ source: MemoryWeights, _ configuration: DecoderConfiguration, _ table: WeightNames = .huggingFace
    ) throws -> DecoderWeights {
        try DecoderWeights(source, table, configuration)
    }

    @Test(arguments: ["model.", "", "language_model.model.", "model.language_model."])
    func `weights are found under every usual prefix`(prefix: String) throws {
        let weights = try read(Self.llama(prefix: prefix), Self.configuration(.llama))
        #expect(weights.layers.count == 2 && weights.head == nil)
        #expect(weights.layers[1].up.weight.shape == [10, 6] && weights.layers[1].up.bias == nil)
    }

    @Test func `a missing weight is named`() throws {
        for name in ["model.norm.weight", "model.embed_tokens.weight", "model.layers.1.mlp.down_proj.weight"] {
            var source = Self.llama()
            source.tensors[name] = nil
            #expect {
                try read(source, Self.configuration(.llama))
            } throws: { error in
                guard case ModelLoadingError.missingTensor("memory", name) = error else { return false }
                return true
            }
        }
    }

    @Test func `an untied head must be there and a tied one may be`() throws {
        var source = Self.llama()
        #expect {
            try read(source, Self.configuration(.llama, tied: false))
        } throws: { error in
            guard case ModelLoadingError.missingTensor(_, "lm_head.weight") = error else { return false }
            return true
        }
        source.add("lm_head.weight", [12, 6])
        #expect(try read(source, Self.configuration(.llama, tied: false)).head?.weight.shape == [12, 6])
        #expect(try read(source, Self.configuration(.llama)).head == nil)
    }

    @Test func `a weight of another shape is named with both shapes`() throws {
        var source = Self.llama()
        source.add("model.layers.0.self_attn.k_proj.weight", [8, 6])
        #expect {
            try read(source, Self.configuration(.llama))
        } throws: { error in
            guard
                case ModelLoadingError.shapeMismatch(
                    _, "model.layers.0.self_attn.k_proj.weight", [4, 6], [8, 6]) = error
            else { return false }
            return true
        }
    }

    @Test func `a weight nobody asked for is refused and a known table is not`() throws {
        var source = Self.llama()
        source.add("model.layers.0.self_attn.rotary_emb.inv_freq", [2])
        source.add("vision_tower.patch.weight", [2])
        _ = try read(source, Self.configuration(.llama))
        source.add("model.layers.0.self_attn.q_norm.weight", [4])
        #expect {
            try read(source, Self.configuration(.llama))
        } throws: { error in
            guard case ModelLoadingError.unexpectedTensors(_, let names) = error else { return false }
            return names == ["model.layers.0.self_attn.q_norm.weight"]
        }
    }

    @Test func `biases are taken where they are and demanded where the family has them`() throws {
        var source = Self.llama()
        let table = FamilyDescription.qwen2.huggingFaceWeights
        #expect(throws: ModelLoadingError.self) { try read(source, Self.configuration(.qwen2), table) }
        for layer in 0..<2 {
            for (name, size) in [("q", 8), ("k", 4), ("v", 4)] {
                source.add("model.layers.\(layer).self_attn.\(name)_proj.bias", [size])
            }
        }
        let weights = try read(source, Self.configuration(.qwen2), table)
        #expect(weights.layers[0].value.bias?.shape == [4] && weights.layers[0].attentionOutput.bias == nil)
    }

    @Test func `fused weights are split into views`() throws {
        var source = Self.llama()
        for layer in 0..<2 {
            let block = "model.layers.\(layer)."
            for name in ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "mlp.gate_proj", "mlp.up_proj"] {
                source.tensors[block + name + ".weight"] = nil
            }
            source.add(block + "self_attn.qkv_proj.weight", [16, 6])
            source.add(block + "mlp.gate_up_proj.weight", [20, 6])
        }
        let layer = try read(source, Self.configuration(.phi3), .huggingFaceFused).layers[0]
        #expect(try layer.query.weight.floats().first == 0 && layer.query.weight.shape == [8, 6])
        #expect(try layer.key.weight.floats().first == 800 && layer.key.weight.shape == [4, 6])
        #expect(try layer.value.weight.floats().first == 1200 && layer.value.weight.shape == [4, 6])
        #expect(try layer.gate?.weight.floats().first == 0)
        #expect(try layer.up.weight.floats().first == 1000)
    }

    @Test func `gpt-2's convolutions are transposed and their biases split`() throws {
        var source = MemoryWeights()
        source.add("wte.weight", [12, 6])
        source.add("wpe.weight", [9, 6])
        for (name, shape) in [
            ("attn.c_attn", [6, 24]), ("attn.c_proj", [8, 6]), ("mlp.c_fc", [6, 10]), ("mlp.c_proj", [10, 6]),
            ("ln_1", [6]), ("ln_2", [6]),
        ] {
            source.add("h.0.\(name).weight", shape)
            source.add("h.0.\(name).bias", [shape.count > 1 ? shape[1] : 6])
        }
        source.add("h.0.attn.bias", [1, 1])
        source.add("ln_f.weight", [6])
        source.add("ln_f.bias", [6])
        var configuration = Self.configuration(.gpt2, layers: 1)
        configuration.attention.keyValueHeadCount = 2
        let weights = try read(source, configuration, .gpt2)
        let layer = weights.layers[0]
        #expect(weights.positionEmbedding?.shape == [9, 6] && weights.finalNorm.bias?.shape == [6])
        // Stored [in, out]: element (row, column) was 100 * column + row.
        #expect(try layer.key.weight.floats().prefix(3) == [8, 108, 208])
        #expect(try layer.value.bias?.floats().first == 1600)
        #expect(layer.up.weight.shape == [10, 6] && layer.gate == nil && layer.down.weight.shape == [6, 10])
    }

    @Test(arguments: [TestFiles.smolLM, TestFiles.gemma].filter { TestFiles.isRequired($0) })
    func `every tensor of the real files has its place`(path: String) throws {
        let file = try GGUFFile(path: path)
        let configuration = try DecoderConfiguration(gguf: file)
        let family = try FamilyDescription.gguf(configuration.family, source: path)
        let weights = try DecoderWeights(file, family.ggufWeights, configuration)
        #expect(weights.layers.count == configuration.layerCount)
        #expect(weights.head == nil)
    }
}
