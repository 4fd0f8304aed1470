import Foundation
import LLMTensor
import Testing

@testable import LLMModel
@testable import LLMTraining

/// Exports of the tiny models that transformers made, read back.
@Suite struct ExportTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func files(_ path: String) throws -> (DecoderConfiguration, DecoderWeights) {
        let files = try ModelFiles.open(path)
        let configuration = try files.configuration()
        return (configuration, try files.weights(configuration))
    }

    @Test(arguments: ["llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"])
    func `A Hugging Face directory reads back as the same model`(name: String) throws {
        let tiny = try TinyModel(name)
        let model = try tiny.trainable()
        try HuggingFaceExport.write(model, to: folder.path)
        let (configuration, weights) = try files(folder.path)
        #expect(configuration == tiny.configuration)
        let again = try TrainableDecoder(configuration: configuration, weights: weights)
        for (left, right) in zip(model.parameters, again.parameters) {
            #expect(left.name == right.name)
            #expect(Array(left.values) == Array(right.values), "\(left.name)")
        }
    }

    @Test func `Narrower weights are the nearest numbers of their type`() throws {
        let model = try TinyModel("llama").trainable()
        let weight = try #require(model.parameters.first)
        for (precision, tolerance) in [(WeightPrecision.bfloat16, Float(0x1p-8)), (.float16, 0x1p-11)] {
            let path = folder.path + "/" + precision.rawValue
            try HuggingFaceExport.write(model, to: path, precision: precision)
            let stored = try files(path).1.tokenEmbedding
            #expect(stored.elementType == precision.elementType)
            let values = try stored.floats()
            #expect(values != Array(weight.values))
            #expect(zip(values, weight.values).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), 1e-4) })
        }
    }

    @Test func `An adapter of peft's merges to peft's logits`() throws {
        let tiny = try TinyModel("llama")
        let adapter = try PEFTAdapter(path: TestFiles.golden("peft-tiny-llama"))
        #expect(adapter.configuration.rank == 3)
        #expect(adapter.configuration.targets == [.query, .key, .value, .attentionOutput, .up, .down])
        let merged = try adapter.merged(into: tiny.weights, of: tiny.configuration)
        let model = try TrainableDecoder(configuration: tiny.configuration, weights: merged)
        let expected = try SafetensorsFile(path: TestFiles.golden("peft-tiny-llama/expected.safetensors"))
        let tokens = try expected.tensor(named: "tokens").withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        let logits = try expected.tensor(named: "logits").floats()
        #expect(relativeError(try model.logits(tokens), logits) < 1e-4)
        let base = try tiny.trainable()
        #expect(relativeError(try base.logits(tokens), logits) > 1e-2)
    }

    /// Rows of queries and keys in the order of Hugging Face files, and as GGUF files of llama have them.
    @Test(arguments: [RotaryConfiguration.Layout.halves, .interleaved])
    func `An adapter that was trained here merges to the same weights`(layout: RotaryConfiguration.Layout) throws {
        let tiny = try TinyModel("llama")
        var configuration = tiny.configuration
        for index in configuration.attentionKinds.indices {
            configuration.attentionKinds[index].rotary?.layout = layout
        }
        let model = try TrainableDecoder(
            configuration: configuration, weights: tiny.weights, lora: LoRAConfiguration(rank: 4, alpha: 6))
        var generator = CounterGenerator(seed: 8)
        for parameter in model.parameters where parameter.isTrainable {
            for index in parameter.values.indices { parameter.values[index] = generator.nextFloat() - 0.5 }
        }
        try AdapterExport.write(model, to: folder.path, baseModel: "tiny")
        let adapter = try PEFTAdapter(path: folder.path)
        #expect(adapter.configuration.rank == 4 && adapter.configuration.alpha == 6)
        let merged = try adapter.merged(into: tiny.weights, of: configuration)
        let expected = try model.decoderWeights()
        for (left, right) in zip(merged.layers, expected.layers) {
            for path in [\DecoderLayerWeights.query, \.key, \.value, \.attentionOutput, \.up, \.down] {
                #expect(
                    relativeError(try left[keyPath: path].weight.floats(), try right[keyPath: path].weight.floats())
                        < 1e-6)
            }
        }
        // The merged directory is the same model again.
        try HuggingFaceExport.write(model, to: folder.path + "/merged")
        let (read, weights) = try files(folder.path + "/merged")
        let again = try TrainableDecoder(configuration: read, weights: weights)
        let tokens: [Int32] = [1, 5, 9, 33, 70, 2]
        #expect(relativeError(try again.logits(tokens), try model.logits(tokens)) < 1e-5)
    }

    @Test func `What PEFT cannot hold or we cannot add is refused`() throws {
        #expect(throws: TrainingError.self) {
            try AdapterExport.write(try TinyModel("llama").trainable(), to: folder.path, baseModel: "")
        }
        #expect(throws: TrainingError.self) {
            try AdapterExport.write(
                try TinyModel("gpt2").trainable(lora: LoRAConfiguration(rank: 2)), to: folder.path, baseModel: "")
        }
        let adapter = try PEFTAdapter(path: TestFiles.golden("peft-tiny-llama"))
        let other = try TinyModel("qwen3")
        #expect(throws: TrainingError.self) { try adapter.merged(into: other.weights, of: other.configuration) }
        for (key, value) in [("use_dora", "true"), ("bias", "\"all\""), ("rank_pattern", "{\"q_proj\": 2}")] {
            try folder.write(
                "adapter_config.json", "{\"peft_type\": \"LORA\", \"r\": 3, \"lora_alpha\": 7, \"\(key)\": \(value)}")
            #expect(throws: TrainingError.self) { try PEFTAdapter(path: folder.path) }
        }
    }
}
