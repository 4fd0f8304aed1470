import LLMTensor
import Testing

@Suite("GGUF files")
struct GGUFFileTests {
    @Test(
        "The real SmolLM2 file opens with its metadata and tensors",
        .enabled(if: RealModel.smolLM2.isExpected, "the SmolLM2 GGUF file is not in the model cache"))
    func smolLM2() throws {
        let file = try GGUFFile(path: RealModel.smolLM2.path)
        #expect(file.version == 3)
        #expect(file.alignment == 32)
        #expect(file.metadata["general.architecture"]?.string == "llama")
        #expect(file.metadata["llama.embedding_length"]?.integer == 576)
        #expect(file.metadata["tokenizer.ggml.tokens"]?.array?.count == 49152)
        #expect(file.tensorInfo(named: "token_embd.weight")?.shape == [49152, 576])
        #expect(file.tensorInfo(named: "token_embd.weight")?.elementType == .q8_0)
        let norm = try file.tensor(named: "output_norm.weight")
        #expect(norm.elementType == .f32)
        #expect(try norm.floats().count == 576)
        #expect(throws: TensorFileError.noSuchTensor(path: file.path, name: "nothing")) {
            try file.tensor(named: "nothing")
        }
    }
}
