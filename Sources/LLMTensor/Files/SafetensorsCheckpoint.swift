/// The weights of a model directory: one safetensors file, or the shards that an index file lists.
///
/// Immutable, for use from any thread.
public final class SafetensorsCheckpoint: Sendable {
    /// Name of the file of an unsharded checkpoint.
    public static let singleFileName = "model.safetensors"
    /// Name of the index of a sharded one.
    public static let indexFileName = "model.safetensors.index.json"

    /// The directory, or the single file, as the caller named it.
    public let path: String
    /// Tensor names: of one file in the order of their data, of shards in the order of the index.
    public let tensorNames: [String]
    /// The opened files.
    public let files: [SafetensorsFile]

    private let fileIndexes: [String: Int]

    /// Opens `model.safetensors`, or every shard that `model.safetensors.index.json` names. `directory` may also be the
    /// path of one safetensors file.
    ///
    /// - Throws: ``TensorFileError``: a missing shard, a shard outside the directory, a tensor that its shard lacks.
    public init(directory: String) throws(TensorFileError) {
        path = directory
        guard let kind = SystemCall.kind(of: directory) else { throw .notFound(path: directory) }
        let single = kind == .directory ? directory + "/" + Self.singleFileName : directory
        let index = directory + "/" + Self.indexFileName
        if kind == .directory, SystemCall.kind(of: single) == nil, SystemCall.kind(of: index) != nil {
            let shards = try SafetensorsIndex(path: index)
            var files: [SafetensorsFile] = []
            for name in shards.fileNames { files.append(try SafetensorsFile(path: directory + "/" + name)) }
            for (tensor, file) in zip(shards.tensorNames, shards.tensorFiles) where !files[file].hasTensor(tensor) {
                throw .malformed(
                    at: FileLocation(path: index, key: tensor), expected: "the tensor in \(shards.fileNames[file])",
                    found: "none of this name there")
            }
            self.files = files
            tensorNames = shards.tensorNames
            fileIndexes = Dictionary(zip(shards.tensorNames, shards.tensorFiles)) { first, _ in first }
        } else {
            let file = try SafetensorsFile(path: single)
            files = [file]
            tensorNames = file.tensorNames
            fileIndexes = [:]
        }
    }

    private func file(of name: String) -> SafetensorsFile? {
        files.count == 1 && fileIndexes.isEmpty ? files[0] : fileIndexes[name].map { files[$0] }
    }

    /// The `__metadata__` of the first file.
    public var metadata: [String: String] { files.first?.metadata ?? [:] }

    /// Whether there is a tensor of this name.
    public func hasTensor(_ name: String) -> Bool { file(of: name)?.hasTensor(name) ?? false }

    /// What the files say about a tensor; nil if there is none of this name.
    public func tensorInfo(named name: String) -> SafetensorsInfo? { file(of: name)?.tensorInfo(named: name) }

    /// A view of a tensor in the mapped file; copies nothing.
    ///
    /// - Throws: ``TensorFileError/noSuchTensor(path:name:)`` or an unsupported element type.
    public func tensor(named name: String) throws(TensorFileError) -> Tensor {
        guard let file = file(of: name) else { throw .noSuchTensor(path: path, name: name) }
        return try file.tensor(named: name)
    }
}

/// The index of a sharded checkpoint: which file holds which tensor.
struct SafetensorsIndex {
    private(set) var tensorNames: [String] = []
    /// For each tensor the number of its file.
    private(set) var tensorFiles: [Int] = []
    private(set) var fileNames: [String] = []

    init(path: String) throws(TensorFileError) {
        let map: JSONObject
        do {
            let file = try MappedFile(path: path)
            let document = try file.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: path) }
            map = try JSONNode(document, source: path)["weight_map"].object()
        } catch let error as JSONError {
            throw .malformed(
                at: FileLocation(path: path, key: error.path, offset: error.offset), expected: error.expected,
                found: error.found)
        } catch let error as TensorFileError {
            throw error
        } catch {
            throw .malformed(at: FileLocation(path: path), expected: "an index", found: "\(error)")
        }
        var numbers: [String: Int] = [:]
        for (tensor, value) in map.members {
            guard let name = value.stringValue, Self.isFileName(name) else {
                throw .malformed(
                    at: FileLocation(path: path, key: tensor),
                    expected: "the name of a .safetensors file in the same directory",
                    found: value.stringValue.map { "'\($0)'" } ?? value.kindDescription)
            }
            let number = numbers[name] ?? fileNames.count
            if number == fileNames.count {
                numbers[name] = number
                fileNames.append(name)
            }
            tensorNames.append(tensor)
            tensorFiles.append(number)
        }
    }

    /// Whether this is a plain name, so that an index cannot reach outside its directory.
    private static func isFileName(_ name: String) -> Bool {
        name.utf8.count > ".safetensors".utf8.count && name.hasSuffix(".safetensors")
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == 0 }
    }
}
