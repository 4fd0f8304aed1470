/// The header of a safetensors file: a length, then a JSON object.
struct SafetensorsHeader {
    private(set) var metadata: [String: String] = [:]
    private(set) var tensors: [SafetensorsInfo] = []
    private(set) var indexes: [String: Int] = [:]

    private let path: String
    private let dataStart: Int
    private let dataCount: Int

    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(TensorFileError) {
        self.path = path
        guard bytes.count >= 8 else {
            throw .malformed(
                at: FileLocation(path: path, offset: 0), expected: "a header length of 8 bytes",
                found: "a file of \(bytes.count) bytes")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        let limit = min(bytes.count - 8, SafetensorsFile.maximumHeaderSize)
        guard length <= UInt64(limit) else {
            throw .malformed(
                at: FileLocation(path: path, offset: 0), expected: "a header of at most \(limit) bytes",
                found: "\(length) bytes")
        }
        dataStart = 8 + Int(length)
        dataCount = bytes.count - dataStart
        guard bytes[8..<dataStart].first == UInt8(ascii: "{") else {
            throw .malformed(
                at: FileLocation(path: path, offset: 8), expected: "a JSON object", found: "something else")
        }
        do {
            try read(JSONReader(bytes: UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart]), source: path))
        } catch let error as TensorFileError {
            throw error
        } catch {
            throw Self.converted(error, path: path)
        }
        try checkLayout()
        for (index, tensor) in tensors.enumerated() { indexes[tensor.name] = index }
    }

    /// A JSON error as an error of the file the JSON stands in.
    private static func converted(_ error: any Error, path: String) -> TensorFileError {
        guard let error = error as? JSONError else {
            return .malformed(at: FileLocation(path: path), expected: "a header", found: "\(error)")
        }
        return .malformed(
            at: FileLocation(path: path, key: error.path, offset: error.offset.map { $0 + 8 }),
            expected: error.expected, found: error.found)
    }

    private mutating func read(_ start: JSONReader) throws {
        var reader = start
        var seen: Set<String> = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let name = key.string
            guard seen.insert(name).inserted else {
                throw TensorFileError.malformed(
                    at: FileLocation(path: path, key: name, offset: reader.offset + 8), expected: "every name once",
                    found: "the name a second time")
            }
            if name == "__metadata__" {
                try readMetadata(&reader)
            } else {
                tensors.append(try readTensor(name, &reader))
            }
        }
        try reader.finish()
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws {
        if try reader.readNullIfPresent() { return }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let name = key.string
            metadata[name] = try reader.readString().string
        }
    }

    private func readTensor(_ name: String, _ reader: inout JSONReader) throws -> SafetensorsInfo {
        let location = FileLocation(path: path, key: name, offset: reader.offset + 8)
        var typeName: String?
        var shape: [Int]?
        var offsets: [Int]?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "dtype": typeName = try reader.readString().string
            case "shape": shape = try readIntegers(&reader, "an extent")
            case "data_offsets": offsets = try readIntegers(&reader, "a data offset")
            default: try reader.skipValue()
            }
        }
        guard let typeName, let shape, let offsets, offsets.count == 2 else {
            throw TensorFileError.malformed(
                at: location, expected: "dtype, shape and two data_offsets", found: "fewer or more")
        }
        guard offsets[0] <= offsets[1], offsets[1] <= dataCount else {
            throw TensorFileError.malformed(
                at: location, expected: "data offsets within the \(dataCount) bytes of data",
                found: "\(offsets[0])..<\(offsets[1])")
        }
        let type = SafetensorsType.elementType(typeName)
        if let type { try checkSize(type, shape, offsets[1] - offsets[0], location) }
        return SafetensorsInfo(
            name: name, shape: shape, typeName: typeName, elementType: type, offset: dataStart + offsets[0],
            byteCount: offsets[1] - offsets[0])
    }

    private func checkSize(
        _ type: ElementType, _ shape: [Int], _ found: Int, _ location: FileLocation
    ) throws(TensorFileError) {
        do {
            let expected = try type.byteCount(shape: shape)
            guard expected == found else {
                throw TensorFileError.malformed(
                    at: location, expected: "\(expected) bytes for shape \(shape) of \(type)", found: "\(found)")
            }
        } catch let error as TensorError {
            throw .tensor(at: location, error: error)
        } catch let error as TensorFileError {
            throw error
        } catch {
            throw .malformed(at: location, expected: "a shape", found: "\(error)")
        }
    }

    private func readIntegers(_ reader: inout JSONReader, _ what: String) throws -> [Int] {
        var result: [Int] = []
        try reader.beginArray()
        while try reader.nextElement() {
            guard let value = Int(exactly: try reader.readInteger()), value >= 0 else {
                throw reader.error(.range, expected: what + " that is not negative", found: "a negative one")
            }
            result.append(value)
        }
        return result
    }

    /// Orders tensors by their data and checks that they fill it without holes and overlap.
    private mutating func checkLayout() throws(TensorFileError) {
        tensors.sort { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }
        var end = dataStart
        for tensor in tensors {
            guard tensor.offset == end else {
                throw .malformed(
                    at: FileLocation(path: path, key: tensor.name, offset: tensor.offset),
                    expected: "data that starts where the data before it ends, at byte \(end)",
                    found: "a hole or an overlap")
            }
            end += tensor.byteCount
        }
        guard end == dataStart + dataCount else {
            throw .malformed(
                at: FileLocation(path: path, offset: end), expected: "the end of the file after the last tensor",
                found: "\(dataStart + dataCount - end) more bytes")
        }
    }
}
