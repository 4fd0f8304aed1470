/// A value of a document together with its path, for reading configurations with errors that say where.
///
/// ```swift
/// let hiddenSize = try JSONNode(document, source: path)["text_config"]["hidden_size"].integer()
/// ```
public struct JSONNode: Sendable {
    /// The value; nil if the document has none at this path.
    public let value: JSONValue?
    /// Where in the document: `$.model.vocab[3]`.
    public let path: String
    /// Name of the document in errors.
    public let source: String

    /// Makes the node of a whole document.
    public init(_ value: JSONValue, source: String) {
        self.init(value: value, path: "$", source: source)
    }

    private init(value: JSONValue?, path: String, source: String) {
        self.value = value
        self.path = path
        self.source = source
    }

    /// The member of an object.
    public subscript(key: String) -> JSONNode {
        JSONNode(value: value?[key], path: "\(path).\(key)", source: source)
    }

    /// The element of an array.
    public subscript(index: Int) -> JSONNode {
        JSONNode(value: value?[index], path: "\(path)[\(index)]", source: source)
    }

    /// Whether there is a value other than `null`.
    public var exists: Bool { value.map { !$0.isNull } ?? false }

    /// The node itself if there is a value other than `null`, for optional settings: `try node["x"].ifPresent?.integer()`.
    public var ifPresent: JSONNode? { exists ? self : nil }

    /// The string here, or a ``JSONError``.
    public func string() throws(JSONError) -> String { try required("a string") { $0.stringValue } }

    /// The integer here, or a ``JSONError``.
    public func integer() throws(JSONError) -> Int { try required("an integer") { $0.integerValue } }

    /// The number here, or a ``JSONError``.
    public func double() throws(JSONError) -> Double { try required("a number") { $0.doubleValue } }

    /// The Boolean here, or a ``JSONError``.
    public func bool() throws(JSONError) -> Bool { try required("a Boolean") { $0.boolValue } }

    /// The object here, or a ``JSONError``.
    public func object() throws(JSONError) -> JSONObject { try required("an object") { $0.objectValue } }

    /// The elements of the array here, or a ``JSONError``.
    public func elements() throws(JSONError) -> [JSONNode] {
        let elements = try required("an array") { $0.arrayValue }
        return elements.enumerated().map { index, value in
            JSONNode(value: value, path: "\(path)[\(index)]", source: source)
        }
    }

    /// An error about the value here, for checks of the caller's own.
    public func error(expected: String) -> JSONError {
        JSONError(
            kind: value == nil ? .missing : .type, source: source, path: path, offset: nil, expected: expected,
            found: value?.kindDescription ?? "nothing")
    }

    private func required<T>(_ expected: String, _ read: (JSONValue) -> T?) throws(JSONError) -> T {
        guard let result = value.flatMap(read) else { throw error(expected: expected) }
        return result
    }
}
