public import LLMTensor

extension ConfigurationNode {
    /// The tree as JSON, with plain scalars read as YAML 1.2's core schema reads them: what a manifest records, and
    /// what tells two configurations apart whatever their layout and comments.
    public var jsonValue: JSONValue {
        switch content {
        case .null: return .null
        case .scalar(let text, isQuoted: true): return .string(text)
        case .scalar(let text, isQuoted: false): return Self.resolved(text)
        case .list(let elements): return .array(elements.map(\.jsonValue))
        case .mapping(let members):
            var object = JSONObject()
            for member in members { object[member.key] = member.value.jsonValue }
            return .object(object)
        }
    }

    private static func resolved(_ text: String) -> JSONValue {
        switch text {
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        if !text.utf8.contains(UInt8(ascii: ".")), let value = integer(text) { return .integer(Int64(value)) }
        if let value = double(text), value.isFinite { return .number(value) }
        return .string(text)
    }

    /// Makes a tree of a JSON document.
    static func parseJSON(_ bytes: UnsafeRawBufferPointer, source: String) throws(ConfigurationError)
        -> ConfigurationNode
    {
        var reader = JSONReader(bytes: bytes, source: source)
        do throws(JSONError) {
            let node = try read(&reader, bytes, source: source, path: "")
            try reader.finish()
            return node
        } catch {
            throw ConfigurationError(
                error.kind == .depth ? .limit : .syntax, source: source,
                position: error.offset.map { position(of: $0, in: bytes) }, expected: error.expected,
                found: error.found)
        }
    }

    private static func read(
        _ reader: inout JSONReader, _ bytes: UnsafeRawBufferPointer, source: String, path: String
    ) throws(JSONError) -> ConfigurationNode {
        let kind = try reader.peekKind()
        let start = reader.offset
        var node = ConfigurationNode(
            content: .null, source: source, position: position(of: start, in: bytes), path: path)
        switch kind {
        case .null:
            _ = try reader.readNullIfPresent()
        case .bool:
            node.content = .scalar(try reader.readBool() ? "true" : "false", isQuoted: false)
        case .number:
            try reader.skipValue()
            node.content = .scalar(String(decoding: bytes[start..<reader.offset], as: UTF8.self), isQuoted: false)
        case .string:
            node.content = .scalar(try reader.readString().string, isQuoted: true)
        case .array:
            var elements: [ConfigurationNode] = []
            try beginNested(&reader) { (reader) throws(JSONError) in try reader.beginArray() }
            while try reader.nextElement() {
                elements.append(try read(&reader, bytes, source: source, path: node.path(of: elements.count)))
            }
            node.content = .list(elements)
        case .object:
            try beginNested(&reader) { (reader) throws(JSONError) in try reader.beginObject() }
            node.content = .mapping(try members(&reader, bytes, of: node))
        }
        return node
    }

    private static func members(_ reader: inout JSONReader, _ bytes: UnsafeRawBufferPointer, of node: ConfigurationNode)
        throws(JSONError) -> [Member]
    {
        var members: [Member] = []
        var keys: Set<ByteKey> = []
        while let text = try reader.nextKey() {
            let key = text.string
            // The colon follows the key at once or after white space: the key's bytes lie in the document.
            let offset = bytes.baseAddress.flatMap { base in text.raw.baseAddress.map { $0 - base - 1 } }
            guard keys.insert(ByteKey(key)).inserted else {
                throw JSONError(
                    kind: .syntax, source: node.source, path: node.path(of: key), offset: offset,
                    expected: "each key once", found: "'\(key)' again")
            }
            let value = try read(&reader, bytes, source: node.source, path: node.path(of: key))
            members.append(
                Member(key: key, position: position(of: offset ?? reader.offset, in: bytes), value: value))
        }
        return members
    }

    private static func beginNested(
        _ reader: inout JSONReader, _ begin: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard reader.depth < maximumDepth else {
            throw JSONError(
                kind: .depth, source: reader.source, path: "", offset: reader.offset,
                expected: "at most \(maximumDepth) nested values", found: "a deeper one")
        }
        try begin(&reader)
    }

    static func position(of offset: Int, in bytes: UnsafeRawBufferPointer) -> ConfigurationPosition {
        var position = ConfigurationPosition(line: 1, column: 1)
        for byte in bytes.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") {
                position.line += 1
                position.column = 1
            } else if byte & 0xC0 != 0x80 {
                position.column += 1
            }
        }
        return position
    }
}
