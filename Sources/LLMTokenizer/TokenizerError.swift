/// Why a tokenizer could not be made from a file.
public enum TokenizerError: Error, Sendable, Equatable {
    /// The file cannot be read, or is not what its name says.
    case unreadable(path: String, reason: String)
    /// The file names a part this library does not have.
    case unsupported(source: String, key: String, value: String)
    /// A key that has to be there is not.
    case missing(source: String, key: String)
    /// A value is not what its key requires.
    case invalid(source: String, key: String, reason: String)
    /// A split pattern is not a regular expression we can run.
    case invalidPattern(pattern: String, offset: Int, reason: String)
    /// An option of a trainer cannot be what it is.
    case invalidOption(name: String, reason: String)
}

extension TokenizerError: CustomStringConvertible {
    /// What to tell the user.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .unsupported(let source, let key, let value): "\(source): \(key) is \"\(value)\", which is not supported"
        case .missing(let source, let key): "\(source): \(key) is missing"
        case .invalid(let source, let key, let reason): "\(source): \(key): \(reason)"
        case .invalidPattern(let pattern, let offset, let reason):
            "pattern \"\(pattern)\", at byte \(offset): \(reason)"
        case .invalidOption(let name, let reason): "\(name): \(reason)"
        }
    }
}
