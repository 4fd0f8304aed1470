/// A safetensors file, opened: its header parsed and checked, its tensors views of the mapped file.
///
/// Immutable, for use from any thread. Source: the format description of huggingface/safetensors; as there, tensors must
/// fill the data without holes or overlap.
public final class SafetensorsFile: Sendable {
    /// The file as the caller named it.
    public let path: String
    /// The `__metadata__` of the file.
    public let metadata: [String: String]
    /// What the file says about each tensor, in the order of their data.
    public let tensors: [SafetensorsInfo]
    /// All bytes of the file.
    public let storage: TensorStorage

    private let indexes: [String: Int]

    /// Largest header the reference implementation reads, in bytes.
    static let maximumHeaderSize = 100_000_000

    /// Opens and checks a file.
    ///
    /// - Throws: ``TensorFileError`` naming the file, the tensor, the byte offset, and what was expected.
    public convenience init(path: String) throws(TensorFileError) {
        let file = try MappedFile(path: path)
        try self.init(storage: TensorStorage(mapping: file), path: path)
    }

    /// Reads a safetensors file that is in memory already; `path` is its name in errors.
    public init(storage: TensorStorage, path: String) throws(TensorFileError) {
        let header = try SafetensorsHeader(storage.bytes, path: path)
        self.path = path
        self.storage = storage
        metadata = header.metadata
        tensors = header.tensors
        indexes = header.indexes
    }
}

extension SafetensorsFile {
    /// Tensor names in the order of their data.
    public var tensorNames: [String] { tensors.map(\.name) }

    /// Whether the file holds a tensor of this name.
    public func hasTensor(_ name: String) -> Bool { indexes[name] != nil }

    /// What the file says about a tensor; nil if it has none of this name.
    public func tensorInfo(named name: String) -> SafetensorsInfo? { indexes[name].map { tensors[$0] } }

    /// A view of a tensor in the mapped file; copies nothing.
    ///
    /// - Throws: ``TensorFileError/noSuchTensor(path:name:)``, or ``TensorFileError/unsupported(at:reason:)`` naming an
    ///   element type this library does not have.
    public func tensor(named name: String) throws(TensorFileError) -> Tensor {
        guard let info = tensorInfo(named: name) else { throw .noSuchTensor(path: path, name: name) }
        let location = FileLocation(path: path, key: name, offset: info.offset)
        guard let type = info.elementType else {
            throw .unsupported(at: location, reason: "elements of type \(info.typeName) are not supported")
        }
        do {
            return try Tensor(shape: info.shape, elementType: type, storage: storage, byteOffset: info.offset)
        } catch {
            throw .tensor(at: location, error: error)
        }
    }
}
