#if Storage
    import Foundation
    import GRDB
    import LLMTensor
    import Testing

    @testable import LLMData

    @Suite struct SQLiteQuerySourceTests {
        private let folder = TemporaryFolder()

        /// A database of tickets: rows with a text, without one, with blobs that are UTF-8 and are not.
        private func database() throws -> String {
            let path = folder.path + "/desk.sqlite"
            let queue = try DatabaseQueue(path: path)
            try queue.write { database in
                try database.execute(
                    sql: "CREATE TABLE ticket (id INTEGER PRIMARY KEY, body, queue TEXT, score, file BLOB)")
                let rows: [[(any DatabaseValueConvertible)?]] = [
                    ["printer on fire", "it", 0.5, Data([1, 0xAB])],
                    [nil, "it", 1, nil],
                    [Data("tä".utf8), nil, nil, Data("ok".utf8)],
                    [Data([0x61, 0xFF]), "hr", nil, nil],
                    [42, "hr", -7, nil],
                    ["last", "hr", Double.infinity, nil],
                ]
                for row in rows {
                    try database.execute(
                        sql: "INSERT INTO ticket (body, queue, score, file) VALUES (?, ?, ?, ?)",
                        arguments: StatementArguments(row))
                }
                // Text that is no UTF-8: SQLite takes it as it is.
                try database.execute(sql: "INSERT INTO ticket (body) VALUES (CAST(X'41FF42' AS TEXT))")
            }
            try queue.close()
            return path
        }

        private static let all = "SELECT id, body, queue, score, file FROM ticket ORDER BY id"

        private func source(_ path: String, _ query: String = all, _ values: [JSONValue] = []) -> SQLiteQuerySource {
            SQLiteQuerySource(path: path, query: query, .init(bindings: values, textColumn: "body"))
        }

        @Test func `rows give documents with their columns, and those without a text are reported`() async throws {
            let path = try database()
            let records = try await source(path).all()
            #expect(
                records.map(\.summary) == [
                    "printer on fire", "!-1 column \"body\" is NULL, expected a text", "tä",
                    "!-1 column \"body\" is a blob of 2 bytes that is not UTF-8", "42", "last", "A\u{FFFD}B",
                ])
            guard case .document(let first) = records[0], case .document(let third) = records[2],
                case .malformed(let fourth) = records[3], case .document(let sixth) = records[5],
                case .document(let seventh) = records[6]
            else { throw DataError.notFound(path: "documents") }
            #expect(first.id == "1" && first.origin == DocumentOrigin(name: path, record: 0))
            #expect(JSONValue.object(first.attributes) == ["queue": "it", "score": 0.5, "file": "X'01AB'"])
            #expect(JSONValue.object(third.attributes) == ["queue": nil, "score": nil, "file": "ok"])
            #expect(fourth.origin == DocumentOrigin(name: path, record: 3))
            #expect(sixth.attributes["score"] == "inf")
            #expect(seventh.attributes["replacements"] == 1)
        }

        @Test func `parameters are given values, and the id may be made of the row's number`() async throws {
            let path = try database()
            let query =
                "SELECT body, ?2 AS queue FROM ticket WHERE queue = ?1 AND body IS NOT NULL AND id <> ?3 ORDER BY id"
            let records = try await source(path, query, ["hr", "x", 4]).all()
            #expect(records.map(\.summary) == ["42", "last"])
            guard case .document(let first) = records[0] else { return }
            #expect(first.id == path + "#0" && JSONValue.object(first.attributes) == ["queue": "x"])
        }

        @Test func `rows are read as they are asked for`() async throws {
            // More rows than any machine holds: a source that gathered them would never give the first.
            let path = try database()
            let query =
                "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, 'text ' || id AS body FROM n"
            var texts: [String] = []
            for try await record in source(path, query).records().prefix(3) { texts.append(record.summary) }
            #expect(texts == ["text 1", "text 2", "text 3"])
        }

        @Test func `the same query gives the same records twice, and another query is another input`() async throws {
            let path = try database()
            let (first, second) = (source(path), source(path, Self.all, []))
            #expect(try await first.all() == (try await second.all()))
            #expect(first.signature == second.signature)
            #expect(first.signature != source(path, "SELECT 'x' AS body").signature)
            #expect(first.signature != source(path, Self.all, [1]).signature)
        }

        @Test(arguments: [
            ("SELEC body FROM ticket", ", byte 0 of the query: near \"SELEC\": syntax error"),
            ("SELECT id, bdy AS body FROM ticket", ", byte 11 of the query: no such column: bdy"),
            ("SELECT \"bdy\" AS body FROM ticket", "no such column: bdy"),
            ("SELECT id FROM ticket", ", column \"body\": no such column among id"),
            ("SELECT body, id, id FROM ticket", ", column \"id\": two columns have this name; name them apart with AS"),
            ("SELECT body FROM ticket; DROP TABLE ticket", ", byte 25 of the query: more than one statement"),
            ("DELETE FROM ticket RETURNING body", ": the statement changes the database"),
            ("ATTACH 'x.sqlite' AS x", ": the statement gives no columns"),
            (" -- nothing", ": an empty query"),
            ("SELECT body FROM ticket WHERE id = ?", ": the query has 1 parameters, 0 values are given"),
            ("SELECT body FROM tickets", "no such table: tickets"),
        ])
        func `a mistake in the query names the file and the place`(query: String, expected: String) async throws {
            let path = try database()
            do {
                _ = try await source(path, query).all()
                Issue.record("no error")
            } catch let error as DataError {
                #expect(error.description.hasPrefix(path) && error.description.contains(expected), "\(error)")
            }
        }

        @Test func `a file that is missing or no database is an error that names it`() async throws {
            await #expect(throws: DataError.notFound(path: "/no/such.sqlite")) {
                try await source("/no/such.sqlite").all()
            }
            let path = try folder.file("text.sqlite", String(repeating: "no database ", count: 100))
            await #expect(
                throws: DataError.query(path: path, position: nil, column: nil, reason: "file is not a database")
            ) {
                try await source(path).all()
            }
        }

        @Test func `a damaged page ends the reading with an error, and rows before it are given`() async throws {
            let path = folder.path + "/damaged.sqlite"
            let queue = try DatabaseQueue(path: path)
            try await queue.write { database in
                try database.execute(sql: "CREATE TABLE t (body TEXT)")
                for _ in 0..<2000 {
                    try database.execute(
                        sql: "INSERT INTO t VALUES (?)", arguments: [String(repeating: "x", count: 300)])
                }
            }
            try queue.close()
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes.replaceSubrange(
                (bytes.count / 2)..<(bytes.count / 2 + 200_000), with: Data(repeating: 0x5A, count: 200_000))
            try bytes.write(to: URL(filePath: path))
            var count = 0
            var failure: (any Error)?
            do {
                for try await _ in source(path, "SELECT body FROM t").records() { count += 1 }
            } catch {
                failure = error
            }
            #expect(failure is DataError)
            #expect(count > 0 && count < 2000)
        }

        @Test func `the database is not written to, and texts beyond the limit are refused`() async throws {
            let path = try database()
            let before = try Data(contentsOf: URL(filePath: path))
            var configuration = SQLiteQuerySource.Configuration(textColumn: "body")
            configuration.maximumTextBytes = 5
            let records = try await SQLiteQuerySource(path: path, query: Self.all, configuration).all()
            #expect(records[0].summary == "!-1 column \"body\" holds 15 bytes, at most 5 are read")
            #expect(records[5].summary == "last")
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }
#endif
