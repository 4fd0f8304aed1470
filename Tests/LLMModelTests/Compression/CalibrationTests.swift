import Foundation
import LLMTensor
import Testing

@testable import LLMModel

/// Importance measured on a text, against hooks in transformers (Goldens/make_input_statistics.py).
@Suite struct CalibrationTests {
    @Test(arguments: ["llama", "gemma3", "qwen3", "gpt2"], [1, 2, 3])
    func `mean squares of inputs are those transformers sees`(name: String, threads: Int) throws {
        let (configuration, weights, expected) = try TinyModelTests.load(name)
        let decoder = try Decoder(
            configuration: configuration, weights: weights,
            options: DecoderOptions(compute: .exact, threadCount: threads))
        let matrix = try ImportanceMatrix.calibrated(by: decoder, on: expected.integers("ids"), context: 7)
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Goldens/input-statistics.json")
        let golden = try JSONValue.parse([UInt8](Data(contentsOf: path)), source: "input-statistics.json")
        let tensors = try #require(golden[name]?.objectValue)
        #expect(!tensors.keys.isEmpty)
        for (tensor, value) in tensors.members {
            let wanted = try #require(value.arrayValue).compactMap(\.doubleValue)
            let found = try #require(matrix.values[tensor], "\(tensor)")
            #expect(found.count == wanted.count)
            let scale = wanted.max() ?? 0
            for (mine, theirs) in zip(found, wanted) { #expect(abs(Double(mine) - theirs) <= 1e-5 * scale) }
        }
    }

    @Test func `the number of threads changes no bit, and no token is an error`() throws {
        let (configuration, weights, expected) = try TinyModelTests.load("llama")
        let matrices = try [1, 3].map { threads in
            let decoder = try Decoder(
                configuration: configuration, weights: weights,
                options: DecoderOptions(compute: .exact, threadCount: threads))
            #expect(throws: ModelLoadingError.self) { try ImportanceMatrix.calibrated(by: decoder, on: []) }
            return try ImportanceMatrix.calibrated(by: decoder, on: expected.integers("ids"))
        }
        #expect(matrices[0] == matrices[1])
    }
}
