#if Storage
    import GRDB
    import LLMTokenizer

    /// Copies one store into another.
    enum TokenStoreMerge {
        static func run(from source: Database, path: String, to target: Database) throws -> Int {
            var batch = try TokenBatch(target)
            var numbers: [Int: Int] = [:]
            let documents = try Row.fetchCursor(source, sql: "SELECT number, id, tokens FROM document ORDER BY number")
            while let row = try documents.next() {
                let number: Int = row[0]
                numbers[number] = try batch.insert(id: row[1], tokenCount: row[2])
            }
            var names: [TokenID: String] = [:]
            let rows = try Row.fetchCursor(
                source,
                sql: """
                    SELECT posting.token, first, posting.documents, token.token FROM posting
                    JOIN token ON token.id = posting.token ORDER BY posting.token, first
                    """)
            while let row = try rows.next() {
                let token: TokenID = row[0]
                guard let list = PostingList(Blob.bytes(row, 2), from: row[1]) else {
                    throw TokenStoreError.malformed(path: path, what: "the documents of token \(token) are damaged")
                }
                for (document, count) in list.entries {
                    guard let number = numbers[document] else { continue }
                    batch.append(token: token, document: number, count: count)
                    names[token] = row[3]
                }
            }
            try batch.write { names[$0] ?? "" }
            return batch.documentCount
        }
    }
#endif
