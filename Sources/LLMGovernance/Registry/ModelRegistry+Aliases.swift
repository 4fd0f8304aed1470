#if Governance
    import GRDB

    extension ModelRegistry {
        /// The version that an alias names; nil when nothing has it.
        public func version(alias: String, of model: String) throws -> ModelVersion? {
            try store.read { database in
                try Self.aliasVersion(database, model, alias).map { try Self.version(database, model, $0) }
            }
        }

        /// The aliases of a model with the numbers of their versions.
        public func aliases(of model: String) throws -> [String: Int] {
            try store.read {
                let rows = try Row.fetchAll(
                    $0, sql: "SELECT name, number FROM alias WHERE model = ? AND number IS NOT NULL",
                    arguments: [model])
                return Dictionary(rows.map { ($0["name"], $0["number"]) }) { $1 }
            }
        }

        /// All moves of an alias, the oldest first.
        public func history(alias: String, of model: String) throws -> [AliasMove] {
            try store.read { try Self.history($0, model, alias) }
        }

        /// Moves an alias where no rules stand: from the version that the caller saw to another.
        ///
        /// - Parameters:
        ///   - expected: The version that the alias has to name now; nil for none.
        ///   - new: The version to name; nil to remove the alias.
        /// - Throws: ``GovernanceError/conflict(subject:expected:found:)`` when somebody else moved it,
        ///   ``PromotionRefusal`` when the alias has a policy.
        public func moveAlias(_ alias: String, of model: String, from expected: Int?, to new: Int?, actor: String)
            throws
        {
            try Name.check(alias, "alias")
            let event = AuditEvent(
                actor: actor, action: "registry.alias", subject: "\(model)@\(alias)",
                details: ["from": Self.text(expected), "to": Self.text(new)])
            try store.change(event) { database, event in
                try Self.compare(database, model, alias, expected)
                if try Self.policy(database, model, alias) != nil {
                    throw PromotionRefusal(
                        subject: "\(model)/\(Self.text(new))", alias: alias,
                        failures: [.init(rule: "promotion", reason: "the alias has approval rules: promote instead")])
                }
                if let new {
                    let version = try Self.version(database, model, new)
                    if version.isWithdrawn { throw Self.withdrawn(version, alias) }
                    event.details["digest"] = version.digest
                }
                try move(database, model, alias, .set, from: expected, to: new, actor)
            }
        }

        /// Sets the rules that a version has to pass before an alias names it.
        public func setPolicy(_ policy: ApprovalPolicy, alias: String, of model: String, actor: String) throws {
            try Name.check(alias, "alias")
            try Name.check(model, "model name")
            let text = String(decoding: try CanonicalJSON.bytes(of: policy.json), as: UTF8.self)
            let event = AuditEvent(
                actor: actor, action: "registry.policy", subject: "\(model)@\(alias)", details: ["rules": text])
            try store.change(event) { database, _ in
                try database.execute(
                    sql: "INSERT OR REPLACE INTO policy VALUES (?, ?, ?)", arguments: [model, alias, text])
            }
        }

        /// The rules of an alias; nil when it has none.
        public func policy(alias: String, of model: String) throws -> ApprovalPolicy? {
            try store.read { try Self.policy($0, model, alias) }
        }

        /// Which rules a version would fail now; empty when it could be promoted.
        public func check(_ version: ModelVersion, alias: String, actor: String) throws -> [RuleFailure] {
            try store.read { try Self.failures($0, version, alias, actor, Self.policy($0, version.model, alias)) }
        }

        /// Lets an alias name a version, if all its rules pass.
        ///
        /// - Parameter expected: The version that the alias has to name now; `.some(nil)` for none, nil for any.
        /// Reads all its files and compares them with what was registered.
        ///
        /// - Throws: ``PromotionRefusal`` with every rule that failed; a changed file is one.
        public func promote(_ version: ModelVersion, to alias: String, actor: String, expected: Int?? = nil) throws {
            try Name.check(alias, "alias")
            let event = AuditEvent(
                actor: actor, action: "registry.promote", subject: "\(version)",
                details: ["alias": alias, "digest": version.digest])
            // Outside the lock: a model takes a while to read.
            var damage: RuleFailure?
            do { _ = try checkedManifest(of: version) } catch let GovernanceError.corrupt(_, place, reason) {
                damage = RuleFailure(rule: "files", reason: "\(place): \(reason)")
            }
            try store.change(event) { database, event in
                if let expected { try Self.compare(database, version.model, alias, expected) }
                let current = try Self.aliasVersion(database, version.model, alias)
                event.details["from"] = Self.text(current)
                event.details["to"] = "\(version.number)"
                let failures =
                    try [damage].compactMap(\.self)
                    + Self.failures(database, version, alias, actor, Self.policy(database, version.model, alias))
                guard failures.isEmpty else {
                    throw PromotionRefusal(subject: "\(version)", alias: alias, failures: failures)
                }
                try move(database, version.model, alias, .promote, from: current, to: version.number, actor)
            }
        }

        /// Takes an alias back to the version that it named before the current one, and before that on the next call.
        ///
        /// Versions that were withdrawn are passed over. Needs no approval: what is gone back to had it.
        ///
        /// - Returns: the version that the alias names now.
        @discardableResult public func rollback(
            alias: String, of model: String, actor: String, reason: String = ""
        ) throws -> ModelVersion {
            let event = AuditEvent(
                actor: actor, action: "registry.rollback", subject: "\(model)@\(alias)", details: ["why": reason])
            return try store.change(event) { database, event in
                var trail: [Int] = []
                for entry in try Self.history(database, model, alias) {
                    guard let new = entry.new else { continue }
                    if entry.kind == .rollback {
                        while let last = trail.last, last != new { trail.removeLast() }
                    } else if trail.last != new {
                        trail.append(new)
                    }
                }
                guard let current = try Self.aliasVersion(database, model, alias) else {
                    throw GovernanceError.notFound(kind: "alias", name: "\(model)@\(alias)")
                }
                while let last = trail.last {
                    let version = try Self.version(database, model, last)
                    if last != current, !version.isWithdrawn { break }
                    trail.removeLast()
                }
                guard let target = trail.last else {
                    throw GovernanceError.notFound(kind: "earlier version", name: "for \(model)@\(alias)")
                }
                event.details["from"] = "\(current)"
                event.details["to"] = "\(target)"
                try move(database, model, alias, .rollback, from: current, to: target, actor)
                return try Self.version(database, model, target)
            }
        }

        // MARK: In a transaction

        static func aliasVersion(_ database: Database, _ model: String, _ alias: String) throws -> Int? {
            try Int.fetchOne(
                database, sql: "SELECT number FROM alias WHERE model = ? AND name = ?", arguments: [model, alias])
        }

        static func policy(_ database: Database, _ model: String, _ alias: String) throws -> ApprovalPolicy? {
            try String.fetchOne(
                database, sql: "SELECT rules FROM policy WHERE model = ? AND alias = ?", arguments: [model, alias]
            ).map { try ApprovalPolicy(json: $0, source: "rules of \(model)@\(alias)") }
        }

        static func history(_ database: Database, _ model: String, _ alias: String) throws -> [AliasMove] {
            try Row.fetchAll(
                database, sql: "SELECT * FROM alias_move WHERE model = ? AND name = ? ORDER BY id",
                arguments: [model, alias]
            ).map {
                AliasMove(
                    kind: AliasMove.Kind(rawValue: $0["kind"]) ?? .set, old: $0["old"], new: $0["new"],
                    actor: $0["actor"], time: try time($0["time"]))
            }
        }

        static func withdrawn(_ version: ModelVersion, _ alias: String) -> PromotionRefusal {
            PromotionRefusal(
                subject: "\(version)", alias: alias,
                failures: [.init(rule: "withdrawn", reason: "the version was withdrawn")])
        }

        private static func text(_ number: Int?) -> String { number.map { "\($0)" } ?? "none" }

        private static func compare(_ database: Database, _ model: String, _ alias: String, _ expected: Int?) throws {
            let found = try aliasVersion(database, model, alias)
            guard found == expected else {
                throw GovernanceError.conflict(subject: "\(model)@\(alias)", expected: expected, found: found)
            }
        }

        private func move(
            _ database: Database, _ model: String, _ alias: String, _ kind: AliasMove.Kind, from old: Int?,
            to new: Int?,
            _ actor: String
        ) throws {
            try database.execute(
                sql: "INSERT OR REPLACE INTO alias VALUES (?, ?, ?)", arguments: [model, alias, new])
            try database.execute(
                sql: "INSERT INTO alias_move (model, name, kind, old, new, actor, time) VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [model, alias, kind.rawValue, old, new, actor, "\(store.clock())"])
        }
    }
#endif
