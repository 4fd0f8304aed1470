/// What can go wrong with n-gram models.
public enum NGramError: Error, Sendable, Equatable {
    /// An option lies outside its range.
    case invalidOption(name: String, value: String, expected: String)
    /// Counts of another order or vocabulary cannot be taken in.
    case mismatch(what: String, expected: String, found: String)
    /// There is nothing to learn from.
    case noText
    /// More n-grams than a model can number.
    case tooLarge(order: Int)
    /// A file is not what it should be.
    case malformed(path: String, line: Int?, expected: String, found: String)
}

extension NGramError: CustomStringConvertible {
    /// A message a user can act on.
    public var description: String {
        switch self {
        case .invalidOption(let name, let value, let expected): "\(name) is \(value), expected \(expected)"
        case .mismatch(let what, let expected, let found): "\(what) is \(found), expected \(expected)"
        case .noText: "there is no text to learn an n-gram model from"
        case .tooLarge(let order): "there are more than 2^31 different n-grams of order \(order)"
        case .malformed(let path, let line, let expected, let found):
            "\(path)\(line.map { ":\($0)" } ?? ""): expected \(expected), found \(found)"
        }
    }
}
