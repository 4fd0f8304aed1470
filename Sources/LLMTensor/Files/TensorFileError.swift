/// Where in a file something was found.
public struct FileLocation: Sendable, Hashable {
    /// The file, as it was named by the caller.
    public let path: String
    /// The metadata key or tensor name being read, if any.
    public let key: String?
    /// Bytes from the start of the file, if known.
    public let offset: Int?

    /// Makes a location.
    public init(path: String, key: String? = nil, offset: Int? = nil) {
        self.path = path
        self.key = key
        self.offset = offset
    }
}

/// What can go wrong with reading or writing model files.
public enum TensorFileError: Error, Sendable, Hashable {
    /// The file or directory does not exist.
    case notFound(path: String)
    /// A system call failed; `code` is its `errno`.
    case system(operation: String, path: String, code: Int32)
    /// The file does not follow its format.
    case malformed(at: FileLocation, expected: String, found: String)
    /// The file may be right but uses something this library does not read.
    case unsupported(at: FileLocation, reason: String)
    /// The file has no tensor with this name.
    case noSuchTensor(path: String, name: String)
    /// A tensor's shape, type or extent is wrong.
    case tensor(at: FileLocation, error: TensorError)
    /// What the caller asks to write cannot be expressed in the format.
    case cannotWrite(path: String, reason: String)
}

extension TensorFileError: CustomStringConvertible {
    /// A sentence naming the file, the key, the offset, and what was expected.
    public var description: String {
        switch self {
        case .notFound(let path):
            "\(path): no such file or directory"
        case .system(let operation, let path, let code):
            "\(path): cannot \(operation): \(SystemCall.message(code))"
        case .malformed(let location, let expected, let found):
            "\(location): expected \(expected), found \(found)"
        case .unsupported(let location, let reason):
            "\(location): \(reason)"
        case .noSuchTensor(let path, let name):
            "\(path): no tensor named '\(name)'"
        case .tensor(let location, let error):
            "\(location): \(error)"
        case .cannotWrite(let path, let reason):
            "\(path): cannot write: \(reason)"
        }
    }
}

extension FileLocation: CustomStringConvertible {
    /// `path: 'key' at byte n`.
    public var description: String {
        var text = path
        if let key { text += ": '\(key)'" }
        if let offset { text += " at byte \(offset)" }
        return text
    }
}
