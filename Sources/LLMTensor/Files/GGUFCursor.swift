/// Reads little-endian GGUF fields, every one checked against the end of the file first.
struct GGUFCursor {
    let storage: TensorStorage
    let path: String
    var position: Int
    let end: Int

    /// Deepest nesting of arrays; the specification allows nesting and names no limit.
    static let maximumDepth = 8
    /// Longest key or tensor name: 2^16 - 1 bytes by the specification of keys.
    static let maximumNameLength = 65_535

    var remaining: Int { end - position }

    func malformed(_ key: String?, expected: String, found: String) -> TensorFileError {
        .malformed(at: FileLocation(path: path, key: key, offset: position), expected: expected, found: found)
    }

    private func require(_ count: Int, _ what: String, key: String?) throws(TensorFileError) {
        guard remaining >= count else {
            throw malformed(
                key, expected: "\(what) (\(count) bytes)", found: "\(remaining) bytes to the end of the file")
        }
    }

    mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
        _: T.Type, _ what: String, key: String?
    ) throws(TensorFileError) -> T {
        try require(MemoryLayout<T>.size, what, key: key)
        defer { position += MemoryLayout<T>.size }
        return T(littleEndian: storage.bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }

    /// Reads a count of things that take at least `minimumSize` bytes each, so it is bounded by the file's size.
    mutating func count(of what: String, minimumSize: Int, key: String?) throws(TensorFileError) -> Int {
        let start = position
        let raw = try integer(UInt64.self, "the number of \(what)", key: key)
        guard let count = Int(exactly: raw), count <= remaining / minimumSize else {
            throw .malformed(
                at: FileLocation(path: path, key: key, offset: start),
                expected: "at most \(remaining / minimumSize) \(what) in the rest of the file", found: "\(raw)")
        }
        return count
    }

    mutating func string(_ what: String, key: String?) throws(TensorFileError) -> GGUFString {
        let length = try count(of: "bytes of \(what)", minimumSize: 1, key: key)
        defer { position += length }
        return GGUFString(storage: storage, offset: position, count: length)
    }

    /// Reads a key or a tensor name: short and valid UTF-8.
    mutating func name(_ what: String) throws(TensorFileError) -> String {
        let start = position
        let raw = try string(what, key: nil)
        guard raw.count <= Self.maximumNameLength else {
            throw .malformed(
                at: FileLocation(path: path, offset: start),
                expected: "\(what) of at most \(Self.maximumNameLength) bytes", found: "\(raw.count) bytes")
        }
        guard let text = raw.text else {
            throw .malformed(
                at: FileLocation(path: path, offset: start), expected: "\(what) in UTF-8", found: "other bytes")
        }
        return text
    }

    mutating func valueType(key: String) throws(TensorFileError) -> GGUFValueType {
        let start = position
        let raw = try integer(UInt32.self, "a value type", key: key)
        guard let type = GGUFValueType(rawValue: raw) else {
            throw .malformed(
                at: FileLocation(path: path, key: key, offset: start), expected: "a value type of 0...12",
                found: "\(raw)")
        }
        return type
    }

    mutating func value(of type: GGUFValueType, key: String, depth: Int) throws(TensorFileError) -> GGUFValue {
        switch type {
        case .uint8: return .uint8(try integer(UInt8.self, "a value", key: key))
        case .int8: return .int8(try integer(Int8.self, "a value", key: key))
        case .uint16: return .uint16(try integer(UInt16.self, "a value", key: key))
        case .int16: return .int16(try integer(Int16.self, "a value", key: key))
        case .uint32: return .uint32(try integer(UInt32.self, "a value", key: key))
        case .int32: return .int32(try integer(Int32.self, "a value", key: key))
        case .uint64: return .uint64(try integer(UInt64.self, "a value", key: key))
        case .int64: return .int64(try integer(Int64.self, "a value", key: key))
        case .float32: return .float32(Float(bitPattern: try integer(UInt32.self, "a value", key: key)))
        case .float64: return .float64(Double(bitPattern: try integer(UInt64.self, "a value", key: key)))
        case .string: return .string(try string("the value", key: key))
        case .bool:
            let raw = try integer(UInt8.self, "a value", key: key)
            guard raw <= 1 else { throw malformed(key, expected: "a Boolean of 0 or 1", found: "\(raw)") }
            return .bool(raw == 1)
        case .array:
            return .array(try array(key: key, depth: depth))
        }
    }

    private mutating func array(key: String, depth: Int) throws(TensorFileError) -> GGUFArray {
        guard depth < Self.maximumDepth else {
            throw malformed(key, expected: "arrays nested at most \(Self.maximumDepth) deep", found: "a deeper array")
        }
        let type = try valueType(key: key)
        let count = try count(of: "array elements", minimumSize: type.minimumSize, key: key)
        let start = position
        if let size = type.fixedSize {
            if type == .bool { try checkBooleans(count, key: key) }
            position += count * size
        } else {
            for _ in 0..<count { _ = try value(of: type, key: key, depth: depth + 1) }
        }
        return GGUFArray(elementType: type, count: count, storage: storage, range: start..<position)
    }

    private func checkBooleans(_ count: Int, key: String) throws(TensorFileError) {
        for byte in storage.bytes[position..<(position + count)] where byte > 1 {
            throw malformed(key, expected: "Booleans of 0 or 1", found: "\(byte)")
        }
    }
}
