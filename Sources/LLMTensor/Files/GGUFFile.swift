/// A GGUF model file, opened: its metadata parsed, its tensors views of the mapped file.
///
/// Reads versions 2 and 3 in little-endian order. Every count, length and offset is checked against the file before it
/// is used, so a damaged file is an error and never a trap; strings and arrays stay in the mapped file. Immutable, for
/// use from any thread. Source: the GGUF specification (ggml-org/ggml, docs/gguf.md).
public final class GGUFFile: Sendable {
    /// The file as the caller named it.
    public let path: String
    /// Version of the format: 2 or 3.
    public let version: Int
    /// Alignment of tensor data in bytes; 32 unless the file says otherwise.
    public let alignment: Int
    /// All metadata by key.
    public let metadata: [String: GGUFValue]
    /// Metadata keys in file order.
    public let keys: [String]
    /// What the file says about each tensor, in file order.
    public let tensors: [GGUFTensorInfo]
    /// All bytes of the file.
    public let storage: TensorStorage

    private let indexes: [String: Int]

    /// Opens and checks a file.
    ///
    /// - Throws: ``TensorFileError`` naming the file, the key or tensor, the byte offset, and what was expected.
    public convenience init(path: String) throws(TensorFileError) {
        let file = try MappedFile(path: path)
        try self.init(storage: TensorStorage(mapping: file), path: path)
    }

    /// Reads a GGUF file that is in memory already; `path` is its name in errors.
    public init(storage: TensorStorage, path: String) throws(TensorFileError) {
        var cursor = GGUFCursor(storage: storage, path: path, position: 0, end: storage.bytes.count)
        let header = try GGUFHeader(&cursor)
        let (keys, metadata) = try Self.readMetadata(&cursor, count: header.metadataCount)
        let alignment = try Self.alignment(in: metadata, path: path)
        let directory = try GGUFTensorDirectory(&cursor, count: header.tensorCount, alignment: alignment)
        self.path = path
        self.storage = storage
        version = header.version
        self.alignment = alignment
        self.metadata = metadata
        self.keys = keys
        tensors = directory.tensors
        indexes = directory.indexes
    }

    private static func readMetadata(
        _ cursor: inout GGUFCursor, count: Int
    ) throws(TensorFileError) -> (keys: [String], metadata: [String: GGUFValue]) {
        var keys: [String] = []
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<count {
            let start = cursor.position
            let key = try cursor.name("a metadata key")
            let type = try cursor.valueType(key: key)
            let value = try cursor.value(of: type, key: key, depth: 0)
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw .malformed(
                    at: FileLocation(path: cursor.path, key: key, offset: start), expected: "every key once",
                    found: "the key a second time")
            }
            keys.append(key)
        }
        return (keys, metadata)
    }

    private static func alignment(in metadata: [String: GGUFValue], path: String) throws(TensorFileError) -> Int {
        guard let value = metadata["general.alignment"] else { return GGUFWriter.defaultAlignment }
        guard case .uint32(let alignment) = value, alignment > 0, alignment & (alignment - 1) == 0 else {
            throw .malformed(
                at: FileLocation(path: path, key: "general.alignment"), expected: "a power of two of type uint32",
                found: "\(value)")
        }
        return Int(alignment)
    }
}

extension GGUFFile {
    /// Tensor names in file order.
    public var tensorNames: [String] { tensors.map(\.name) }

    /// Whether the file holds a tensor of this name.
    public func hasTensor(_ name: String) -> Bool { indexes[name] != nil }

    /// What the file says about a tensor; nil if it has none of this name.
    public func tensorInfo(named name: String) -> GGUFTensorInfo? { indexes[name].map { tensors[$0] } }

    /// A view of a tensor in the mapped file; copies nothing.
    ///
    /// - Throws: ``TensorFileError/noSuchTensor(path:name:)``.
    public func tensor(named name: String) throws(TensorFileError) -> Tensor {
        guard let info = tensorInfo(named: name) else { throw .noSuchTensor(path: path, name: name) }
        do {
            return try Tensor(
                shape: info.shape, elementType: info.elementType, storage: storage, byteOffset: info.offset)
        } catch {
            throw .tensor(at: FileLocation(path: path, key: name, offset: info.offset), error: error)
        }
    }

    /// The part this file is of a split model; nil for a model in one file.
    public var split: GGUFSplit? {
        guard let index = metadata["split.no"]?.integer, let count = metadata["split.count"]?.integer, count > 1 else {
            return nil
        }
        return GGUFSplit(index: index, count: count, tensorCount: metadata["split.tensors.count"]?.integer)
    }
}
