/// A JSON document or a part of one, as a tree.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits in 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Parses a document: RFC 8259, UTF-8, at most ``JSONReader/maximumDepth`` nested values.
    ///
    /// - Parameter source: Name of the document in errors, usually the file path.
    /// - Throws: ``JSONError`` with path and byte offset.
    public static func parse(bytes: UnsafeRawBufferPointer, source: String = "JSON") throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes: bytes, source: source)
        let value = try reader.readValue()
        try reader.finish()
        return value
    }

    /// Parses a document held in an array.
    public static func parse(_ bytes: [UInt8], source: String = "JSON") throws(JSONError) -> JSONValue {
        let result = bytes.withUnsafeBytes { raw -> Result<JSONValue, JSONError> in
            do throws(JSONError) {
                return .success(try parse(bytes: raw, source: source))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Parses a document held in a string.
    public static func parse(_ text: String, source: String = "JSON") throws(JSONError) -> JSONValue {
        try parse([UInt8](text.utf8), source: source)
    }
}

extension JSONValue {
    /// The member of an object; nil if there is none or this is no object.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The element of an array; nil if there is none or this is no array.
    public subscript(index: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The text of a string; nil for other values.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    /// The value of a Boolean; nil for other values.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The value of an integer, also when written `1.0` or `1e3`; nil for other values.
    public var integerValue: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value of any number; nil for other values.
    public var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The elements of an array; nil for other values.
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The members of an object; nil for other values.
    public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// What kind of value this is, in words.
    public var kindDescription: String {
        switch self {
        case .null: "null"
        case .bool: "a Boolean"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: Equatable {
    /// Whether both are the same document: strings by their bytes, objects in any order, `1` and `1.0` different.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let first), .bool(let second)): first == second
        case (.integer(let first), .integer(let second)): first == second
        case (.number(let first), .number(let second)): first == second
        case (.string(let first), .string(let second)): ByteKey(first) == ByteKey(second)
        case (.array(let first), .array(let second)): first == second
        case (.object(let first), .object(let second)): first == second
        default: false
        }
    }
}
