/// What is wrong with a JSON document or with a value in it.
public struct JSONError: Error, Sendable, Hashable {
    /// The kind of problem.
    public enum Kind: Sendable, Hashable {
        /// The text does not follow RFC 8259.
        case syntax
        /// Bytes are not UTF-8, or an escape names half a surrogate pair.
        case encoding
        /// Arrays and objects are nested too deeply.
        case depth
        /// A number does not fit the type asked for.
        case range
        /// A value is of another type than asked for.
        case type
        /// A key or element that must be there is not.
        case missing
    }

    /// The kind of problem.
    public let kind: Kind
    /// The document: a file path, or what the caller named it.
    public let source: String
    /// Where in the document: `$.model.vocab[3]`.
    public let path: String
    /// Bytes from the start of the document, if known.
    public let offset: Int?
    /// What should have been there.
    public let expected: String
    /// What was there.
    public let found: String

    /// Makes an error.
    public init(kind: Kind, source: String, path: String, offset: Int?, expected: String, found: String) {
        self.kind = kind
        self.source = source
        self.path = path
        self.offset = offset
        self.expected = expected
        self.found = found
    }
}

extension JSONError: CustomStringConvertible {
    /// A sentence naming the source, the path, the offset, and what was expected.
    public var description: String {
        let position = offset.map { " at byte \($0)" } ?? ""
        return "\(source): \(path)\(position): expected \(expected), found \(found)"
    }
}
