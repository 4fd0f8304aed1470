package import LLMTensor

/// Documents as lines of JSON: what the pipeline reads, keeps between steps, and writes.
///
/// ```json
/// {"id":"a","text":"...","metadata":{"language":"en"},"origin":{"name":"f.jsonl","record":3,"offset":120},"history":[]}
/// ```
/// `id`, `text` and `metadata` are what datatrove reads and writes.
package enum DocumentJSON {
    /// The keys of incoming records.
    package struct Keys: Sendable, Hashable {
        /// The key of the text.
        package var text = "text"
        /// The key of the id.
        package var id = "id"

        package init() {}
    }

    /// A document as a JSON object.
    package static func object(_ document: Document) -> JSONObject {
        var origin = JSONObject()
        origin["name"] = .string(document.origin.name)
        if let record = document.origin.record { origin["record"] = .integer(Int64(record)) }
        if let offset = document.origin.byteOffset { origin["offset"] = .integer(Int64(offset)) }
        var object = JSONObject()
        object["id"] = .string(document.id)
        object["text"] = .string(document.text)
        object["metadata"] = .object(document.attributes)
        object["origin"] = .object(origin)
        object["history"] = .array(document.history.map { .string($0) })
        return object
    }

    /// Appends an object and a line feed.
    package static func append(_ object: JSONObject, to bytes: inout [UInt8]) {
        bytes += JSONWriter().bytes(of: .object(object))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Reads one line as a record: a document, or why it is none.
    ///
    /// Keys other than those of text, id, `metadata`, `origin` and `history` become attributes. A record without an id
    /// gets one from its origin.
    package static func record(_ line: UnsafeRawBufferPointer, keys: Keys, origin: DocumentOrigin) -> SourceRecord {
        func malformed(_ reason: String) -> SourceRecord {
            .malformed(MalformedRecord(origin: origin, reason: reason))
        }
        guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return malformed("empty line") }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(bytes: line, source: "line")
        } catch {
            let place = error.offset.map { " at byte \($0)" } ?? ""
            return malformed("no JSON\(place): expected \(error.expected), found \(error.found)")
        }
        guard case .object(let object) = value else {
            return malformed("expected an object, found \(value.kindDescription)")
        }
        guard let text = object[keys.text] else { return malformed("no key '\(keys.text)'") }
        guard case .string(let text) = text else {
            return malformed("key '\(keys.text)': expected a string, found \(text.kindDescription)")
        }
        var document = Document(id: "", text: text, origin: origin)
        switch object[keys.id] {
        case .string(let id): document.id = id
        case .integer(let id): document.id = String(id)
        case nil, .null: document.id = defaultID(origin)
        case .some(let other):
            return malformed("key '\(keys.id)': expected a string or an integer, found \(other.kindDescription)")
        }
        for (key, value) in object.members where key != keys.text && key != keys.id {
            switch (key, value) {
            case ("metadata", .object(let members)):
                for (key, value) in members.members { document.attributes[key] = value }
            case ("history", .array(let names)): document.history = names.compactMap(\.stringValue)
            case ("origin", .object(let stored)) where stored["name"]?.stringValue != nil:
                document.origin = DocumentOrigin(
                    name: stored["name"]?.stringValue ?? "", record: stored["record"]?.integerValue,
                    byteOffset: stored["offset"]?.integerValue)
            default: document.attributes[key] = value
            }
        }
        return .document(document)
    }

    /// An id from the place of a record.
    static func defaultID(_ origin: DocumentOrigin) -> String {
        let name = origin.name.split(separator: "/").last.map { String($0) } ?? origin.name
        return origin.record.map { "\(name)#\($0)" } ?? name
    }

    /// A malformed record as a JSON object.
    package static func object(_ record: MalformedRecord) -> JSONObject {
        var object = JSONObject()
        object["origin"] = .string(record.origin.name)
        if let number = record.origin.record { object["record"] = .integer(Int64(number)) }
        if let offset = record.origin.byteOffset { object["offset"] = .integer(Int64(offset)) }
        object["reason"] = .string(record.reason)
        return object
    }
}
