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
