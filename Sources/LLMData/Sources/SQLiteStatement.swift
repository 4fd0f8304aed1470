#if Storage
    internal import GRDBSQLite
    internal import LLMTensor

    #if canImport(Darwin)
        import Darwin
    #elseif canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// A column of the current row.
    enum SQLiteValue {
        case null
        case integer(Int64)
        case real(Double)
        /// As stored; SQLite does not check that it is UTF-8.
        case text([UInt8])
        case blob([UInt8])
    }

    /// A statement that reads, on a connection of its own, stepped through row by row; one owner.
    ///
    /// Below GRDB, on the SQLite it brings: its cursors live inside of a closure, and a source is asked for one record
    /// after the other.
    final class SQLiteStatement {
        private let path: String
        private var connection: OpaquePointer?
        private var statement: OpaquePointer?
        private var isDone = false

        /// Opens a database for reading and compiles a statement.
        init(path: String, query: String) throws(DataError) {
            self.path = path
            // SQLite says "unable to open" whatever the cause.
            guard access(path, F_OK) == 0 else { throw .notFound(path: path) }
            guard sqlite3_open_v2(path, &connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, nil) == SQLITE_OK
            else { throw error() }
            sqlite3_busy_timeout(connection, 30_000)
            // "name" is a column or an error, never a text that happens to be spelled so.
            _disableDoubleQuotedStringLiterals(connection)
            try compile(query)
        }

        deinit {
            sqlite3_finalize(statement)
            sqlite3_close_v2(connection)
        }

        private func compile(_ query: String) throws(DataError) {
            var code = SQLITE_OK
            var rest = 0
            var bytes = Array(query.utf8)
            bytes.append(0)
            bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { text in
                    var tail: UnsafePointer<CChar>?
                    code = sqlite3_prepare_v2(connection, text, Int32(clamping: bytes.count), &statement, &tail)
                    rest = tail.map { $0 - text } ?? bytes.count
                }
            }
            guard code == SQLITE_OK else { throw error() }
            guard statement != nil else { throw refusal("an empty query") }
            let behind = bytes[rest...].firstIndex { ![0, 0x20, 0x09, 0x0A, 0x0D, 0x3B].contains($0) }
            if let behind { throw refusal("more than one statement", position: behind) }
            guard sqlite3_stmt_readonly(statement) != 0 else { throw refusal("the statement changes the database") }
            guard sqlite3_column_count(statement) > 0 else { throw refusal("the statement gives no columns") }
        }

        /// Gives the parameters their values.
        func bind(_ values: [JSONValue]) throws(DataError) {
            let count = Int(sqlite3_bind_parameter_count(statement))
            guard values.count == count else {
                throw refusal("the query has \(count) parameters, \(values.count) values are given")
            }
            let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            for (index, value) in values.enumerated() {
                let place = Int32(index + 1)
                let code: Int32
                switch value {
                case .null: code = sqlite3_bind_null(statement, place)
                case .bool(let value): code = sqlite3_bind_int64(statement, place, value ? 1 : 0)
                case .integer(let number): code = sqlite3_bind_int64(statement, place, number)
                case .number(let number): code = sqlite3_bind_double(statement, place, number)
                case .string(let text):
                    code = sqlite3_bind_text(statement, place, text, Int32(clamping: text.utf8.count), copied)
                case .array, .object:
                    throw refusal("value \(index + 1) is \(value.kindDescription), expected a text, a number or null")
                }
                guard code == SQLITE_OK else { throw error() }
            }
        }

        /// The names of the result's columns.
        var columnNames: [String] {
            (0..<sqlite3_column_count(statement)).map { index in
                sqlite3_column_name(statement, index).map { String(cString: $0) } ?? ""
            }
        }

        /// Goes to the next row; false after the last.
        func step() throws(DataError) -> Bool {
            if isDone { return false }
            switch sqlite3_step(statement) {
            case SQLITE_ROW: return true
            case SQLITE_DONE:
                isDone = true
                return false
            default:
                isDone = true
                throw error()
            }
        }

        /// Bytes of a text or blob of the current row, and of a number as text.
        func byteCount(_ column: Int) -> Int {
            sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
                ? 0 : Int(sqlite3_column_bytes(statement, Int32(column)))
        }

        /// A column of the current row.
        func value(_ column: Int) -> SQLiteValue {
            let column = Int32(column)
            switch sqlite3_column_type(statement, column) {
            case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
            case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
            case SQLITE_TEXT:
                // The pointer first: asking for it may convert, which settles the length.
                let text = sqlite3_column_text(statement, column)
                let count = Int(sqlite3_column_bytes(statement, column))
                return .text(Array(UnsafeBufferPointer(start: text, count: text == nil ? 0 : count)))
            case SQLITE_BLOB:
                let blob = sqlite3_column_blob(statement, column)
                let count = Int(sqlite3_column_bytes(statement, column))
                return .blob(Array(UnsafeRawBufferPointer(start: blob, count: blob == nil ? 0 : count)))
            default: return .null
            }
        }

        /// What SQLite says about the last call, with the place in the query where it knows it.
        private func error() -> DataError {
            let position = sqlite3_error_offset(connection)
            let reason = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "out of memory"
            return .query(path: path, position: position < 0 ? nil : Int(position), column: nil, reason: reason)
        }

        private func refusal(_ reason: String, position: Int? = nil) -> DataError {
            .query(path: path, position: position, column: nil, reason: reason)
        }
    }
#endif
