import LLMTensor
import Testing

@testable import LLMModel

/// Random models of every family made by transformers (Goldens/make_tiny_models.py): configuration, names, shapes
/// and formulas at once.
@Suite struct TinyModelTests {
    static let names = ["gemma3", "gpt2", "llama", "llama3", "mistral", "qwen2", "qwen3"]

    static func load(_ name: String) throws -> (DecoderConfiguration, DecoderWeights, GoldenTensors) {
        let config = try TestFiles.json("tiny-\(name)/config.json")
        let configuration = try DecoderConfiguration(huggingFace: config, source: name)
        let family = try FamilyDescription.gguf(configuration.family, source: name)
        let source = try SafetensorsCheckpoint(directory: TestFiles.golden("tiny-\(name)"))
        let weights = try DecoderWeights(source, family.huggingFaceWeights, configuration)
        return (configuration, weights, try GoldenTensors("tiny-\(name)/expected.safetensors"))
    }

    @Test(arguments: names)
    func `the reference decoder computes the logits of transformers`(name: String) throws {
        let (configuration, weights, expected) = try Self.load(name)
        let decoder = try ReferenceDecoder(configuration, weights)
        let logits = decoder.logits(try expected.integers("ids")).flatMap { $0 }
        let theirs = try expected.floats("logits")
        #expect(logits.count == theirs.count)
        let difference = zip(logits, theirs).reduce(0) { max($0, abs($1.0 - $1.1)) }
        // Float32 sums in another order; the logits are of the order of 5.
        #expect(difference < 2e-4)
    }
}
