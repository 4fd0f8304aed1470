/// One metadata value of a GGUF file.
public enum GGUFValue: Sendable {
    case uint8(UInt8)
    case int8(Int8)
    case uint16(UInt16)
    case int16(Int16)
    case uint32(UInt32)
    case int32(Int32)
    case float32(Float)
    case bool(Bool)
    case string(GGUFString)
    case array(GGUFArray)
    case uint64(UInt64)
    case int64(Int64)
    case float64(Double)

    /// A string value.
    public static func string(_ text: String) -> GGUFValue { .string(GGUFString(text)) }

    /// The type as the file states it.
    public var type: GGUFValueType {
        switch self {
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .uint32: .uint32
        case .int32: .int32
        case .float32: .float32
        case .bool: .bool
        case .string: .string
        case .array: .array
        case .uint64: .uint64
        case .int64: .int64
        case .float64: .float64
        }
    }

    /// The value of any integer type that fits in `Int`; nil otherwise.
    public var integer: Int? {
        switch self {
        case .uint8(let value): Int(value)
        case .int8(let value): Int(value)
        case .uint16(let value): Int(value)
        case .int16(let value): Int(value)
        case .uint32(let value): Int(value)
        case .int32(let value): Int(value)
        case .uint64(let value): Int(exactly: value)
        case .int64(let value): Int(value)
        case .float32, .float64, .bool, .string, .array: nil
        }
    }

    /// The value of either floating-point type; nil otherwise.
    public var float: Double? {
        switch self {
        case .float32(let value): Double(value)
        case .float64(let value): value
        default: nil
        }
    }

    /// The text of a string of valid UTF-8; nil otherwise.
    public var string: String? {
        if case .string(let value) = self { value.text } else { nil }
    }

    /// The raw bytes of a string; nil for other types.
    public var stringBytes: [UInt8]? {
        if case .string(let value) = self { value.bytes } else { nil }
    }

    /// The value of a Boolean; nil otherwise.
    public var boolean: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The array; nil for other types.
    public var array: GGUFArray? {
        if case .array(let value) = self { value } else { nil }
    }
}

extension GGUFValue {
    /// Appends the value as GGUF writes it, without its type.
    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .uint8(let value): bytes.append(value)
        case .int8(let value): bytes.append(UInt8(bitPattern: value))
        case .uint16(let value): bytes.appendLittleEndian(value)
        case .int16(let value): bytes.appendLittleEndian(value)
        case .uint32(let value): bytes.appendLittleEndian(value)
        case .int32(let value): bytes.appendLittleEndian(value)
        case .uint64(let value): bytes.appendLittleEndian(value)
        case .int64(let value): bytes.appendLittleEndian(value)
        case .float32(let value): bytes.appendLittleEndian(value.bitPattern)
        case .float64(let value): bytes.appendLittleEndian(value.bitPattern)
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .string(let value):
            bytes.appendLittleEndian(UInt64(value.count))
            value.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .array(let value):
            bytes.appendLittleEndian(value.elementType.rawValue)
            bytes.appendLittleEndian(UInt64(value.count))
            value.withEncodedBytes { bytes.append(contentsOf: $0) }
        }
    }
}
