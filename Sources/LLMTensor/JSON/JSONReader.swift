/// Reads a JSON document front to back without building a tree.
///
/// The caller drives: `beginObject()`, then `nextKey()` until nil with one value read or skipped after each key; or
/// `beginArray()`, then `nextElement()` until false with one value each. Strings are handed out as they lie in the
/// document, so nothing is allocated per token. Everything read or skipped is checked: RFC 8259 grammar, UTF-8,
/// escapes, nesting depth. The bytes must outlive the reader. One owner at a time.
///
/// ```swift
/// try reader.beginObject()
/// while let key = try reader.nextKey() {
///     switch key {
///     case "version": version = try reader.readString().string
///     default: try reader.skipValue()
///     }
/// }
/// try reader.finish()
/// ```
public struct JSONReader {
    /// Deepest nesting that is read.
    public static let maximumDepth = 512

    /// What stands at the reader's position.
    public enum ValueKind: Sendable, Hashable {
        case object, array, string, number, bool, null
    }

    /// Name of the document in errors.
    public let source: String
    /// Bytes read so far.
    public internal(set) var offset = 0
    /// How many arrays and objects are open.
    public internal(set) var depth = 0

    let bytes: UnsafeRawBufferPointer
    /// Whether the container just opened has had no element yet.
    var isFirst = false

    /// Makes a reader at the start of `bytes`; a byte order mark is skipped.
    public init(bytes: UnsafeRawBufferPointer, source: String = "JSON") {
        self.bytes = bytes
        self.source = source
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { offset = 3 }
    }

    /// The kind of the next value; reads nothing but white space.
    ///
    /// - Throws: ``JSONError`` if no value starts here.
    public mutating func peekKind() throws(JSONError) -> ValueKind {
        switch try peek("a value") {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw unexpected("a value")
        }
    }

    /// Enters an object.
    public mutating func beginObject() throws(JSONError) { try open(UInt8(ascii: "{"), "an object") }

    /// Enters an array.
    public mutating func beginArray() throws(JSONError) { try open(UInt8(ascii: "["), "an array") }

    /// The next key of the object, or nil at its end, which is then left.
    public mutating func nextKey() throws(JSONError) -> JSONText? {
        if try !advance(closing: UInt8(ascii: "}"), "',' or '}'") { return nil }
        let key = try readString("a key")
        guard try peek("':'") == UInt8(ascii: ":") else { throw unexpected("':'") }
        offset += 1
        return key
    }

    /// Whether the array has another element; if not, the array is left.
    public mutating func nextElement() throws(JSONError) -> Bool {
        try advance(closing: UInt8(ascii: "]"), "',' or ']'")
    }

    /// Reads a string.
    public mutating func readString() throws(JSONError) -> JSONText { try readString("a string") }

    /// Reads `true` or `false`.
    public mutating func readBool() throws(JSONError) -> Bool {
        switch try peek("true or false") {
        case UInt8(ascii: "t"):
            try literal("true")
            return true
        case UInt8(ascii: "f"):
            try literal("false")
            return false
        default:
            throw unexpected("true or false")
        }
    }

    /// Reads `null` if it is next; otherwise reads nothing and returns false.
    public mutating func readNullIfPresent() throws(JSONError) -> Bool {
        guard try peek("a value") == UInt8(ascii: "n") else { return false }
        try literal("null")
        return true
    }

    /// Checks that nothing but white space follows.
    public mutating func finish() throws(JSONError) {
        skipWhiteSpace()
        guard offset == bytes.count else { throw unexpected("the end of the document") }
    }
}

extension JSONReader {
    @inline(__always)
    mutating func skipWhiteSpace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// The next byte that is not white space; it is not consumed.
    @inline(__always)
    mutating func peek(_ expected: @autoclosure () -> String) throws(JSONError) -> UInt8 {
        skipWhiteSpace()
        guard offset < bytes.count else { throw unexpected(expected()) }
        return bytes[offset]
    }

    private mutating func open(_ bracket: UInt8, _ expected: @autoclosure () -> String) throws(JSONError) {
        guard try peek(expected()) == bracket else { throw unexpected(expected()) }
        guard depth < Self.maximumDepth else {
            throw error(.depth, expected: "at most \(Self.maximumDepth) nested values", found: "a deeper one")
        }
        depth += 1
        offset += 1
        isFirst = true
    }

    /// Moves over a comma to the next element, or over the closing bracket; returns whether there is an element.
    @inline(__always)
    mutating func advance(closing bracket: UInt8, _ expected: @autoclosure () -> String) throws(JSONError) -> Bool {
        let byte = try peek(expected())
        if byte == bracket, depth > 0 {
            offset += 1
            depth -= 1
            isFirst = false
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard byte == UInt8(ascii: ",") else { throw unexpected(expected()) }
        offset += 1
        return true
    }

    mutating func literal(_ text: StaticString) throws(JSONError) {
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes.count - offset >= expected.count,
            bytes[offset..<(offset + expected.count)].elementsEqual(expected)
        else { throw unexpected("\(text)") }
        offset += expected.count
    }

    /// An error at the current offset about the byte there.
    func unexpected(_ expected: String) -> JSONError {
        let found: String
        if offset >= bytes.count {
            found = "the end of the document"
        } else if (0x21..<0x7F).contains(bytes[offset]) {
            found = "'\(Unicode.Scalar(bytes[offset]))'"
        } else {
            found = "byte 0x" + String(bytes[offset], radix: 16)
        }
        return error(.syntax, expected: expected, found: found)
    }

    /// An error at `position`, with the path of the value there; only errors pay for finding it.
    func error(_ kind: JSONError.Kind, at position: Int? = nil, expected: String, found: String) -> JSONError {
        let place = position ?? offset
        return JSONError(
            kind: kind, source: source, path: JSONPath.path(in: bytes, upTo: place), offset: place,
            expected: expected, found: found)
    }
}
