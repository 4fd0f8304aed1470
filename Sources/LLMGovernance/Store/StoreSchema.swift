#if Governance
    import GRDB

    enum StoreSchema {
        static let version = 1

        static func prepare(_ database: Database, path: String) throws {
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            if found == version { return }
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            guard found == 0, tables == 0 else {
                throw GovernanceError.corrupt(
                    path: path, place: "schema", reason: "is of version \(found), expected \(version)")
            }
            try database.execute(sql: sql + "PRAGMA user_version = \(version);")
        }

        private static let sql = """
            CREATE TABLE operation (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL);
            CREATE INDEX operation_sequence ON operation (sequence);
            CREATE TABLE version (
                model TEXT NOT NULL, number INTEGER NOT NULL, digest TEXT NOT NULL, bytes INTEGER NOT NULL,
                author TEXT NOT NULL, created TEXT NOT NULL, description TEXT NOT NULL, withdrawn INTEGER NOT NULL,
                PRIMARY KEY (model, number), UNIQUE (model, digest));
            CREATE TABLE file (
                digest TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
                PRIMARY KEY (digest, path));
            CREATE TABLE tag (
                model TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
                PRIMARY KEY (model, number, name));
            CREATE TABLE alias (model TEXT NOT NULL, name TEXT NOT NULL, number INTEGER, PRIMARY KEY (model, name));
            CREATE TABLE alias_move (
                id INTEGER PRIMARY KEY, model TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, old INTEGER,
                new INTEGER, actor TEXT NOT NULL, time TEXT NOT NULL);
            CREATE INDEX alias_move_alias ON alias_move (model, name);
            CREATE TABLE policy (model TEXT NOT NULL, alias TEXT NOT NULL, rules TEXT NOT NULL, PRIMARY KEY (model, alias));
            CREATE TABLE evaluation (
                id INTEGER PRIMARY KEY, model TEXT NOT NULL, number INTEGER NOT NULL, metric TEXT NOT NULL,
                value REAL NOT NULL, dataset TEXT NOT NULL, signature TEXT NOT NULL, actor TEXT NOT NULL,
                time TEXT NOT NULL);
            CREATE TABLE evidence (
                id INTEGER PRIMARY KEY, model TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
                passed INTEGER NOT NULL, summary TEXT NOT NULL, digest TEXT NOT NULL, actor TEXT NOT NULL,
                time TEXT NOT NULL);
            CREATE TABLE node (id TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL);
            CREATE TABLE edge (source TEXT NOT NULL, target TEXT NOT NULL, relation TEXT NOT NULL,
                PRIMARY KEY (source, target, relation));
            CREATE TABLE role (name TEXT PRIMARY KEY, permissions TEXT NOT NULL);
            CREATE TABLE principal (name TEXT PRIMARY KEY, roles TEXT NOT NULL);
            CREATE TABLE api_key (
                id TEXT PRIMARY KEY, principal TEXT NOT NULL, salt TEXT NOT NULL, hash TEXT NOT NULL,
                created TEXT NOT NULL, expires TEXT, revoked TEXT);
            CREATE TABLE review (
                id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, author TEXT NOT NULL,
                requester TEXT NOT NULL, question TEXT NOT NULL, required INTEGER NOT NULL, state TEXT NOT NULL,
                created TEXT NOT NULL, deadline TEXT, escalated TEXT);
            CREATE INDEX review_subject ON review (subject);
            CREATE TABLE assignment (review INTEGER NOT NULL, reviewer TEXT NOT NULL, PRIMARY KEY (review, reviewer));
            CREATE TABLE decision (
                id INTEGER PRIMARY KEY, review INTEGER NOT NULL, reviewer TEXT NOT NULL, verdict TEXT NOT NULL,
                reason TEXT NOT NULL, time TEXT NOT NULL);

            """
    }
#endif
