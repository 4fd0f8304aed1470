#if Storage
    import GRDB

    /// The tables of a ``SQLiteTokenStore`` and how older ones become newer ones.
    enum TokenStoreSchema {
        static let migrator: DatabaseMigrator = {
            var migrator = DatabaseMigrator()
            migrator.registerMigration("1") { database in
                try database.execute(
                    sql: """
                        CREATE TABLE property (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
                        CREATE TABLE document (
                            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tokens INTEGER NOT NULL);
                        CREATE TABLE token (
                            id INTEGER PRIMARY KEY, token TEXT NOT NULL, frequency INTEGER NOT NULL,
                            documents INTEGER NOT NULL);
                        CREATE INDEX token_by_frequency ON token (frequency DESC, id);
                        CREATE TABLE posting (
                            token INTEGER NOT NULL, first INTEGER NOT NULL, documents BLOB NOT NULL,
                            PRIMARY KEY (token, first)) WITHOUT ROWID;
                        """)
            }
            return migrator
        }()

        static func fingerprint(_ database: Database, path: String) throws -> TokenizerFingerprint? {
            guard let text = try String.fetchOne(database, sql: "SELECT value FROM property WHERE name = 'tokenizer'")
            else { return nil }
            let digits = Array(text.utf8)
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
            }
            guard let fingerprint = TokenizerFingerprint(bytes: bytes) else {
                throw TokenStoreError.malformed(path: path, what: "the tokenizer's fingerprint is damaged")
            }
            return fingerprint
        }

        /// Compares the tokenizer with the store's, or notes it in an empty store.
        static func check(_ fingerprint: TokenizerFingerprint, _ database: Database, path: String) throws {
            if let stored = try self.fingerprint(database, path: path) {
                guard stored == fingerprint else {
                    throw TokenStoreError.otherTokenizer(
                        path: path, stored: stored.description, given: fingerprint.description)
                }
            } else {
                try database.execute(
                    sql: "INSERT INTO property VALUES ('tokenizer', ?)", arguments: [fingerprint.description])
            }
        }
    }
#endif
