internal import LLMTensor

/// Documents from JSON Lines: an object a line, of which one member is the text.
///
/// The other members become attributes. Lines that are no object, have no text or are too long come as malformed
/// records with their offset. Reads a megabyte at a time. May be used from any thread.
public struct JSONLinesSource: DocumentSource {
    /// What to take of each line.
    public struct Configuration: Sendable, Hashable {
        /// Member with the text.
        public var textKey = "text"
        /// Member with the id; where it is missing, the file's name and the record's number are.
        public var idKey = "id"
        /// Longest line in bytes.
        public var maximumLineBytes = 1 << 28

        /// Members `text` and `id`.
        public init() {}
    }

    /// The path.
    public let name: String
    /// What to take of each line.
    public let configuration: Configuration

    /// Reads a file.
    public init(path: String, _ configuration: Configuration = Configuration()) {
        name = path
        self.configuration = configuration
    }

    /// Size of the file.
    public var byteCount: Int? { FileReader.size(of: name) }

    /// The documents, a line each.
    public func records() -> SourceRecords {
        SourceRecords { try Reader(file: FileReader(path: name), configuration: configuration) }
    }

    private final class Reader: RecordReader {
        let file: FileReader
        let configuration: Configuration
        var record = 0

        init(file: FileReader, configuration: Configuration) {
            self.file = file
            self.configuration = configuration
        }

        func next() throws -> SourceRecord? {
            while let line = try file.nextLine(limit: configuration.maximumLineBytes) {
                switch line {
                case .tooLong(let offset, let count):
                    return malformed(
                        offset, "a line of \(count) bytes, at most \(configuration.maximumLineBytes) are read")
                case .bytes(var bytes, let offset):
                    if offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
                    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
                    return parse(bytes, offset)
                }
            }
            return nil
        }

        private func malformed(_ offset: Int, _ reason: String) -> SourceRecord {
            defer { record += 1 }
            let origin = DocumentOrigin(name: file.path, record: record, byteOffset: offset)
            return .malformed(MalformedRecord(origin: origin, reason: reason))
        }

        private func parse(_ bytes: [UInt8], _ offset: Int) -> SourceRecord {
            var bytes = bytes
            let decoded = TextDecoding.utf8(bytes[...])
            if decoded.replacements > 0 { bytes = Array(decoded.text.utf8) }
            let value: JSONValue
            do {
                value = try JSONValue.parse(bytes, source: file.path)
            } catch {
                let place = error.offset.map { " at byte \($0) of the line" } ?? ""
                return malformed(offset, "\(error.path)\(place): expected \(error.expected), found \(error.found)")
            }
            guard var object = value.objectValue else {
                return malformed(offset, "expected an object, found \(value.kindDescription)")
            }
            guard let text = object[configuration.textKey]?.stringValue else {
                let found = object[configuration.textKey]?.kindDescription ?? "no such member"
                return malformed(offset, "expected a string as \"\(configuration.textKey)\", found \(found)")
            }
            object[configuration.textKey] = nil
            var id = "\(file.path)#\(record)"
            switch object[configuration.idKey] {
            case .string(let text): id = text
            case .integer(let number): id = String(number)
            default: break
            }
            object[configuration.idKey] = nil
            if decoded.replacements > 0 { object["replacements"] = .integer(Int64(decoded.replacements)) }
            defer { record += 1 }
            let origin = DocumentOrigin(name: file.path, record: record, byteOffset: offset)
            return .document(Document(id: id, text: text, origin: origin, attributes: object))
        }
    }
}
