import Foundation
import LLMTensor
import Testing

@testable import LLMModel

/// Models of every family written as GGUF and run from there.
@Suite struct GGUFExportTests {
    static func temporary(_ name: String) -> String {
        FileManager.default.temporaryDirectory.appending(path: "llmops-\(UUID().uuidString)-\(name).gguf").path
    }

    private static func logits(
        _ configuration: DecoderConfiguration, _ weights: DecoderWeights, _ ids: [Int32]
    ) throws -> [[Float]] {
        let options = DecoderOptions(compute: .exact, threadCount: 2)
        let decoder = try Decoder(configuration: configuration, weights: weights, options: options)
        var rows: [[Float]] = []
        try DecoderSession(model: decoder).append(ids, logits: .all) { _, row in rows.append(Array(row)) }
        return rows
    }

    @Test(arguments: TinyModelTests.names)
    func `a model written as GGUF computes what its checkpoint computes`(name: String) throws {
        let (configuration, weights, expected) = try TinyModelTests.load(name)
        let path = Self.temporary(name)
        defer { unlink(path) }
        try GGUFExport(configuration: configuration, weights: weights, tokenizer: nil).write(to: path, as: .f32)
        let file = try GGUFFile(path: path)
        let written = try DecoderConfiguration(gguf: file)
        let family = try FamilyDescription.gguf(written.family, source: path)
        let ids = try expected.integers("ids")
        let ours = try Self.logits(written, DecoderWeights(file, family.ggufWeights, written), ids)
        let theirs = try expected.floats("logits")
        let size = configuration.vocabularySize
        #expect(ours.count == ids.count)
        for (row, mine) in ours.enumerated() {
            let difference = zip(mine, theirs[(row * size)...]).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(difference < 5e-4, "token \(row)")
        }
        #expect(written.contextLength == configuration.contextLength)
        #expect(written.attentionKinds.map(\.slidingWindow) == configuration.attentionKinds.map(\.slidingWindow))
    }

    @Test func `names, order of rows and types are those of llama.cpp's converter`() throws {
        let (configuration, weights, _) = try TinyModelTests.load("llama")
        let path = Self.temporary("names")
        defer { unlink(path) }
        try GGUFExport(configuration: configuration, weights: weights, tokenizer: nil).write(to: path, as: .f16)
        let file = try GGUFFile(path: path)
        #expect(file.metadata["general.file_type"]?.integer == 1)
        #expect(file.tensorInfo(named: "blk.0.attn_norm.weight")?.elementType == .f32)
        #expect(file.tensorInfo(named: "blk.0.attn_q.weight")?.elementType == .f16)
        // Rows 0, d/2, 1, d/2 + 1, ... of each head, as reshape(heads, 2, d/2).swapaxes(1, 2) puts them.
        let query = try file.tensor(named: "blk.0.attn_q.weight")
        let original = weights.layers[0].query.weight
        let dimension = configuration.attention.headDimension
        for row in 0..<query.rows {
            let place = row % dimension
            let source = row - place + place / 2 + (place % 2) * dimension / 2
            let difference = zip(
                try query.floats(rows: row..<(row + 1)), try original.floats(rows: source..<(source + 1))
            )
            .reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(difference < 1e-3)
        }
    }

    @Test func `numbers that are not finite are refused by the name of their tensor`() throws {
        let (configuration, loaded, _) = try TinyModelTests.load("llama")
        var weights = loaded
        var values = try weights.layers[1].up.weight.floats()
        values[77] = .nan
        weights.layers[1].up.weight = Tensor(shape: weights.layers[1].up.weight.shape, floats: values)
        let path = Self.temporary("nan")
        let export = try GGUFExport(configuration: configuration, weights: weights, tokenizer: nil)
        let error = #expect(throws: ModelLoadingError.self) { try export.write(to: path, as: .f16) }
        guard case .tensor(_, let name, .notFinite(let index, _, let type)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(name == "blk.1.ffn_up.weight" && index == 77 && type == .f16)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a cancelled task leaves no file`() async throws {
        let (configuration, weights, _) = try TinyModelTests.load("llama")
        let path = Self.temporary("cancelled")
        let export = try GGUFExport(configuration: configuration, weights: weights, tokenizer: nil)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try export.write(to: path, as: .f16)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(.enabled(if: TestFiles.isRequired(TestFiles.smolLM), "the SmolLM2 file is missing"))
    func `a GGUF file keeps all it says`() throws {
        let path = Self.temporary("copy")
        defer { unlink(path) }
        var order: [String] = []
        try GGUFExport(modelAt: TestFiles.smolLM).write(to: path, as: .f32) { order.append($0.tensor) }
        let (source, copy) = (try GGUFFile(path: TestFiles.smolLM), try GGUFFile(path: path))
        #expect(order == copy.tensorNames)
        #expect(Set(copy.tensorNames) == Set(source.tensorNames))
        let own: Set<String> = ["general.file_type", "general.quantization_version"]
        #expect(Set(copy.keys).subtracting(own) == Set(source.keys).subtracting(own))
        for name in ["token_embd.weight", "blk.7.ffn_down.weight", "output_norm.weight"] {
            let (mine, theirs) = (try copy.tensor(named: name), try source.tensor(named: name))
            #expect(mine.elementType == .f32)
            #expect(try mine.floats(rows: 0..<1) == theirs.floats(rows: 0..<1))
        }
    }
}
