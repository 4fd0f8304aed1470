import LLMTensor
import LLMTokenizer

@testable import LLMModel
@testable import LLMTraining

/// A tiny model made by transformers (LLMModelTests/Goldens), and golden files of this module.
struct TinyModel {
    let configuration: DecoderConfiguration
    let weights: DecoderWeights

    init(_ name: String) throws {
        let directory = Self.tests + "/LLMModelTests/Goldens/tiny-\(name)"
        let files = try ModelFiles.open(directory)
        configuration = try files.configuration()
        weights = try files.weights(configuration)
    }

    func trainable(lora: LoRAConfiguration? = nil, threads: Int = 2) throws -> TrainableDecoder {
        try TrainableDecoder(
            configuration: configuration, weights: weights, lora: lora, pool: ComputePool(threadCount: threads))
    }

    /// The folder of all test targets.
    private static let tests: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    /// The files of a tiny model.
    static func checkpoint(_ name: String) throws -> SafetensorsCheckpoint {
        try SafetensorsCheckpoint(directory: tests + "/LLMModelTests/Goldens/tiny-\(name)")
    }

    static func golden(_ name: String) throws -> GoldenFile {
        GoldenFile(file: try SafetensorsFile(path: tests + "/LLMTrainingTests/Goldens/\(name).safetensors"))
    }
}

/// A golden safetensors file.
struct GoldenFile {
    let file: SafetensorsFile

    func floats(_ name: String) throws -> [Float] { try file.tensor(named: name).floats() }

    func integers(_ name: String) throws -> [Int32] {
        try file.tensor(named: name).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    }

    func batch() throws -> TrainingBatch {
        TrainingBatch(
            tokens: try integers("tokens").map { TokenID($0) }, targets: try integers("targets").map { TokenID($0) },
            sequenceStarts: try integers("starts").map { Int($0) })
    }
}

/// The largest difference, relative to the largest number expected.
func relativeError(_ ours: [Float], _ expected: [Float]) -> Float {
    guard ours.count == expected.count else { return .infinity }
    let scale = expected.reduce(0) { max($0, abs($1)) }
    let difference = zip(ours, expected).reduce(Float(0)) { worst, pair in
        let d = abs(pair.0 - pair.1)
        return d.isNaN ? .infinity : max(worst, d)
    }
    return difference / max(scale, 1e-20)
}
