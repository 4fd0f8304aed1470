internal import LLMTensor

/// Documents from XML: an element of a certain name each, one element inside of which is the text.
///
/// The other elements become attributes by their path in the record (`revision.timestamp`), XML's attributes with an "@"
/// (`@id` of the record itself, `author@role`); what occurs more than once becomes a list. Elements within the text give it
/// their characters. Records are read one by one, in the memory of one; those that are not well-formed come as malformed
/// records with their offset, and reading goes on at the next one. Names count as they are written, with their prefix.
/// The five entities of XML and numbers are resolved; others make a record malformed, and none is ever fetched. UTF-8, or
/// what the declaration says of windows-1252 and its kin. May be used from any thread.
public struct XMLSource: DocumentSource {
    /// What a record is and what is taken of it.
    public struct Configuration: Sendable, Hashable {
        /// Name of the element that is a record.
        public var recordElement: String
        /// Path in the record, or the end of one, of the element with the text; several are joined with line feeds. Nil
        /// for all characters of the record.
        public var textPath: String?
        /// Path of the id; where there is none, the file's name and the record's number are.
        public var idPath: String?
        /// Longest record in bytes.
        public var maximumRecordBytes = 1 << 26

        /// Creates settings.
        public init(recordElement: String, textPath: String? = "text", idPath: String? = "id") {
            self.recordElement = recordElement
            self.textPath = textPath
            self.idPath = idPath
        }
    }

    /// The path.
    public let name: String
    /// What a record is and what is taken of it.
    public let configuration: Configuration

    /// Reads a file.
    public init(path: String, _ configuration: Configuration) {
        name = path
        self.configuration = configuration
    }

    /// Size of the file.
    public var byteCount: Int? { FileReader.size(of: name) }

    /// The settings.
    public var signature: String? {
        "xml \(configuration.recordElement) \(configuration.textPath ?? "*") \(configuration.idPath ?? "*")"
    }

    /// The documents, an element each.
    public func records() -> SourceRecords {
        SourceRecords { try Reader(file: FileReader(path: name), configuration) }
    }

    private final class Reader: RecordReader {
        let scanner: XMLScanner
        let configuration: Configuration
        let recordName: [UInt8]
        var encoding = TextDecoding.Encoding.utf8
        var record = 0

        init(file: FileReader, _ configuration: Configuration) throws {
            self.configuration = configuration
            scanner = XMLScanner(file: file, limit: configuration.maximumRecordBytes)
            recordName = Array(configuration.recordElement.utf8)
            try readDeclaration(file)
        }

        /// The encoding, from the byte order mark or the XML declaration.
        private func readDeclaration(_ file: FileReader) throws {
            _ = try file.fill()
            let bytes = file.buffer[file.start..<min(file.start + 200, file.end)]
            if let mark = TextDecoding.byteOrderMark(bytes) {
                guard mark.encoding == .utf8 else {
                    throw DataError.malformed(path: file.path, offset: 0, reason: "UTF-16, expected UTF-8")
                }
                return file.take(mark.length)
            }
            let start = String(decoding: bytes, as: UTF8.self)
            guard start.hasPrefix("<?xml"), let match = start.firstMatch(of: /^[^>]*encoding\s*=\s*["']([^"']+)/) else {
                return
            }
            encoding = TextDecoding.encoding(named: String(match.output.1))
        }

        func next() throws -> SourceRecord? {
            while let (token, offset) = try scanner.next() {
                var content = XMLRecord(configuration, encoding)
                let problem: XMLProblem?
                var isLost = true
                switch token {
                case .open(let name, let attributes, let isEmpty) where name == recordName:
                    problem = try read(&content, attributes, isEmpty: isEmpty, from: offset)
                    isLost = content.isOpen
                case .broken(let reason): problem = XMLProblem(reason)
                default: continue
                }
                defer { record += 1 }
                let origin = DocumentOrigin(name: scanner.file.path, record: record, byteOffset: offset)
                guard let problem else { return .document(content.document(origin)) }
                if isLost { try scanner.skip(to: recordName) }
                return .malformed(MalformedRecord(origin: origin, reason: problem.reason))
            }
            return nil
        }

        /// Reads a record to its end; what is wrong with it when it has none.
        private func read(
            _ content: inout XMLRecord, _ attributes: [UInt8], isEmpty: Bool, from start: Int
        ) throws -> XMLProblem? {
            do throws(XMLProblem) {
                try content.open(recordName, attributes)
                if isEmpty { try content.close(recordName) }
            } catch {
                return error
            }
            while content.isOpen {
                guard let (token, _) = try scanner.next() else {
                    return XMLProblem("the file ends inside of <\(configuration.recordElement)>")
                }
                guard scanner.file.offset - start <= configuration.maximumRecordBytes else {
                    return XMLProblem("more than \(configuration.maximumRecordBytes) bytes")
                }
                do throws(XMLProblem) {
                    try content.take(token)
                } catch {
                    return error
                }
            }
            return content.hasText ? nil : XMLProblem("no element <\(configuration.textPath ?? "")> with the text")
        }
    }
}
