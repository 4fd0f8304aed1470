#if Governance
    import GRDB
    import LLMTensor

    /// Models by name and version: immutable content, aliases that move, what was measured and checked, and where each
    /// came from. Safe from many threads and processes; see ``GovernanceStore`` for how changes and the audit log hold
    /// together.
    public struct ModelRegistry: Sendable {
        /// The store that it keeps everything in.
        public let store: GovernanceStore

        var blobs: BlobStore { BlobStore(directory: store.directory + "/blobs") }

        /// The registry of a store.
        public init(store: GovernanceStore) { self.store = store }

        /// Registers a model file or folder as the next version of a model.
        ///
        /// The files are copied. Content that the model has already gives the version that has it.
        public func register(
            model: String, path: String, author: String, summary: String = "", tags: [String: String] = [:]
        ) throws -> ModelVersion {
            try Name.check(model, "model name")
            let manifest = try blobs.add(modelAt: path)
            let digest = try manifest.digest()
            let event = AuditEvent(
                actor: author, action: "registry.register", subject: model, details: ["digest": digest])
            return try store.change(event) { database, event in
                if let version = try Self.version(database, model: model, digest: digest) {
                    event.subject = "\(version)"
                    event.details["existing"] = "true"
                    return version
                }
                let last = try Int.fetchOne(
                    database, sql: "SELECT max(number) FROM version WHERE model = ?", arguments: [model])
                let version = ModelVersion(
                    model: model, number: (last ?? 0) + 1, digest: digest,
                    byteCount: manifest.files.reduce(0) { $0 + $1.size }, author: author, created: store.clock(),
                    summary: summary, isWithdrawn: false)
                try database.execute(
                    sql: "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                    arguments: [
                        model, version.number, digest, version.byteCount, author, "\(version.created)", summary,
                    ])
                for file in manifest.files {
                    try database.execute(
                        sql: "INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?)",
                        arguments: [digest, file.path, file.sha256, file.size])
                }
                for (name, value) in tags {
                    try database.execute(
                        sql: "INSERT INTO tag VALUES (?, ?, ?, ?)", arguments: [model, version.number, name, value])
                }
                try Self.add(
                    LineageNode(id: "\(version)", kind: .model, label: "\(version)"), to: database)
                event.subject = "\(version)"
                return version
            }
        }

        /// The names of all models.
        public func models() throws -> [String] {
            try store.read { try String.fetchAll($0, sql: "SELECT DISTINCT model FROM version ORDER BY model") }
        }

        /// The versions of a model, the oldest first.
        public func versions(of model: String) throws -> [ModelVersion] {
            try store.read {
                try Row.fetchAll($0, sql: "SELECT * FROM version WHERE model = ? ORDER BY number", arguments: [model])
                    .map(Self.version)
            }
        }

        /// A version by number.
        public func version(_ number: Int, of model: String) throws -> ModelVersion {
            try store.read { try Self.version($0, model, number) }
        }

        /// A version by `model/3`, `model@alias`, or `model` alone for the newest.
        public func resolve(_ reference: String) throws -> ModelVersion {
            try store.read { try Self.resolve($0, reference) }
        }

        /// The files of a version.
        public func manifest(of version: ModelVersion) throws -> ModelManifest {
            try store.read { try Self.manifest($0, digest: version.digest) }
        }

        /// A path to load the model from: its file, or its folder when it has several files.
        ///
        /// The files are links to the blobs under their own names; nobody may write them.
        ///
        /// - Parameter verifying: Whether all bytes are read and compared first.
        /// - Throws: ``GovernanceError/corrupt(path:place:reason:)`` when a blob is missing or was changed; the refusal is recorded.
        public func path(of version: ModelVersion, verifying: Bool = true) throws -> String {
            let manifest: ModelManifest
            do {
                manifest = try checkedManifest(of: version, verifying: verifying)
            } catch let error as GovernanceError {
                guard case .corrupt = error else { throw error }
                try store.audit.record(
                    AuditEvent(
                        actor: "registry", action: "registry.load", subject: "\(version)", outcome: .refused,
                        details: ["reason": "\(error)", "digest": version.digest]))
                throw error
            }
            let folder = "\(store.directory)/versions/\(version.digest)"
            try blobs.lay(manifest, in: folder)
            return manifest.files.count == 1 ? "\(folder)/\(manifest.files[0].path)" : folder
        }

        /// The files of a version, compared with what was registered.
        ///
        /// - Throws: ``GovernanceError/corrupt(path:place:reason:)``.
        func checkedManifest(of version: ModelVersion, verifying: Bool = true) throws -> ModelManifest {
            let manifest = try manifest(of: version)
            guard try manifest.digest() == version.digest else {
                throw GovernanceError.corrupt(
                    path: store.directory, place: "\(version)", reason: "its list of files is not what was registered")
            }
            if verifying { for file in manifest.files { try blobs.check(file) } }
            return manifest
        }

        /// The tags of a version.
        public func tags(of version: ModelVersion) throws -> [String: String] {
            try store.read {
                let rows = try Row.fetchAll(
                    $0, sql: "SELECT name, value FROM tag WHERE model = ? AND number = ?",
                    arguments: [version.model, version.number])
                return Dictionary(rows.map { ($0["name"], $0["value"]) }) { $1 }
            }
        }

        /// Sets a tag, or takes it away with nil.
        public func setTag(_ name: String, to value: String?, of version: ModelVersion, actor: String) throws {
            let event = AuditEvent(
                actor: actor, action: "registry.tag", subject: "\(version)",
                details: ["tag": name, "value": value ?? ""])
            try store.change(event) { database, _ in
                _ = try Self.version(database, version.model, version.number)
                try database.execute(
                    sql: "DELETE FROM tag WHERE model = ? AND number = ? AND name = ?",
                    arguments: [version.model, version.number, name])
                if let value {
                    try database.execute(
                        sql: "INSERT INTO tag VALUES (?, ?, ?, ?)",
                        arguments: [version.model, version.number, name, value])
                }
            }
        }

        /// Marks a version as not to be used: it is not promoted and not rolled back to any more.
        public func withdraw(_ version: ModelVersion, reason: String, actor: String) throws {
            let event = AuditEvent(
                actor: actor, action: "registry.withdraw", subject: "\(version)", details: ["why": reason])
            try store.change(event) { database, _ in
                _ = try Self.version(database, version.model, version.number)
                try database.execute(
                    sql: "UPDATE version SET withdrawn = 1 WHERE model = ? AND number = ?",
                    arguments: [version.model, version.number])
            }
        }
    }

    // MARK: Rows

    extension ModelRegistry {
        static func version(_ row: Row) throws -> ModelVersion {
            ModelVersion(
                model: row["model"], number: row["number"], digest: row["digest"], byteCount: row["bytes"],
                author: row["author"], created: try time(row["created"]), summary: row["description"],
                isWithdrawn: row["withdrawn"])
        }

        static func time(_ text: String) throws -> UTCTime {
            guard let time = UTCTime(text) else {
                throw GovernanceError.corrupt(path: "governance.sqlite", place: "time", reason: "is '\(text)'")
            }
            return time
        }

        static func version(_ database: Database, _ model: String, _ number: Int) throws -> ModelVersion {
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM version WHERE model = ? AND number = ?", arguments: [model, number])
            else { throw GovernanceError.notFound(kind: "version", name: "\(model)/\(number)") }
            return try version(row)
        }

        static func version(_ database: Database, model: String, digest: String) throws -> ModelVersion? {
            try Row.fetchOne(
                database, sql: "SELECT * FROM version WHERE model = ? AND digest = ?", arguments: [model, digest]
            ).map(version)
        }

        static func resolve(_ database: Database, _ reference: String) throws -> ModelVersion {
            if let slash = reference.lastIndex(of: "/"), let number = Int(reference[reference.index(after: slash)...]) {
                return try version(database, String(reference[..<slash]), number)
            }
            if let sign = reference.lastIndex(of: "@") {
                let model = String(reference[..<sign])
                let name = String(reference[reference.index(after: sign)...])
                guard let number = try aliasVersion(database, model, name) else {
                    throw GovernanceError.notFound(kind: "alias", name: reference)
                }
                return try version(database, model, number)
            }
            let last = try Int.fetchOne(
                database, sql: "SELECT max(number) FROM version WHERE model = ?", arguments: [reference])
            guard let last else { throw GovernanceError.notFound(kind: "model", name: reference) }
            return try version(database, reference, last)
        }

        static func manifest(_ database: Database, digest: String) throws -> ModelManifest {
            ModelManifest(
                try Row.fetchAll(database, sql: "SELECT * FROM file WHERE digest = ?", arguments: [digest]).map {
                    ManifestFile(path: $0["path"], sha256: $0["sha256"], size: $0["size"])
                })
        }
    }

    /// What models, aliases, principals and roles may be called.
    enum Name {
        static func check(_ name: String, _ what: String) throws {
            let allowed = name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
            }
            guard allowed, (1...128).contains(name.utf8.count), name.utf8.first != 0x2E else {
                throw GovernanceError.invalid(
                    subject: "\(what) '\(name)'", reason: "expected 1 to 128 of A-Z a-z 0-9 - . _, not first a point")
            }
        }
    }
#endif
