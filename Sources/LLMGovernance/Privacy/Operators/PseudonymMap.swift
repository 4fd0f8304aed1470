internal import LLMTensor

/// Which name stands for which value in a session.
///
/// Values are compared byte by byte. A value type with one owner; keep it as safe as the data it hides.
public struct PseudonymMap: Sendable, Hashable {
    /// A value and its name.
    public struct Entry: Sendable, Hashable {
        /// `EMAIL_ADDRESS`.
        public var kind: String
        /// The text that was replaced.
        public var value: String
        /// `<EMAIL_ADDRESS_1>`.
        public var pseudonym: String
    }

    /// All of them, in order of first sight.
    public private(set) var entries: [Entry] = []
    private var pseudonyms: [String: [String: String]] = [:]
    private var counts: [String: Int] = [:]

    /// An empty map.
    public init() {}

    /// The name of a value, a new one if it has none.
    public mutating func pseudonym(of value: String, kind: String) -> String {
        if let known = pseudonyms[kind]?[value] { return known }
        let number = (counts[kind] ?? 0) + 1
        let name = "<\(kind)_\(number)>"
        add(Entry(kind: kind, value: value, pseudonym: name))
        return name
    }

    private mutating func add(_ entry: Entry) {
        counts[entry.kind, default: 0] += 1
        pseudonyms[entry.kind, default: [:]][entry.value] = entry.pseudonym
        entries.append(entry)
    }

    /// A text with its values in the place of their names. Names that are not known stay.
    public func restore(_ text: String) -> String {
        let values = Dictionary(entries.map { ($0.pseudonym, $0.value) }, uniquingKeysWith: { first, _ in first })
        return AngleTokens.replace(Array(text.utf8)) {
            values[String(decoding: $0, as: UTF8.self)].map { Array($0.utf8) }
        }
    }

    /// The map as a JSON array of `{"kind", "value", "pseudonym"}`.
    public var json: String {
        let items = entries.map { entry -> JSONValue in
            var object = JSONObject()
            object["kind"] = .string(entry.kind)
            object["value"] = .string(entry.value)
            object["pseudonym"] = .string(entry.pseudonym)
            return .object(object)
        }
        return JSONWriter().string(of: .array(items))
    }

    /// Reads what ``json`` wrote.
    ///
    /// - Throws: ``RedactionError/malformedMap(_:)``.
    public init(json: String) throws {
        let value: JSONValue
        do {
            value = try JSONValue.parse(Array(json.utf8))
        } catch {
            throw RedactionError.malformedMap("\(error)")
        }
        guard case .array(let items) = value else { throw RedactionError.malformedMap("expected an array of objects") }
        for (index, item) in items.enumerated() {
            guard case .object(let object) = item, case .string(let kind)? = object["kind"],
                case .string(let value)? = object["value"], case .string(let pseudonym)? = object["pseudonym"]
            else { throw RedactionError.malformedMap("entry \(index): expected the strings kind, value and pseudonym") }
            add(Entry(kind: kind, value: value, pseudonym: pseudonym))
        }
    }
}

/// What can go wrong in redaction and its undoing.
public enum RedactionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A pseudonym map that is none.
    case malformedMap(String)
    /// A key of a wrong size, in bytes.
    case keySize(Int, expected: String)
    /// An encrypted value that the key does not open.
    case cannotDecrypt(kind: String)

    /// For people.
    public var description: String {
        switch self {
        case .malformedMap(let reason): "pseudonym map: \(reason)"
        case .keySize(let size, let expected): "key of \(size) bytes, expected \(expected)"
        case .cannotDecrypt(let kind): "an encrypted \(kind) cannot be opened: another key, or the text was changed"
        }
    }
}

/// Finds `<...>` in text.
enum AngleTokens {
    /// Replaces every `<...>` of at most 64 KiB for which `replacement` has something.
    static func replace(_ text: [UInt8], _ replacement: (ArraySlice<UInt8>) throws -> [UInt8]?) rethrows -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var copied = 0
        var open: Int?
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "<") {
                open = index
            } else if byte == UInt8(ascii: ">"), let start = open {
                open = nil
                guard index - start <= 1 << 16, let new = try replacement(text[start...index]) else { continue }
                output += text[copied..<start]
                output += new
                copied = index + 1
            }
        }
        output += text[copied...]
        return String(decoding: output, as: UTF8.self)
    }
}
