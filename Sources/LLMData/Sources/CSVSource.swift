internal import LLMTensor

/// Documents from comma-separated values (RFC 4180): a record each, one column of which is the text.
///
/// Quoted fields may hold delimiters, line ends and doubled quotes; records end with "\r\n" or "\n"; a byte order mark
/// is skipped. The other columns become attributes. A record with another number of fields than the first comes as a
/// malformed record, and so does a field that is never closed. Reads a megabyte at a time. May be used from any thread.
public struct CSVSource: DocumentSource {
    /// How the file is written and what to take of each record.
    public struct Configuration: Sendable, Hashable {
        /// Between fields; a character of one byte.
        public var delimiter: Character = ","
        /// Names of the columns; nil when the first record has them.
        public var columns: [String]?
        /// Column with the text.
        public var textColumn = "text"
        /// Column with the id; where there is none, the file's name and the record's number are.
        public var idColumn: String? = "id"
        /// Longest record in bytes.
        public var maximumRecordBytes = 1 << 28

        /// A header with `text` and perhaps `id`, and commas.
        public init() {}
    }

    /// The path.
    public let name: String
    /// How the file is written.
    public let configuration: Configuration
    private let delimiter: UInt8

    /// Reads a file.
    ///
    /// - Throws: ``DataError/invalidConfiguration(setting:reason:)`` for a delimiter that cannot be one.
    public init(path: String, _ configuration: Configuration = Configuration()) throws {
        guard let delimiter = configuration.delimiter.asciiValue, delimiter != 0x22, delimiter != 0x0A,
            delimiter != 0x0D
        else {
            throw DataError.invalidConfiguration(
                setting: "delimiter", reason: "must be an ASCII character other than a quote or a line end")
        }
        name = path
        self.configuration = configuration
        self.delimiter = delimiter
    }

    /// Size of the file.
    public var byteCount: Int? { FileReader.size(of: name) }

    /// The documents, a record each.
    public func records() -> SourceRecords {
        SourceRecords {
            try Reader(
                csv: CSVReader(
                    file: FileReader(path: name), delimiter: delimiter, limit: configuration.maximumRecordBytes),
                configuration: configuration)
        }
    }

    private final class Reader: RecordReader {
        let csv: CSVReader
        let configuration: Configuration
        var record = 0
        var columns: [String]?
        var textIndex = 0

        init(csv: CSVReader, configuration: Configuration) throws {
            self.csv = csv
            self.configuration = configuration
            var columns = configuration.columns
            if columns == nil, case .fields(let fields, _)? = try csv.next() {
                columns = fields.map { TextDecoding.utf8($0[...]).text }
            }
            self.columns = columns
            guard let columns else { return }
            guard let index = columns.firstIndex(of: configuration.textColumn) else {
                throw DataError.malformed(
                    path: csv.file.path, offset: 0,
                    reason: "no column \"\(configuration.textColumn)\" among \(columns.joined(separator: ", "))")
            }
            textIndex = index
        }

        func next() throws -> SourceRecord? {
            guard let columns, let row = try csv.next() else { return nil }
            defer { record += 1 }
            switch row {
            case .malformed(let reason, let offset):
                return .malformed(MalformedRecord(origin: origin(offset), reason: reason))
            case .fields(let fields, let offset):
                guard fields.count == columns.count else {
                    let reason = "expected \(columns.count) fields, found \(fields.count)"
                    return .malformed(MalformedRecord(origin: origin(offset), reason: reason))
                }
                return .document(document(columns, fields, offset))
            }
        }

        private func origin(_ offset: Int) -> DocumentOrigin {
            DocumentOrigin(name: csv.file.path, record: record, byteOffset: offset)
        }

        private func document(_ columns: [String], _ fields: [[UInt8]], _ offset: Int) -> Document {
            var document = Document(id: "\(csv.file.path)#\(record)", text: "", origin: origin(offset))
            var replacements = 0
            for (index, field) in fields.enumerated() {
                let (text, count) = TextDecoding.utf8(field[...])
                replacements += count
                if index == textIndex {
                    document.text = text
                } else if columns[index] == configuration.idColumn, !text.isEmpty {
                    document.id = text
                } else {
                    document.attributes[columns[index]] = .string(text)
                }
            }
            if replacements > 0 { document.attributes["replacements"] = .integer(Int64(replacements)) }
            return document
        }
    }
}
