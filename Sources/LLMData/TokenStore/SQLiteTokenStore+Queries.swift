#if Storage
    import Foundation
    import GRDB
    public import LLMTokenizer

    extension SQLiteTokenStore {
        /// Documents and tokens in all.
        public func totals() throws(TokenStoreError) -> TokenStoreTotals {
            try translating {
                try database.read { database in
                    let documents = try Row.fetchOne(
                        database, sql: "SELECT count(*), ifnull(sum(tokens), 0) FROM document")
                    return TokenStoreTotals(
                        documents: documents?[0] ?? 0, tokens: documents?[1] ?? 0,
                        distinctTokens: try Int.fetchOne(database, sql: "SELECT count(*) FROM token") ?? 0)
                }
            }
        }

        /// What is known of a token; nil when it never occurred.
        public func entry(for token: TokenID) throws(TokenStoreError) -> TokenEntry? {
            try entries(where: "id = ?", [token]).first
        }

        /// What is known of a token by its text; there may be several ids with the same one.
        public func entries(token: String) throws(TokenStoreError) -> [TokenEntry] {
            try entries(where: "token = ? ORDER BY id", [token])
        }

        /// The tokens that occur most, equally frequent ones by id.
        public func mostFrequent(limit: Int) throws(TokenStoreError) -> [TokenEntry] {
            try entries(where: "true ORDER BY frequency DESC, id LIMIT ?", [max(0, limit)])
        }

        private func entries(where condition: String, _ arguments: StatementArguments)
            throws(TokenStoreError) -> [TokenEntry]
        {
            try translating {
                try database.read { database in
                    try Row.fetchAll(
                        database, sql: "SELECT id, token, frequency, documents FROM token WHERE \(condition)",
                        arguments: arguments
                    ).map { TokenEntry(id: $0[0], token: $0[1], frequency: $0[2], documentCount: $0[3]) }
                }
            }
        }

        /// The documents that contain a token, in the order they were added.
        public func documents(containing token: TokenID, limit: Int = .max)
            throws(TokenStoreError) -> [TokenOccurrence]
        {
            try translating {
                try database.read { database in
                    var result: [TokenOccurrence] = []
                    let rows = try Row.fetchCursor(
                        database, sql: "SELECT first, documents FROM posting WHERE token = ? ORDER BY first",
                        arguments: [token])
                    while result.count < limit, let row = try rows.next() {
                        guard let list = PostingList(Blob.bytes(row, 1), from: row[0]) else {
                            throw TokenStoreError.malformed(
                                path: path, what: "the documents of token \(token) are damaged")
                        }
                        for (document, count) in list.entries.prefix(limit - result.count) {
                            let id = try String.fetchOne(
                                database, sql: "SELECT id FROM document WHERE number = ?", arguments: [document])
                            guard let id else {
                                throw TokenStoreError.malformed(path: path, what: "document \(document) is missing")
                            }
                            result.append(TokenOccurrence(documentID: id, count: count))
                        }
                    }
                    return result
                }
            }
        }
    }

    /// Bytes to and from a database.
    enum Blob {
        static func bytes(_ row: Row, _ column: Int) -> [UInt8] {
            let data: Data? = row[column]
            return data.map { Array($0) } ?? []
        }

        static func value(_ bytes: [UInt8]) -> Data { Data(bytes) }
    }
#endif
