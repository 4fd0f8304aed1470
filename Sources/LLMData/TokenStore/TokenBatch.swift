#if Storage
    import Foundation
    import GRDB
    import LLMTokenizer

    /// Documents on their way into the tables, counted in memory so that each token is written once.
    struct TokenBatch {
        private(set) var documentCount = 0
        private let database: Database
        private let first: Int
        private var next: Int
        private var postings: [TokenID: PostingList] = [:]

        init(_ database: Database) throws {
            self.database = database
            first = (try Int.fetchOne(database, sql: "SELECT max(number) FROM document") ?? -1) + 1
            next = first
        }

        /// Counts a document, unless its id is there already.
        mutating func add(_ document: TokenizedDocument) throws {
            guard let number = try insert(id: document.id, tokenCount: document.tokens.count) else { return }
            var counts: [TokenID: Int] = [:]
            for token in document.tokens { counts[token, default: 0] += 1 }
            for (token, count) in counts { append(token: token, document: number, count: count) }
        }

        /// The number of a new document; nil when its id is there already.
        mutating func insert(id: String, tokenCount: Int) throws -> Int? {
            let statement = try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO document (number, id, tokens) VALUES (?, ?, ?)")
            try statement.execute(arguments: [next, id, tokenCount])
            guard database.changesCount == 1 else { return nil }
            defer {
                next += 1
                documentCount += 1
            }
            return next
        }

        /// Counts a token of a document. Documents come in ascending order.
        mutating func append(token: TokenID, document: Int, count: Int) {
            postings[token, default: PostingList(entries: [])].entries.append((document, count))
        }

        /// Writes the counts, token by token in the order of their ids.
        mutating func write(name: (TokenID) throws -> String) throws {
            let tokens = try database.cachedStatement(
                sql: """
                    INSERT INTO token (id, token, frequency, documents) VALUES (?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET frequency = frequency + excluded.frequency,
                        documents = documents + excluded.documents
                    """)
            let lists = try database.cachedStatement(sql: "INSERT INTO posting VALUES (?, ?, ?)")
            for token in postings.keys.sorted() {
                guard let list = postings[token] else { continue }
                let frequency = list.entries.reduce(0) { $0 + $1.count }
                try tokens.execute(arguments: [token, try name(token), frequency, list.entries.count])
                try lists.execute(arguments: [token, first, Blob.value(list.encoded(from: first))])
            }
            postings = [:]
        }
    }
#endif
