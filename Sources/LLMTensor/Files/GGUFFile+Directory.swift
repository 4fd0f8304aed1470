/// The fixed start of a GGUF file.
struct GGUFHeader {
    let version: Int
    let tensorCount: Int
    let metadataCount: Int

    static let magic: [UInt8] = Array("GGUF".utf8)

    init(_ cursor: inout GGUFCursor) throws(TensorFileError) {
        let bytes = cursor.storage.bytes
        guard bytes.count >= 4, bytes[..<4].elementsEqual(Self.magic) else {
            throw cursor.malformed(nil, expected: "the letters GGUF", found: Self.describe(bytes.prefix(4)))
        }
        cursor.position = 4
        let raw = try cursor.integer(UInt32.self, "the format version", key: nil)
        if raw != 0, raw & 0xFFFF == 0 {
            throw .unsupported(
                at: FileLocation(path: cursor.path, offset: 4),
                reason: "this GGUF file is big-endian (version \(raw.byteSwapped)); convert it to little-endian first")
        }
        guard raw == 2 || raw == 3 else {
            throw .unsupported(
                at: FileLocation(path: cursor.path, offset: 4),
                reason: "GGUF version \(raw) is not supported; versions 2 and 3 are")
        }
        version = Int(raw)
        // A tensor takes at least its name's length, dimension count, type and offset; a key its length, type and value.
        let tensorCount = try cursor.count(of: "tensors", minimumSize: 24, key: nil)
        let metadataCount = try cursor.count(of: "metadata entries", minimumSize: 13, key: nil)
        self.tensorCount = tensorCount
        self.metadataCount = metadataCount
    }

    private static func describe(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        bytes.isEmpty ? "an empty file" : bytes.map { String($0, radix: 16) }.joined(separator: " ") + " (hexadecimal)"
    }
}

/// The tensor directory of a GGUF file, every tensor checked to lie inside the file.
struct GGUFTensorDirectory {
    private(set) var tensors: [GGUFTensorInfo] = []
    private(set) var indexes: [String: Int] = [:]

    private struct Entry {
        let name: String
        let shape: [Int]
        let elementType: ElementType
        let offset: UInt64
        let byteCount: Int
        let location: FileLocation
    }

    init(_ cursor: inout GGUFCursor, count: Int, alignment: Int) throws(TensorFileError) {
        var entries: [Entry] = []
        for index in 0..<count {
            let entry = try Self.readEntry(&cursor)
            guard indexes.updateValue(index, forKey: entry.name) == nil else {
                throw .malformed(at: entry.location, expected: "every tensor once", found: "the name a second time")
            }
            entries.append(entry)
        }
        guard !entries.isEmpty else { return }
        let (padded, overflow) = cursor.position.addingReportingOverflow(alignment - 1)
        let start = overflow ? Int.max : padded & ~(alignment - 1)
        tensors.reserveCapacity(entries.count)
        for entry in entries {
            tensors.append(try Self.place(entry, dataStart: start, end: cursor.end, alignment: alignment))
        }
    }

    private static func readEntry(_ cursor: inout GGUFCursor) throws(TensorFileError) -> Entry {
        let location = FileLocation(path: cursor.path, offset: cursor.position)
        let name = try cursor.name("a tensor name")
        let dimensions = try cursor.integer(UInt32.self, "the number of dimensions", key: name)
        guard dimensions <= 4 else {
            throw cursor.malformed(name, expected: "at most 4 dimensions", found: "\(dimensions)")
        }
        var shape: [Int] = []
        for _ in 0..<dimensions {
            let raw = try cursor.integer(UInt64.self, "an extent", key: name)
            guard let extent = Int(exactly: raw) else {
                throw cursor.malformed(name, expected: "an extent below 2^63", found: "\(raw)")
            }
            shape.insert(extent, at: 0)
        }
        let identifier = try cursor.integer(UInt32.self, "the element type", key: name)
        guard let type = ElementType(ggufIdentifier: identifier) else {
            throw .unsupported(
                at: FileLocation(path: cursor.path, key: name, offset: cursor.position - 4),
                reason: "tensor '\(name)' has element type \(identifier), which this library does not know")
        }
        let offset = try cursor.integer(UInt64.self, "the data offset", key: name)
        do {
            let byteCount = try type.byteCount(shape: shape)
            return Entry(
                name: name, shape: shape, elementType: type, offset: offset, byteCount: byteCount,
                location: FileLocation(path: cursor.path, key: name, offset: location.offset))
        } catch {
            throw .tensor(at: FileLocation(path: cursor.path, key: name, offset: location.offset), error: error)
        }
    }

    private static func place(
        _ entry: Entry, dataStart: Int, end: Int, alignment: Int
    ) throws(TensorFileError) -> GGUFTensorInfo {
        guard entry.offset % UInt64(alignment) == 0 else {
            throw .malformed(
                at: entry.location, expected: "a data offset that is a multiple of \(alignment)",
                found: "\(entry.offset)")
        }
        let available = max(0, end - dataStart)
        guard let offset = Int(exactly: entry.offset), offset <= available, entry.byteCount <= available - offset else {
            throw .malformed(
                at: entry.location,
                expected: "\(entry.byteCount) bytes at data offset \(entry.offset)",
                found: "\(available) bytes of tensor data in the file")
        }
        return GGUFTensorInfo(
            name: entry.name, shape: entry.shape, elementType: entry.elementType,
            offset: min(dataStart, end) + offset, byteCount: entry.byteCount)
    }
}
