import Foundation

/// Reads a golden file that lies beside the tests.
func golden<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/\(name)")
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
}
