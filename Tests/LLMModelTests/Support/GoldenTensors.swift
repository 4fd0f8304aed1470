import LLMTensor

@testable import LLMModel

/// A golden safetensors file.
struct GoldenTensors {
    let file: SafetensorsFile

    init(_ path: String) throws { file = try SafetensorsFile(path: TestFiles.golden(path)) }

    func floats(_ name: String) throws -> [Float] { try file.tensor(named: name).floats() }

    func integers(_ name: String) throws -> [Int32] {
        try file.tensor(named: name).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    }
}
