/// What goes wrong while documents are read, prepared and stored.
public enum DataError: Error, Sendable, Hashable {
    /// There is no such file or folder.
    case notFound(path: String)
    /// A call of the operating system failed with this `errno`.
    case system(operation: String, path: String, code: Int32)
    /// The file is not what it should be; `offset` in bytes when it is known.
    case malformed(path: String, offset: Int?, reason: String)
    /// A query of a database cannot be run; `position` in bytes of the query, where it is known.
    case query(path: String, position: Int?, column: String?, reason: String)
    /// A setting has a value that makes no sense.
    case invalidConfiguration(setting: String, reason: String)
    /// A text is larger than a stage can take.
    case tooLarge(what: String, count: Int, limit: Int)
    /// A word or sentence splitter has nothing for this text.
    case unknownText(splitter: String, beginning: String)
    /// Data written by another version or with another configuration.
    case incompatible(what: String, expected: String, found: String)
}

extension DataError: CustomStringConvertible {
    /// A sentence that names the place and what was expected.
    public var description: String {
        switch self {
        case .notFound(let path): "\(path): no such file or folder"
        case .system(let operation, let path, let code): "\(path): cannot \(operation) (errno \(code))"
        case .malformed(let path, let offset, let reason):
            "\(path)\(offset.map { ", byte \($0)" } ?? ""): \(reason)"
        case .query(let path, let position, let column, let reason):
            "\(path)\(position.map { ", byte \($0) of the query" } ?? "")\(column.map { ", column \"\($0)\"" } ?? ""): \(reason)"
        case .invalidConfiguration(let setting, let reason): "setting \(setting): \(reason)"
        case .tooLarge(let what, let count, let limit): "\(what) has \(count) bytes, at most \(limit) are possible"
        case .unknownText(let splitter, let beginning):
            "\(splitter) was given nothing for the text that begins with \"\(beginning)\""
        case .incompatible(let what, let expected, let found): "\(what): expected \(expected), found \(found)"
        }
    }
}
