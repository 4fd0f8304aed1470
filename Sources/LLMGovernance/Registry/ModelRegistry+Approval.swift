#if Governance
    import GRDB

    extension ModelRegistry {
        /// Attaches measured values to a version.
        public func attach(_ results: [EvaluationResult], to version: ModelVersion, actor: String) throws {
            let event = AuditEvent(
                actor: actor, action: "registry.evaluation", subject: "\(version)",
                details: Dictionary(results.map { ("\($0.metric) on \($0.dataset)", "\($0.value)") }) { $1 })
            try store.change(event) { database, _ in
                _ = try Self.version(database, version.model, version.number)
                for result in results {
                    guard result.value.isFinite else {
                        throw GovernanceError.invalid(subject: result.metric, reason: "is \(result.value)")
                    }
                    try database.execute(
                        sql: """
                            INSERT INTO evaluation (model, number, metric, value, dataset, signature, actor, time)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                            """,
                        arguments: [
                            version.model, version.number, result.metric, result.value, result.dataset,
                            result.signature, actor, "\(store.clock())",
                        ])
                }
            }
        }

        /// Attaches the outcome of a check to a version.
        public func attach(_ evidence: CheckEvidence, to version: ModelVersion, actor: String) throws {
            let event = AuditEvent(
                actor: actor, action: "registry.evidence", subject: "\(version)",
                details: [
                    "kind": evidence.kind, "passed": "\(evidence.passed)", "summary": evidence.summary,
                    "report": evidence.digest,
                ])
            try store.change(event) { database, _ in
                _ = try Self.version(database, version.model, version.number)
                try database.execute(
                    sql: """
                        INSERT INTO evidence (model, number, kind, passed, summary, digest, actor, time)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        version.model, version.number, evidence.kind, evidence.passed, evidence.summary,
                        evidence.digest, actor, "\(store.clock())",
                    ])
            }
        }

        /// What was measured of a version, the oldest first.
        public func evaluations(of version: ModelVersion) throws -> [EvaluationResult] {
            try store.read {
                try Row.fetchAll(
                    $0, sql: "SELECT * FROM evaluation WHERE model = ? AND number = ? ORDER BY id",
                    arguments: [version.model, version.number]
                ).map {
                    EvaluationResult(
                        metric: $0["metric"], value: $0["value"], dataset: $0["dataset"], signature: $0["signature"])
                }
            }
        }

        /// The checks of a version, the oldest first.
        public func evidence(of version: ModelVersion) throws -> [CheckEvidence] {
            try store.read {
                try Row.fetchAll(
                    $0, sql: "SELECT * FROM evidence WHERE model = ? AND number = ? ORDER BY id",
                    arguments: [version.model, version.number]
                ).map {
                    CheckEvidence(
                        kind: $0["kind"], passed: $0["passed"], summary: $0["summary"], digest: $0["digest"])
                }
            }
        }

        /// Which rules a version fails.
        static func failures(
            _ database: Database, _ version: ModelVersion, _ alias: String, _ actor: String, _ policy: ApprovalPolicy?
        ) throws -> [RuleFailure] {
            let stored = try Self.version(database, version.model, version.number)
            var failures: [RuleFailure] = []
            if stored.digest != version.digest {
                failures.append(RuleFailure(rule: "digest", reason: "is not that of the registered version"))
            }
            if stored.isWithdrawn {
                failures.append(RuleFailure(rule: "withdrawn", reason: "the version was withdrawn"))
            }
            // Also without a rule: an open review blocks, and so does a rejection that stands.
            if try ReviewQueue.hasOpenReview(database, subject: "\(version)") {
                failures.append(RuleFailure(rule: "review", reason: "a review is open"))
            }
            if try ReviewQueue.isRejected(database, subject: "\(version)") {
                failures.append(
                    RuleFailure(rule: "review", reason: "was rejected, and no review that ended later approved it"))
            }
            for rule in policy?.rules ?? [] {
                if let reason = try reason(database, rule, stored, actor) {
                    failures.append(RuleFailure(rule: rule.name, reason: reason))
                }
            }
            return failures
        }

        /// Why a version fails a rule; nil when it passes.
        private static func reason(
            _ database: Database, _ rule: ApprovalRule, _ version: ModelVersion, _ actor: String
        ) throws -> String? {
            switch rule {
            case .metric(let metric, let dataset, let minimum, let maximum):
                guard let value = try latest(database, metric, dataset, version.model, version.number) else {
                    return "was not measured\(dataset.map { " on \($0)" } ?? "")"
                }
                if let minimum, value < minimum { return "is \(value), at least \(minimum) is required" }
                if let maximum, value > maximum { return "is \(value), at most \(maximum) is allowed" }
                return nil
            case .notWorse(let metric, let alias, let margin, let higherIsBetter, let dataset):
                guard let value = try latest(database, metric, dataset, version.model, version.number) else {
                    return "was not measured\(dataset.map { " on \($0)" } ?? "")"
                }
                guard let number = try aliasVersion(database, version.model, alias) else { return nil }
                guard let other = try latest(database, metric, dataset, version.model, number) else {
                    return "\(alias), \(version.model)/\(number), was not measured\(dataset.map { " on \($0)" } ?? "")"
                }
                let loss = higherIsBetter ? other - value : value - other
                return loss > margin ? "is \(value), \(alias) has \(other): worse by more than \(margin)" : nil
            case .reviews(let count):
                let approvers = try ReviewQueue.approvers(database, subject: "\(version)")
                    .subtracting([version.author])
                return approvers.count < count ? "has \(approvers.count) of \(count) approvals" : nil
            case .twoPersons:
                let others = try ReviewQueue.approvers(database, subject: "\(version)").subtracting([version.author])
                return others.isEmpty && actor == version.author
                    ? "\(actor) registered the version; somebody else has to approve or promote it" : nil
            case .evidence(let kind):
                let row = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT passed, summary FROM evidence WHERE model = ? AND number = ? AND kind = ?
                        ORDER BY id DESC LIMIT 1
                        """,
                    arguments: [version.model, version.number, kind])
                guard let row else { return "there is none" }
                return row["passed"] ? nil : "the check failed: \(row["summary"] as String)"
            }
        }

        private static func latest(
            _ database: Database, _ metric: String, _ dataset: String?, _ model: String, _ number: Int
        ) throws -> Double? {
            try Double.fetchOne(
                database,
                sql: """
                    SELECT value FROM evaluation WHERE model = ? AND number = ? AND metric = ?
                    AND (? IS NULL OR dataset = ?) ORDER BY id DESC LIMIT 1
                    """,
                arguments: [model, number, metric, dataset, dataset])
        }
    }

    extension ApprovalRule {
        /// As refusals name it.
        var name: String {
            switch self {
            case .metric(let name, _, _, _), .notWorse(let name, _, _, _, _): "metric \(name)"
            case .reviews: "reviews"
            case .twoPersons: "two persons"
            case .evidence(let kind): "evidence \(kind)"
            }
        }
    }
#endif
