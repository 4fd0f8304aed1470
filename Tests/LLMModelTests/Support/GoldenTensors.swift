import Foundation
import LLMTensor

@testable import LLMModel

/// The tensors of a safetensors file, enough of the format for golden files of float32 and int32.
struct GoldenTensors: WeightSource {
    let path: String
    private let storage: TensorStorage
    private let entries: [String: (shape: [Int], type: ElementType, offset: Int)]

    init(_ path: String) throws {
        let url = TestFiles.goldens.appending(path: path)
        let data = try Data(contentsOf: url)
        let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let header = try JSONValue.parse([UInt8](data[8..<(8 + length)]), source: url.path)
        var entries: [String: (shape: [Int], type: ElementType, offset: Int)] = [:]
        for (name, value) in header.objectValue!.members where name != "__metadata__" {
            entries[name] = (
                value["shape"]!.arrayValue!.map { $0.integerValue! },
                value["dtype"]!.stringValue == "I32" ? .i32 : .f32,
                8 + length + value["data_offsets"]![0]!.integerValue!
            )
        }
        self.path = url.path
        self.entries = entries
        storage = try TensorStorage(copying: [UInt8](data))
    }

    var tensorNames: [String] { Array(entries.keys) }
    func hasTensor(_ name: String) -> Bool { entries[name] != nil }

    func tensor(named name: String) throws(TensorFileError) -> Tensor {
        guard let entry = entries[name] else { throw .noSuchTensor(path: path, name: name) }
        do {
            return try Tensor(
                shape: entry.shape, elementType: entry.type, storage: storage, byteOffset: entry.offset)
        } catch {
            throw .tensor(at: FileLocation(path: path, key: name), error: error)
        }
    }

    func floats(_ name: String) throws -> [Float] { try tensor(named: name).floats() }

    func integers(_ name: String) throws -> [Int32] {
        try tensor(named: name).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    }
}
