/// An array of a GGUF file; its elements stay in the mapped file and are read when asked for.
public struct GGUFArray: Sendable {
    /// Type of every element.
    public let elementType: GGUFValueType
    /// Number of elements.
    public let count: Int
    let storage: TensorStorage
    /// Where the elements lie in `storage`, in the encoding of GGUF version 2 and 3.
    let range: Range<Int>

    init(elementType: GGUFValueType, count: Int, storage: TensorStorage, range: Range<Int>) {
        self.elementType = elementType
        self.count = count
        self.storage = storage
        self.range = range
    }

    /// Calls `body` with the encoded elements, as they stand in the file.
    func withEncodedBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) {
            try body(UnsafeRawBufferPointer(rebasing: storage.bytes[range]))
        }
    }

    /// Calls `body` with the index and the raw bytes of every string, in order; nothing is copied. Does nothing for an
    /// array of another type. The pointer is valid during the call.
    public func withStringBytes<E: Error>(_ body: (Int, UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
        guard elementType == .string else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[range])
        var position = 0
        for index in 0..<count {
            // Lengths were checked against the file when it was opened.
            let length = Int(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            position += 8
            try body(index, UnsafeRawBufferPointer(rebasing: bytes[position..<(position + length)]))
            position += length
        }
        withExtendedLifetime(storage) {}
    }

    /// A copy of every string; ill-formed UTF-8 is repaired with U+FFFD. Empty for an array of another type.
    public func strings() -> [String] {
        var result: [String] = []
        if elementType == .string { result.reserveCapacity(count) }
        withStringBytes { _, bytes in result.append(String(decoding: bytes, as: UTF8.self)) }
        return result
    }

    /// The elements as integers; nil unless the element type is an integer type and every element fits in `Int`.
    public func integers() -> [Int]? {
        switch elementType {
        case .uint8: load(UInt8.self).map(Int.init)
        case .int8: load(Int8.self).map(Int.init)
        case .uint16: load(UInt16.self).map(Int.init)
        case .int16: load(Int16.self).map(Int.init)
        case .uint32: load(UInt32.self).map(Int.init)
        case .int32: load(Int32.self).map(Int.init)
        case .int64: load(Int64.self).map(Int.init)
        case .uint64: exactIntegers()
        case .float32, .float64, .bool, .string, .array: nil
        }
    }

    /// The elements as `Float`; nil unless the element type is a floating-point type.
    public func floats() -> [Float]? {
        switch elementType {
        case .float32: load(UInt32.self).map { Float(bitPattern: $0) }
        case .float64: load(UInt64.self).map { Float(Double(bitPattern: $0)) }
        default: nil
        }
    }

    /// The elements as `Double`; nil unless the element type is a floating-point type.
    public func doubles() -> [Double]? {
        switch elementType {
        case .float32: load(UInt32.self).map { Double(Float(bitPattern: $0)) }
        case .float64: load(UInt64.self).map { Double(bitPattern: $0) }
        default: nil
        }
    }

    /// The elements as Booleans; nil for an array of another type.
    public func booleans() -> [Bool]? {
        elementType == .bool ? load(UInt8.self).map { $0 != 0 } : nil
    }

    private func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) -> [T] {
        withEncodedBytes { bytes in
            [T](unsafeUninitializedCapacity: count) { buffer, initialized in
                for index in 0..<count {
                    let raw = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
                    buffer.initializeElement(at: index, to: T(littleEndian: raw))
                }
                initialized = count
            }
        }
    }

    private func exactIntegers() -> [Int]? {
        var result: [Int] = []
        for value in load(UInt64.self) {
            guard let integer = Int(exactly: value) else { return nil }
            result.append(integer)
        }
        return result
    }
}
