#if Storage
    import Foundation
    import GRDB
    public import LLMTokenizer

    /// A ``TokenStore`` in one SQLite file.
    ///
    /// Tables: `document (number, id, tokens)`, `token (id, token, frequency, documents)`, `posting (token, first,
    /// documents)` with document numbers and counts as ``PostingList`` bytes, `property (name, value)`. Each ``add`` and
    /// ``merge`` is one transaction. The same calls in the same order give the same file.
    public final class SQLiteTokenStore: TokenStore {
        /// Who else uses the file.
        public enum Access: Sendable {
            /// Nobody writes; the file is not changed, and several threads read at once.
            case readOnly
            /// One process reads and writes; a plain SQLite file.
            case exclusive
            /// Readers, also in other processes, go on while one writes (SQLite's write-ahead log).
            case shared
        }

        /// The file.
        public let path: String
        let database: any DatabaseWriter

        /// Opens a store, or makes one unless it is to be read only.
        ///
        /// - Throws: ``TokenStoreError``.
        public init(path: String, access: Access = .shared) throws(TokenStoreError) {
            self.path = path
            do {
                var configuration = Configuration()
                configuration.readonly = access == .readOnly
                configuration.busyMode = .timeout(30)
                database =
                    switch access {
                    case .exclusive: try DatabaseQueue(path: path, configuration: configuration)
                    case .readOnly, .shared: try DatabasePool(path: path, configuration: configuration)
                    }
                if access != .readOnly { try TokenStoreSchema.migrator.migrate(database) }
                let isCurrent = try database.read { try TokenStoreSchema.migrator.hasCompletedMigrations($0) }
                guard isCurrent else { throw TokenStoreError.notAStore(path: path, reason: "another schema") }
            } catch let error as TokenStoreError {
                throw error
            } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
                throw .notAStore(path: path, reason: "no SQLite database")
            } catch {
                throw .database(path: path, reason: "\(error)")
            }
        }

        /// Closes the file; later calls fail. Without it the file is closed with the last reference.
        public func close() throws(TokenStoreError) {
            try translating { try database.close() }
        }

        /// The tokenizer that made the ids; nil while the store is empty.
        public func fingerprint() throws(TokenStoreError) -> TokenizerFingerprint? {
            try translating { try database.read { try TokenStoreSchema.fingerprint($0, path: path) } }
        }

        /// Adds documents. See ``TokenStore/add(_:tokenizer:)``.
        public func add(_ documents: [TokenizedDocument], tokenizer: any Tokenizer) throws(TokenStoreError) -> Int {
            try add(documents, tokenizer: tokenizer, fingerprint: TokenizerFingerprint(tokenizer))
        }

        /// Adds documents with a fingerprint that is known, which takes a while to compute.
        public func add(
            _ documents: [TokenizedDocument], tokenizer: any Tokenizer, fingerprint: TokenizerFingerprint
        ) throws(TokenStoreError) -> Int {
            try translating {
                try database.write { database in
                    try TokenStoreSchema.check(fingerprint, database, path: path)
                    var batch = try TokenBatch(database)
                    for document in documents { try batch.add(document) }
                    try batch.write { tokenizer.token(for: $0) ?? "" }
                    return batch.documentCount
                }
            }
        }

        /// Adds all that another store holds. Documents whose id is here already are left out.
        ///
        /// - Returns: how many documents were added.
        public func merge(_ other: SQLiteTokenStore) throws(TokenStoreError) -> Int {
            try translating {
                try other.database.read { source in
                    guard let fingerprint = try TokenStoreSchema.fingerprint(source, path: other.path) else { return 0 }
                    return try database.write { target in
                        try TokenStoreSchema.check(fingerprint, target, path: path)
                        return try TokenStoreMerge.run(from: source, path: other.path, to: target)
                    }
                }
            }
        }

        /// Runs database work, with errors that name the file.
        func translating<Result>(_ work: () throws -> Result) throws(TokenStoreError) -> Result {
            do {
                return try work()
            } catch let error as TokenStoreError {
                throw error
            } catch {
                throw .database(path: path, reason: "\(error)")
            }
        }
    }
#endif
