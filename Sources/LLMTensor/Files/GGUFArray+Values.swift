extension GGUFArray {
    /// Makes an array of strings.
    public init(_ strings: [String]) {
        self.init(strings: strings.map { [UInt8]($0.utf8) })
    }

    /// Makes an array of strings from their bytes.
    public init(strings: [[UInt8]]) {
        var encoded: [UInt8] = []
        for string in strings {
            encoded.appendLittleEndian(UInt64(string.count))
            encoded.append(contentsOf: string)
        }
        self.init(elementType: .string, count: strings.count, encoded: encoded)
    }

    /// Makes an array of 32-bit integers.
    public init(_ integers: [Int32]) {
        var encoded: [UInt8] = []
        for value in integers { encoded.appendLittleEndian(value) }
        self.init(elementType: .int32, count: integers.count, encoded: encoded)
    }

    /// Makes an array of 32-bit floating-point numbers.
    public init(_ floats: [Float]) {
        var encoded: [UInt8] = []
        for value in floats { encoded.appendLittleEndian(value.bitPattern) }
        self.init(elementType: .float32, count: floats.count, encoded: encoded)
    }

    /// Makes an array of Booleans.
    public init(_ booleans: [Bool]) {
        self.init(elementType: .bool, count: booleans.count, encoded: booleans.map { $0 ? 1 : 0 })
    }

    /// Makes an array of any element type from single values.
    ///
    /// - Returns: nil unless every value is of `elementType`.
    public init?(elementType: GGUFValueType, values: [GGUFValue]) {
        var encoded: [UInt8] = []
        for value in values {
            guard value.type == elementType else { return nil }
            value.encode(into: &encoded)
        }
        self.init(elementType: elementType, count: values.count, encoded: encoded)
    }

    init(elementType: GGUFValueType, count: Int, encoded: [UInt8]) {
        self.init(
            elementType: elementType, count: count, storage: .ownedCopy(encoded), range: 0..<encoded.count)
    }

    /// Every element as a value of its own; for nested arrays and small arrays of mixed use.
    public func values() -> [GGUFValue] {
        // The bytes were checked when the file was opened, so reading them again cannot fail.
        var cursor = GGUFCursor(storage: storage, path: "", position: range.lowerBound, end: range.upperBound)
        var result: [GGUFValue] = []
        for _ in 0..<count {
            guard let value = try? cursor.value(of: elementType, key: "", depth: 0) else { return result }
            result.append(value)
        }
        return result
    }
}

extension [UInt8] {
    mutating func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
