#if Storage
    public import LLMTensor

    /// Documents from the rows of a query of an SQLite database, one column of which is the text.
    ///
    /// The other columns become attributes: numbers as numbers, texts as texts, blobs as texts when they are UTF-8 and as
    /// SQL's `X'0102'` when they are not. The database is opened for reading only and the statement may only read. Rows
    /// are stepped through as they are asked for; none but the current one is in memory. Rows whose text is NULL, or a
    /// blob that is not UTF-8, come as malformed records. Say `ORDER BY`: without it SQL promises no order, and ids that
    /// are made of row numbers move. May be used from any thread.
    ///
    /// ```swift
    /// let tickets = SQLiteQuerySource(
    ///     path: "desk.sqlite", query: "SELECT id, body, queue FROM ticket WHERE year >= ? ORDER BY id",
    ///     .init(bindings: [2024], textColumn: "body"))
    /// ```
    public struct SQLiteQuerySource: DocumentSource {
        /// What the query is given and what is taken of each row.
        public struct Configuration: Sendable, Equatable {
            /// Values of the query's parameters, first to last: texts, numbers, Booleans, null.
            public var bindings: [JSONValue] = []
            /// Column with the text.
            public var textColumn = "text"
            /// Column with the id; where it is NULL or missing, the file's name and the row's number are.
            public var idColumn: String? = "id"
            /// Longest text in bytes.
            public var maximumTextBytes = 1 << 28

            /// Creates settings.
            public init(bindings: [JSONValue] = [], textColumn: String = "text", idColumn: String? = "id") {
                self.bindings = bindings
                self.textColumn = textColumn
                self.idColumn = idColumn
            }
        }

        /// The path of the database.
        public let name: String
        /// One statement that gives rows.
        public let query: String
        /// What the query is given and what is taken of each row.
        public let configuration: Configuration

        /// Reads a database. The file and the query are looked at when the first record is asked for; what is wrong with
        /// them is thrown then: ``DataError/notFound(path:)`` or ``DataError/query(path:position:column:reason:)``.
        public init(path: String, query: String, _ configuration: Configuration = Configuration()) {
            name = path
            self.query = query
            self.configuration = configuration
        }

        /// Unknown: a query may read any part of the file.
        public var byteCount: Int? { nil }

        /// The query and its values: another query is another input.
        public var signature: String? {
            JSONWriter().string(
                of: [
                    "bindings": .array(configuration.bindings),
                    "id": configuration.idColumn.map { JSONValue.string($0) } ?? .null,
                    "query": .string(query), "text": .string(configuration.textColumn),
                ])
        }

        /// The documents, a row each.
        public func records() -> SourceRecords {
            SourceRecords { try Reader(name, query, configuration) }
        }
    }

    extension SQLiteQuerySource {
        private final class Reader: RecordReader {
            let path: String
            let statement: SQLiteStatement
            let configuration: Configuration
            let columns: [String]
            let textIndex: Int
            var record = 0

            init(_ path: String, _ query: String, _ configuration: Configuration) throws(DataError) {
                self.path = path
                self.configuration = configuration
                statement = try SQLiteStatement(path: path, query: query)
                try statement.bind(configuration.bindings)
                columns = statement.columnNames
                for (index, column) in columns.enumerated() where columns[..<index].contains(column) {
                    throw DataError.query(
                        path: path, position: nil, column: column,
                        reason: "two columns have this name; name them apart with AS")
                }
                guard let index = columns.firstIndex(of: configuration.textColumn) else {
                    throw DataError.query(
                        path: path, position: nil, column: configuration.textColumn,
                        reason: "no such column among \(columns.joined(separator: ", "))")
                }
                textIndex = index
            }

            func next() throws -> SourceRecord? {
                guard try statement.step() else { return nil }
                defer { record += 1 }
                let origin = DocumentOrigin(name: path, record: record)
                func malformed(_ reason: String) -> SourceRecord {
                    .malformed(MalformedRecord(origin: origin, reason: reason))
                }
                let column = configuration.textColumn
                let size = statement.byteCount(textIndex)
                guard size <= configuration.maximumTextBytes else {
                    return malformed(
                        "column \"\(column)\" holds \(size) bytes, at most \(configuration.maximumTextBytes) are read")
                }
                var document = Document(id: "\(path)#\(record)", text: "", origin: origin)
                var replacements = 0
                switch statement.value(textIndex) {
                case .null: return malformed("column \"\(column)\" is NULL, expected a text")
                case .integer(let number): document.text = String(number)
                case .real(let number): document.text = "\(number)"
                case .text(let bytes): (document.text, replacements) = TextDecoding.utf8(bytes[...])
                case .blob(let bytes):
                    let (text, count) = TextDecoding.utf8(bytes[...])
                    guard count == 0 else {
                        return malformed("column \"\(column)\" is a blob of \(bytes.count) bytes that is not UTF-8")
                    }
                    document.text = text
                }
                for (index, name) in columns.enumerated() where index != textIndex {
                    let value = statement.value(index)
                    if name == configuration.idColumn {
                        if let id = value.text, !id.isEmpty { document.id = id }
                    } else {
                        document.attributes[name] = value.attribute
                    }
                }
                if replacements > 0 { document.attributes["replacements"] = .integer(Int64(replacements)) }
                return .document(document)
            }
        }
    }

    extension SQLiteValue {
        /// As text; nil for NULL.
        fileprivate var text: String? {
            switch self {
            case .null: nil
            case .integer(let number): String(number)
            case .real(let number): "\(number)"
            case .text(let bytes): TextDecoding.utf8(bytes[...]).text
            case .blob(let bytes):
                if let text = String(validating: bytes, as: UTF8.self) { text } else { Self.literal(bytes) }
            }
        }

        fileprivate var attribute: JSONValue {
            switch self {
            case .null: .null
            case .integer(let number): .integer(number)
            case .real(let number): number.isFinite ? .number(number) : .string("\(number)")
            case .text, .blob: text.map { JSONValue.string($0) } ?? .null
            }
        }

        /// A blob as SQL writes it.
        private static func literal(_ bytes: [UInt8]) -> String {
            let digits = Array("0123456789ABCDEF".utf8)
            var text = Array("X'".utf8)
            for byte in bytes {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
            text.append(UInt8(ascii: "'"))
            return String(decoding: text, as: UTF8.self)
        }
    }
#endif
