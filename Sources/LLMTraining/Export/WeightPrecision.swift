internal import LLMTensor

/// How exported weights are stored. Vectors (norms, biases) are float32 in GGUF files whatever is chosen.
public enum WeightPrecision: String, Sendable, CaseIterable {
    case float32 = "f32"
    case bfloat16 = "bf16"
    case float16 = "f16"

    var elementType: ElementType {
        switch self {
        case .float32: .f32
        case .bfloat16: .bf16
        case .float16: .f16
        }
    }

    /// The name in config.json.
    var torchName: String {
        switch self {
        case .float32: "float32"
        case .bfloat16: "bfloat16"
        case .float16: "float16"
        }
    }
}

extension SafetensorsWriter {
    /// Adds a float32 tensor in a narrower type, converted while the file is written.
    mutating func addTensor(
        named name: String, _ tensor: Tensor, as precision: WeightPrecision
    ) throws(TensorFileError) {
        guard precision != .float32 else { return try addTensor(named: name, tensor) }
        try addTensor(named: name, shape: tensor.shape, elementType: precision.elementType) { write in
            let chunk = 1 << 20
            for start in stride(from: 0, to: tensor.elementCount, by: chunk) {
                let count = min(chunk, tensor.elementCount - start)
                let halves = tensor.withUnsafeBytes { bytes in
                    (start..<start + count).map { index in
                        let value = bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
                        return precision == .bfloat16 ? HalfPrecision.bfloat16(value) : HalfPrecision.binary16(value)
                    }
                }
                try halves.withUnsafeBytes { try write($0) }
            }
        }
    }
}

/// A text file that appears when it is complete.
enum TextFile {
    static func write(_ document: JSONValue, to path: String) throws(TensorFileError) {
        try write(JSONWriter(layout: .indented(2)).bytes(of: document) + [UInt8(ascii: "\n")], to: path)
    }

    static func write(_ bytes: [UInt8], to path: String) throws(TensorFileError) {
        let writer = try AtomicFileWriter(path: path)
        try writer.write(bytes)
        try writer.commit()
    }
}
