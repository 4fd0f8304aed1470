import Foundation
import LLMTensor
import Testing

@testable import LLMModel

@Suite struct GGUFConfigurationTests {
    @Test(.enabled(if: TestFiles.isRequired(TestFiles.smolLM), "SmolLM2 is not in the cache"))
    func `smollm 2 is a llama with interleaved rotation`() throws {
        let model = try DecoderConfiguration(gguf: GGUFFile(path: TestFiles.smolLM))
        #expect(model.family == "llama" && model.vocabularySize == 49_152 && model.hiddenSize == 576)
        #expect(model.layerCount == 30 && model.contextLength == 8192 && model.intermediateSize == 1536)
        #expect(model.attention.headCount == 9 && model.attention.keyValueHeadCount == 3)
        #expect(model.attention.headDimension == 64 && model.attention.scale == 0.125)
        let rotary = RotaryConfiguration(base: 100_000, dimensions: 64, layout: .interleaved)
        #expect(model.attentionKinds == [AttentionKind(rotary: rotary)])
        #expect(model.normalization == NormalizationConfiguration(kind: .rms, epsilon: 1e-5))
        #expect(model.tiesHeadToEmbedding && model.embeddingScale == 1 && model.activation == .silu)
    }

    @Test(.enabled(if: TestFiles.isRequired(TestFiles.gemma), "Gemma 3 is not in the cache"))
    func `gemma 3 has five windows to one full layer`() throws {
        let model = try DecoderConfiguration(gguf: GGUFFile(path: TestFiles.gemma))
        #expect(model.family == "gemma3" && model.vocabularySize == 262_144 && model.layerCount == 18)
        #expect(model.attentionKindOfLayer.prefix(12) == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1])
        #expect(
            model.attentionKinds == [
                AttentionKind(
                    slidingWindow: 512, rotary: RotaryConfiguration(base: 10_000, dimensions: 256, layout: .halves)),
                AttentionKind(rotary: RotaryConfiguration(base: 1_000_000, dimensions: 256, layout: .halves)),
            ])
        #expect(model.attention.headDimension == 256 && model.attention.scale == 1 / 16)
        #expect(model.attention.normalizesQueriesAndKeys && model.normalization.hasPostNormalization)
        #expect(!model.normalization.weightsAreOffsetsFromOne)
        #expect(model.embeddingScale == Float(640).squareRoot() && model.tiesHeadToEmbedding)
        #expect(model.logitSoftcap == nil && model.attention.softcap == nil)
    }
}

/// Small GGUF files made for one question each.
@Suite struct SyntheticGGUFConfigurationTests {
    static let good: [String: GGUFValue] = [
        "embedding_length": .uint32(64), "feed_forward_length": .uint32(128), "block_count": .uint32(4),
        "context_length": .uint32(256), "attention.head_count": .uint32(4),
        "attention.layer_norm_rms_epsilon": .float32(1e-5),
    ]

    /// The configuration of a file of `architecture` with these keys instead of the good ones.
    func configuration(
        _ architecture: String = "llama", _ changes: [String: GGUFValue?] = [:], vectors: [String: [Float]] = [:]
    ) throws -> DecoderConfiguration {
        let url = FileManager.default.temporaryDirectory.appending(path: "llmops-\(UUID().uuidString).gguf")
        defer { try? FileManager.default.removeItem(at: url) }
        var writer = GGUFWriter()
        writer["general.architecture"] = .string(architecture)
        for (key, value) in Self.good.mapValues({ Optional($0) }).merging(changes, uniquingKeysWith: { $1 }) {
            if let value { writer["\(architecture).\(key)"] = value }
        }
        let embedding = Tensor(shape: [10, 64], floats: Array(repeating: 0, count: 640))
        try writer.addTensor(named: "token_embd.weight", embedding)
        for (name, floats) in vectors {
            try writer.addTensor(named: name, Tensor(shape: [floats.count], floats: floats))
        }
        try writer.write(to: url.path)
        return try DecoderConfiguration(gguf: GGUFFile(path: url.path))
    }

    @Test func `the vocabulary is as large as the embedding`() throws {
        let model = try configuration("llama", ["vocab_size": .uint32(99)])
        #expect(model.vocabularySize == 10 && model.attention.keyValueHeadCount == 4)
        #expect(model.attentionKinds[0].rotary?.base == 10_000)
    }

    @Test func `layers follow the pattern the file states`() throws {
        let window: [String: GGUFValue?] = [
            "attention.sliding_window": .uint32(16), "attention.key_length": .uint32(16),
        ]
        let flags = GGUFValue.array(GGUFArray([false, true, true, false]))
        let stated = try configuration(
            "gemma3", window.merging(["attention.sliding_window_pattern": flags], uniquingKeysWith: { $1 }))
        #expect(stated.attentionKindOfLayer == [0, 1, 1, 0] && stated.attentionKinds[1].slidingWindow == 16)
        let period = try configuration(
            "gemma3", window.merging(["attention.sliding_window_pattern": .uint32(2)], uniquingKeysWith: { $1 }))
        #expect(period.attentionKindOfLayer == [0, 1, 0, 1] && period.attentionKinds[0].slidingWindow == 16)
        #expect(try configuration("gemma2", window).attentionKindOfLayer == [0, 1, 0, 1])
        #expect(try configuration("smollm3").attentionKinds[1] == AttentionKind(rotary: nil))
    }

    @Test func `the rotation is scaled as the file states`() throws {
        let linear = try configuration(
            "qwen2", ["rope.scaling.type": .string("linear"), "rope.scaling.factor": .float32(4)])
        #expect(linear.attentionKinds[0].rotary?.scaling == .linear(factor: 4))
        #expect(linear.attentionKinds[0].rotary?.layout == .halves)
        let divided = try configuration(vectors: ["rope_freqs.weight": [1, 1, 1, 1, 1, 2, 4, 8]])
        #expect(
            divided.attentionKinds[0].rotary?.scaling == .divisors([1, 1, 1, 1, 1, 2, 4, 8], attentionFactor: 1))
        #expect(divided.attentionKinds[0].rotary?.layout == .interleaved)
        #expect(throws: ModelLoadingError.self) { try configuration(vectors: ["rope_freqs.weight": [1, 2]]) }
        #expect(throws: ModelLoadingError.self) {
            try configuration(vectors: ["rope_freqs.weight": [1, 1, 1, 1, 1, 2, 4, .nan]])
        }
    }

    @Test func `an unknown architecture is named with the known ones`() throws {
        #expect {
            try configuration("rwkv7")
        } throws: { error in
            guard case ModelLoadingError.unknownArchitecture(_, "rwkv7", let known) = error else { return false }
            return known.contains("llama") && known.contains("gpt2")
        }
    }

    @Test(
        arguments: [
            ("embedding_length", nil), ("block_count", .string("four")), ("block_count", .uint32(0)),
            ("block_count", .uint32(.max)), ("attention.head_count", .int32(-1)), ("context_length", .float32(12)),
            ("attention.head_count_kv", .uint32(3)), ("attention.layer_norm_rms_epsilon", .float32(.nan)),
            ("rope.freq_base", .float32(0)), ("rope.dimension_count", .uint32(7)), ("expert_count", .uint32(8)),
            ("attention.key_length", .uint32(1 << 30)),
        ] as [(String, GGUFValue?)])
    func `a setting out of range is a typed error`(key: String, value: GGUFValue?) throws {
        #expect(throws: ModelLoadingError.self) { try configuration("llama", [key: value]) }
    }
}
