#if Governance
    import GRDB

    /// What a full check of a store found.
    public struct RegistryVerification: Sendable {
        /// Versions that were looked at.
        public var versions = 0
        /// Bytes that were read and hashed.
        public var bytes = 0
        /// What is wrong.
        public var problems: [String] = []
        /// Whether nothing is.
        public var isIntact: Bool { problems.isEmpty }
    }

    extension ModelRegistry {
        /// Checks the database, all blobs, the manifests, the aliases against their history, and both against the audit
        /// log: no change without an entry.
        ///
        /// - Parameter reference: Only this version's files; nil for everything.
        public func verify(_ reference: String? = nil) throws -> RegistryVerification {
            var result = RegistryVerification()
            let chosen = try reference.map { [try resolve($0)] }
            // Blobs are read outside the lock and the transaction.
            let versions = try chosen ?? models().flatMap { try self.versions(of: $0) }
            for version in versions {
                result.versions += 1
                let manifest = try manifest(of: version)
                if try manifest.digest() != version.digest {
                    result.problems.append("\(version): its list of files is not what was registered")
                }
                for file in manifest.files {
                    try Task.checkCancellation()
                    do {
                        try blobs.check(file)
                        result.bytes += file.size
                    } catch let error as GovernanceError {
                        result.problems.append("\(version): \(error)")
                    }
                }
            }
            if reference == nil {
                // No writer may be between its entry and its commit while both are compared.
                try ProcessLock.with(store.directory + "/write.lock") {
                    let log = try store.audit.verify()
                    result.problems += log.problems.map(\.description)
                    if log.isIntact {
                        let entries = try store.audit.entries(0..<log.size)
                        result.problems += try store.read { try Self.compare($0, with: entries) }
                    }
                }
            }
            return result
        }

        private static func compare(_ database: Database, with entries: [AuditEntry]) throws -> [String] {
            var problems = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            var operations: [String: Int] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT id, sequence FROM operation") {
                operations[row["id"]] = row["sequence"]
            }
            var aliases: [String: String] = [:]
            var digests: [String: String] = [:]
            for entry in entries {
                guard let operation = entry.event.details["operation"],
                    operations.removeValue(forKey: operation) == entry.sequence
                else { continue }
                let details = entry.event.details
                switch entry.event.action {
                case "registry.register": digests[entry.event.subject] = details["digest"]
                case "registry.alias", "registry.rollback": aliases[entry.event.subject] = details["to"]
                case "registry.promote":
                    let model = entry.event.subject.prefix { $0 != "/" }
                    aliases["\(model)@\(details["alias"] ?? "")"] = details["to"]
                default: break
                }
            }
            problems += operations.map { "operation \($0.key) has no entry \($0.value) in the audit log" }.sorted()
            for row in try Row.fetchAll(database, sql: "SELECT * FROM version") {
                let version = try version(row)
                if digests["\(version)"] != version.digest {
                    problems.append("\(version): the audit log has another digest, or none")
                }
                digests["\(version)"] = nil
            }
            problems += digests.keys.sorted().map { "\($0): is in the audit log and not in the registry" }
            for row in try Row.fetchAll(database, sql: "SELECT * FROM alias") {
                let name = "\(row["model"] as String)@\(row["name"] as String)"
                let number = (row["number"] as Int?).map { "\($0)" } ?? "none"
                if aliases[name] != number {
                    problems.append("\(name): is \(number), the audit log says \(aliases[name] ?? "nothing")")
                }
                let last = try history(database, row["model"], row["name"]).last
                if last?.new != row["number"] as Int? { problems.append("\(name): its history says otherwise") }
            }
            return problems
        }
    }
#endif
