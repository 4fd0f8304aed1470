import LLMTensor
import Testing

@testable import LLMModel

@Suite struct HuggingFaceConfigurationTests {
    func configuration(_ text: String) throws -> DecoderConfiguration {
        try DecoderConfiguration(huggingFace: JSONValue.parse(text, source: "config.json"), source: "config.json")
    }

    func golden(_ path: String) throws -> DecoderConfiguration {
        try DecoderConfiguration(huggingFace: TestFiles.json(path), source: path)
    }

    @Test(arguments: ["gemma3", "llama", "llama3", "mistral", "qwen2", "qwen3"])
    func `old and new words of a config.json mean the same`(name: String) throws {
        let current = try golden("tiny-\(name)/config.json")
        let legacy = try golden("tiny-\(name)/config.legacy.json")
        #expect(current == legacy)
    }

    @Test func `gemma 3 alternates windows with two rotations`() throws {
        let gemma = try golden("tiny-gemma3/config.json")
        #expect(gemma.attentionKindOfLayer == [0, 0, 1, 0])
        #expect(gemma.attentionKinds[0].slidingWindow == 8)
        #expect(gemma.attentionKinds[0].rotary?.base == 100)
        #expect(gemma.attentionKinds[1].slidingWindow == nil)
        #expect(gemma.attentionKinds[1].rotary?.base == 10_000)
        #expect(gemma.attention.scale == Float(1 / 24.0.squareRoot()))
        #expect(gemma.attention.headDimension == 16)
        #expect(gemma.attention.normalizesQueriesAndKeys)
        #expect(gemma.normalization.hasPostNormalization && gemma.normalization.weightsAreOffsetsFromOne)
        #expect(gemma.embeddingScale == Float(32).squareRoot())
        #expect(gemma.activation == .geluTanh && gemma.isGated && gemma.tiesHeadToEmbedding)
        #expect(gemma.logitSoftcap == nil && gemma.attention.softcap == nil)
    }

    @Test func `llama 3 stretches its rotation`() throws {
        let llama = try golden("tiny-llama3/config.json")
        let expected = RotaryConfiguration(
            base: 500, dimensions: 16, layout: .halves,
            scaling: .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 32))
        #expect(llama.attentionKinds == [AttentionKind(rotary: expected)])
        #expect(llama.tiesHeadToEmbedding)
    }

    @Test func `gpt-2 has learned positions and layer normalization`() throws {
        let gpt2 = try golden("tiny-gpt2/config.json")
        #expect(gpt2.hasLearnedPositions && !gpt2.isGated && gpt2.tiesHeadToEmbedding)
        #expect(gpt2.normalization == NormalizationConfiguration(kind: .layer, epsilon: 1e-5))
        #expect(gpt2.attentionKinds == [AttentionKind(rotary: nil)])
        #expect(gpt2.intermediateSize == 4 * gpt2.hiddenSize)
        #expect(gpt2.attention.keyValueHeadCount == gpt2.attention.headCount)
    }

    @Test func `a nested text configuration with most keys left out takes the family's defaults`() throws {
        let gemma = try configuration(
            """
            {"model_type": "gemma3", "vision_config": {}, "text_config": {"model_type": "gemma3_text",
             "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "sliding_window": 1024,
             "rope_scaling": {"factor": 8.0, "rope_type": "linear"}}}
            """)
        #expect(gemma.attention.headCount == 8 && gemma.attention.keyValueHeadCount == 4)
        #expect(gemma.vocabularySize == 262_208 && gemma.contextLength == 131_072)
        #expect(gemma.attentionKindOfLayer.prefix(7) == [0, 0, 0, 0, 0, 1, 0])
        #expect(gemma.attentionKinds[0].rotary?.scaling == RotaryConfiguration.Scaling.none)
        #expect(gemma.attentionKinds[1].rotary?.scaling == .linear(factor: 8))
        #expect(gemma.attention.scale == 0.0625)
    }

    @Test func `gemma 2 caps scores and logits unless it says null`() throws {
        let keys = """
            "model_type": "gemma2", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 4,
            "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 100, "max_position_embeddings": 64
            """
        let capped = try configuration("{\(keys)}")
        #expect(capped.attention.softcap == 50 && capped.logitSoftcap == 30)
        #expect(capped.attentionKindOfLayer == [0, 1, 0, 1])
        #expect(capped.attentionKinds[0].slidingWindow == 4096)
        let bare = try configuration(
            "{\(keys), \"attn_logit_softcapping\": null, \"final_logit_softcapping\": null}")
        #expect(bare.attention.softcap == nil && bare.logitSoftcap == nil)
    }

    @Test func `smollm 3 leaves the rotation out of every fourth layer`() throws {
        let model = try configuration(
            """
            {"model_type": "smollm3", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 8,
             "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 100, "max_position_embeddings": 64,
             "rope_theta": 5000000.0, "no_rope_layers": [1, 1, 1, 0, 1, 1, 1, 0]}
            """)
        #expect(model.attentionKindOfLayer == [0, 0, 0, 1, 0, 0, 0, 1])
        #expect(model.attentionKinds[1] == AttentionKind(rotary: nil))
        #expect(model.attentionKinds[0].rotary?.base == 5_000_000)
    }

    static let phi = """
        "model_type": "phi3", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 1,
        "num_attention_heads": 4, "vocab_size": 100, "max_position_embeddings": 131072,
        "original_max_position_embeddings": 4096
        """

    @Test func `phi 3 takes the divisors for short texts`() throws {
        let model = try configuration(
            "{\(Self.phi), \"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1,1,1,1,1,1,1.5,2]}}")
        guard case .divisors(let divisors, let factor) = model.attentionKinds[0].rotary?.scaling else {
            Issue.record("no divisors")
            return
        }
        #expect(divisors == [1, 1, 1, 1, 1, 1, 1.5, 2])
        // sqrt(1 + ln(32) / ln(4096))
        #expect(abs(factor - 1.190_238) < 1e-5)
    }

    @Test func `yarn takes its attention factor from the stretch`() throws {
        let model = try configuration(
            """
            {\(Self.phi), "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}}
            """)
        guard case .yarn(let factor, let original, 32, 1, let attention) = model.attentionKinds[0].rotary?.scaling
        else {
            Issue.record("no yarn")
            return
        }
        #expect(factor == 4 && original == 32_768)
        #expect(abs(attention - 1.138_629) < 1e-5)
    }

    @Test func `an unknown architecture is named with the known ones`() throws {
        #expect {
            try configuration("{\"model_type\": \"mamba\"}")
        } throws: { error in
            guard case ModelLoadingError.unknownArchitecture(_, "mamba", let known) = error else { return false }
            return known.contains("llama") && known.contains("gemma3_text")
        }
    }

    @Test(arguments: [
        ("{}", "model_type"),
        ("{\"model_type\": \"llama\", \"vocab_size\": 9}", "hidden_size"),
        ("{\(phi), \"hidden_size\": 0}", "hidden_size"),
        ("{\(phi), \"num_hidden_layers\": 100000}", "num_hidden_layers"),
        ("{\(phi), \"num_attention_heads\": -4}", "num_attention_heads"),
        ("{\(phi), \"num_key_value_heads\": 3}", "num_key_value_heads"),
        ("{\(phi), \"head_dim\": 7}", "rotary_dim"),
        ("{\(phi), \"rms_norm_eps\": 0}", "rms_norm_eps"),
        ("{\(phi), \"rope_theta\": -1}", "rope_theta"),
        ("{\(phi), \"partial_rotary_factor\": 2}", "partial_rotary_factor"),
        ("{\(phi), \"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1]}}", "short_factor"),
        ("{\(phi), \"sliding_window\": -3, \"final_logit_softcapping\": -1}", "logit softcap"),
    ])
    func `a setting out of range is a typed error that names it`(text: String, key: String) throws {
        // Later keys win, so each case overrides one key of a good file.
        #expect {
            try configuration(text)
        } throws: { error in
            switch error {
            case ModelLoadingError.missingSetting(_, let found): found == key
            case ModelLoadingError.invalidSetting(_, let found, _, _): found == key
            default: false
            }
        }
    }

    @Test(arguments: [
        "{\(phi), \"hidden_size\": \"many\"}", "{\(phi), \"rope_scaling\": {\"type\": \"linear\"}}",
        "{\(phi), \"sliding_window\": 4, \"layer_types\": [\"odd\"]}",
        "{\(phi), \"sliding_window\": 4, \"layer_types\": []}",
    ])
    func `a value of the wrong kind is a typed error with its path`(text: String) throws {
        #expect {
            try configuration(text)
        } throws: { error in
            guard case ModelLoadingError.json(let problem) = error else { return false }
            return problem.source == "config.json" && problem.path.hasPrefix("$.")
        }
    }

    @Test(arguments: [
        "{\(phi), \"hidden_act\": \"mish\"}", "{\(phi), \"rope_scaling\": {\"type\": \"dynamic\"}}",
        "{\(phi), \"quantization_config\": {\"quant_method\": \"gptq\"}}",
    ])
    func `what is not supported is said`(text: String) throws {
        #expect {
            try configuration(text)
        } throws: { error in
            guard case ModelLoadingError.unsupported = error else { return false }
            return true
        }
    }
}
