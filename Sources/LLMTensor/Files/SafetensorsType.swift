/// Element types of the safetensors format, by name.
enum SafetensorsType {
    /// Names that this library reads and writes, in the order in which the reference implementation ranks types.
    private static let known: [(name: String, type: ElementType)] = [
        ("BOOL", .bool), ("U8", .u8), ("I8", .i8), ("I16", .i16), ("F16", .f16), ("BF16", .bf16), ("I32", .i32),
        ("F32", .f32), ("F64", .f64), ("I64", .i64),
    ]

    static func elementType(_ name: String) -> ElementType? { known.first { $0.name == name }?.type }

    /// Name and rank; nil for types that the format lacks.
    static func name(_ type: ElementType) -> (name: String, rank: Int)? {
        known.firstIndex { $0.type == type }.map { (known[$0].name, $0) }
    }
}

/// What a safetensors file says about one tensor.
public struct SafetensorsInfo: Sendable, Hashable {
    /// The tensor's name.
    public let name: String
    /// Extents, outermost first.
    public let shape: [Int]
    /// The element type as the file names it: `F32`, `F8_E4M3`.
    public let typeName: String
    /// The element type, or nil if this library has none for `typeName`.
    public let elementType: ElementType?
    /// Bytes from the start of the file to the first element.
    public let offset: Int
    /// Bytes the tensor takes.
    public let byteCount: Int
}
