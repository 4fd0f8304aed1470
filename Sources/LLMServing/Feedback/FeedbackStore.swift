#if Storage
    internal import GRDB
    internal import LLMTensor

    /// Feedback in one SQLite file, safe for several processes.
    ///
    /// Texts pass through `redact` before they are written: what was blacked out is nowhere on disk.
    public final class FeedbackStore: Sendable {
        private let database: DatabasePool
        private let path: String
        private let redact: @Sendable (String) -> String

        /// Opens a store, or makes one.
        ///
        /// - Parameter redact: Run over messages, answers and corrections before they are kept.
        /// - Throws: ``FeedbackError``.
        public init(
            path: String, redact: @escaping @Sendable (String) -> String = { $0 }
        ) throws(FeedbackError) {
            self.path = path
            self.redact = redact
            do {
                var configuration = Configuration()
                configuration.busyMode = .timeout(30)
                database = try DatabasePool(path: path, configuration: configuration)
                try database.write {
                    try $0.execute(
                        sql: """
                            CREATE TABLE IF NOT EXISTS feedback (
                              number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, model TEXT NOT NULL,
                              messages TEXT NOT NULL, answer TEXT NOT NULL, good INTEGER, correction TEXT,
                              labels TEXT NOT NULL, author TEXT NOT NULL, status TEXT NOT NULL)
                            """)
                }
            } catch {
                throw .database(path: path, reason: "\(error)")
            }
        }

        /// Keeps a record; later feedback on the same request replaces what it says anew and leaves the rest.
        ///
        /// - Throws: ``FeedbackError``.
        public func add(_ record: FeedbackRecord) throws(FeedbackError) {
            guard !record.id.isEmpty, !record.messages.isEmpty else {
                throw .invalid(id: record.id, reason: "expected an id and at least one message")
            }
            var messages = record
            messages.messages = record.messages.map { .init(role: $0.role, content: redact($0.content)) }
            var labels = JSONObject()
            for (name, value) in record.labels.sorted(by: { $0.key < $1.key }) { labels[name] = .string(redact(value)) }
            let values: StatementArguments = [
                record.id, record.model, JSONWriter().string(of: messages.conversation), redact(record.answer),
                record.isGood, record.correction.map(redact), JSONWriter().string(of: .object(labels)), record.author,
                record.status.rawValue,
            ]
            try write {
                try $0.execute(
                    sql: """
                        INSERT INTO feedback (id, model, messages, answer, good, correction, labels, author, status)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET good = coalesce(excluded.good, good),
                          correction = coalesce(excluded.correction, correction), author = excluded.author,
                          labels = json_patch(labels, excluded.labels), status = excluded.status
                        """, arguments: values)
            }
        }

        /// Says what a person thinks of a record.
        ///
        /// - Throws: ``FeedbackError/notFound(id:)``.
        public func setStatus(_ status: FeedbackRecord.Status, of id: String) throws(FeedbackError) {
            let changed = try write {
                try $0.execute(
                    sql: "UPDATE feedback SET status = ? WHERE id = ?", arguments: [status.rawValue, id])
                return $0.changesCount
            }
            guard changed > 0 else { throw .notFound(id: id) }
        }

        /// Takes a person's feedback out, for requests of erasure; returns how many records.
        @discardableResult public func erase(author: String) throws(FeedbackError) -> Int {
            try write {
                try $0.execute(sql: "DELETE FROM feedback WHERE author = ?", arguments: [author])
                return $0.changesCount
            }
        }

        /// The records in the order they came.
        public func records(status: FeedbackRecord.Status? = nil) throws(FeedbackError) -> [FeedbackRecord] {
            do {
                return try database.read { database in
                    try Row.fetchAll(
                        database, sql: "SELECT * FROM feedback WHERE ? IS NULL OR status = ? ORDER BY number",
                        arguments: [status?.rawValue, status?.rawValue]
                    ).map(record)
                }
            } catch {
                throw .database(path: path, reason: "\(error)")
            }
        }

        private func record(_ row: Row) throws -> FeedbackRecord {
            let id: String = row["id"]
            let messages = try JSONValue.parse(Array((row["messages"] as String).utf8), source: "feedback \(id)")
            let labels = try JSONValue.parse(Array((row["labels"] as String).utf8), source: "feedback \(id)")
            return FeedbackRecord(
                id: id, model: row["model"],
                messages: (messages.arrayValue ?? []).map {
                    .init(role: $0["role"]?.stringValue ?? "", content: $0["content"]?.stringValue ?? "")
                },
                answer: row["answer"], isGood: row["good"], correction: row["correction"],
                labels: Dictionary(
                    uniqueKeysWithValues: (labels.objectValue?.members.map { ($0, $1.stringValue ?? "") }) ?? []),
                author: row["author"], status: FeedbackRecord.Status(rawValue: row["status"]) ?? .pending)
        }

        private func write<Result>(_ body: (Database) throws -> Result) throws(FeedbackError) -> Result {
            do { return try database.write(body) } catch { throw .database(path: path, reason: "\(error)") }
        }
    }
#endif

/// Why feedback was not kept.
public enum FeedbackError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The record lacks something.
    case invalid(id: String, reason: String)
    /// There is no such record.
    case notFound(id: String)
    /// The file cannot be used.
    case database(path: String, reason: String)

    /// A message a user can act on.
    public var description: String {
        switch self {
        case .invalid(let id, let reason): "feedback on '\(id)': \(reason)"
        case .notFound(let id): "there is no feedback on '\(id)'"
        case .database(let path, let reason): "\(path): \(reason)"
        }
    }
}
