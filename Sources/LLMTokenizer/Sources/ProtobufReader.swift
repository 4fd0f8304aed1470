/// Reads the wire format of protocol buffers, field by field.
struct ProtobufReader {
    enum Value {
        case number(UInt64)
        case bytes(UnsafeRawBufferPointer)
        case fixed32(UInt32)
        case fixed64(UInt64)
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    /// Set when the bytes are not a message.
    private(set) var isDamaged = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        isDamaged = true
        return nil
    }

    /// The next field, nil at the end or where the bytes are damaged.
    mutating func next() -> (field: Int, value: Value)? {
        guard position < bytes.count, !isDamaged, let tag = varint() else { return nil }
        let field = Int(truncatingIfNeeded: tag >> 3)
        switch tag & 7 {
        case 0:
            guard let value = varint() else { return nil }
            return (field, .number(value))
        case 1:
            guard position + 8 <= bytes.count else { break }
            defer { position += 8 }
            return (field, .fixed64(bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
        case 2:
            guard let length = varint(), length <= UInt64(bytes.count - position) else { break }
            let start = position
            position += Int(length)
            return (field, .bytes(UnsafeRawBufferPointer(rebasing: bytes[start..<position])))
        case 5:
            guard position + 4 <= bytes.count else { break }
            defer { position += 4 }
            return (field, .fixed32(bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        default: break
        }
        isDamaged = true
        return nil
    }
}
