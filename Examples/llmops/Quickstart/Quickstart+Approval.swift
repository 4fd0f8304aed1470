#if CommandLine
    import Foundation
    import LLMEval
    import LLMGovernance
    import LLMTensor

    /// What the registry and its gates did.
    struct QuickstartApproval {
        /// Versions by what the report calls them.
        var versions: [(name: String, version: ModelVersion)] = []
        /// What was refused, and why.
        var refusals: [(what: String, why: String)] = []
        var graph = LineageGraph(nodes: [], edges: [])
        var moves: [AliasMove] = []
        /// The log at the end.
        var auditEntries = 0
        var auditRoot = ""
        var isIntact = false
        /// Whether a copy of the log with one changed byte was found out.
        var foundTampering = false
        var recent: [AuditEntry] = []
    }

    extension Quickstart {
        static let alias = "champion"
        private static let trainer = "trainer"
        private static let reviewer = "ada"
        private static let operations = "operations"

        /// The store that registry, reviews, keys and audit log share.
        func governance() throws -> GovernanceStore { try GovernanceStore(directory: files.governance) }

        /// Says who may do what, and registers the models of the first half.
        mutating func registerModels() throws {
            let store = try governance()
            let registry = ModelRegistry(store: store)
            let access = AccessControl(store: store)
            try access.grant(["admin"], to: "setup", actor: "setup")
            _ = try access.makeKey(for: "setup", actor: "setup")
            try access.grant(["developer"], to: Self.trainer, actor: "setup")
            try access.grant(["reviewer"], to: Self.reviewer, actor: "setup")
            try access.grant(["operator"], to: Self.operations, actor: "setup")
            try access.grant(["viewer"], to: "guest", actor: "setup")
            try registry.setPolicy(
                ApprovalPolicy([
                    .metric("accuracy", dataset: "held-out tickets", minimum: 0.6),
                    .notWorse("accuracy", margin: 0.03, higherIsBetter: true, dataset: "held-out tickets"),
                    .evidence("personal-data"), .evidence("contamination"), .evidence("canaries"), .reviews(1),
                    .twoPersons,
                ]), alias: Self.alias, of: Self.service, actor: "setup")
            let corpus = LineageNode(id: "data:corpus-\(seed)", kind: .dataset, label: "service-desk records")
            let base = try register("base", files.base, "pre-trained from scratch", made: [corpus])
            try register("tuned", files.tuned, "LoRA, merged", made: [corpus, node(base)])
            // Not everybody may do everything.
            try refused("a guest promotes a model") {
                try access.authorize(principal: "guest", permission: "registry.promote")
            }
            let key = try access.makeKey(
                for: Self.operations, expires: UTCTime("2020-01-01T00:00:00Z"), actor: "setup")
            try refused("a key that expired in 2020 is used") {
                try access.authorize(key: key.key, permission: "registry.promote")
            }
        }

        private func node(_ version: ModelVersion) -> LineageNode {
            LineageNode(id: "\(version)", kind: .model, label: "\(version)")
        }

        /// Registers a model file with what it was made from, its measurements and its checks.
        @discardableResult
        mutating func register(
            _ name: String, _ path: String, _ summary: String, made sources: [LineageNode],
            measured: [EvaluationResult] = []
        ) throws -> ModelVersion {
            let registry = ModelRegistry(store: try governance())
            let version = try registry.register(
                model: Self.service, path: path, author: Self.trainer, summary: summary, tags: ["seed": "\(seed)"])
            for source in sources {
                try registry.link(source, to: node(version), relation: "trained", actor: Self.trainer)
            }
            var results = measured
            if let variant = findings.variants.first(where: { $0.name == name }) {
                if let accuracy = variant.classification?.accuracy {
                    results.append(.init(metric: "accuracy", value: accuracy, dataset: "held-out tickets"))
                }
                if let perplexity = variant.perplexity {
                    results.append(
                        .init(
                            metric: "perplexity", value: perplexity.perplexity, dataset: "held-out documents",
                            signature: perplexity.signature))
                }
            }
            try registry.attach(results, to: version, actor: Self.trainer)
            for evidence in checkEvidence { try registry.attach(evidence, to: version, actor: Self.trainer) }
            findings.approval.versions.append((name, version))
            note("\(version): \(name), sha256 \(version.digest.prefix(12))...")
            return version
        }

        /// What the checks of the data say, as evidence a gate asks for.
        private var checkEvidence: [CheckEvidence] {
            let checks = findings.checks
            let worst = checks.personalData.map(\.recall).min() ?? 0
            let exposure = checks.untouched?.levels.map(\.meanEstimated).max() ?? .infinity
            return [
                CheckEvidence(
                    kind: "personal-data", passed: worst >= 0.95,
                    summary: "\(checks.redacted) places blacked out; lowest recall of a planted kind \(worst)"),
                CheckEvidence(
                    kind: "contamination", passed: checks.ownContamination < 0.05,
                    summary: "\(checks.ownContamination) of the held-out documents stand in the training split"),
                CheckEvidence(
                    kind: "canaries", passed: exposure < 6,
                    summary: "highest mean exposure of secrets it never saw: \(exposure) bits"),
            ]
        }

        /// Writes the card and the bill of materials of a version, out of what this run measured.
        mutating func writeCard(_ name: String, _ path: String) throws {
            guard let version = findings.approval.versions.last(where: { $0.name == name })?.version else { return }
            let registry = ModelRegistry(store: try governance())
            var card = ModelCard(
                name: Self.service, version: "\(version.number)",
                summary: "A small GPT that names the queue of a service-desk ticket; made by llmops quickstart.",
                licence: .init(expression: "Apache-2.0"))
            card.digest = version.digest
            card.task = "text-classification"
            card.languages = ["en"]
            card.architecture = "llama"
            card.parameterCount = findings.pretraining.parameters
            card.datasets = [.init(name: "service-desk world", version: "seed \(seed)", licence: "Apache-2.0")]
            card.hyperparameters = [
                "adapter": "LoRA, rank 8", "pretraining_steps": "\(findings.pretraining.steps.count)",
            ]
            card.evaluations = try registry.evaluations(of: version).map {
                .init(
                    task: card.task, dataset: $0.dataset, metric: $0.metric, value: $0.value,
                    signature: $0.signature.isEmpty ? nil : $0.signature)
            }
            card.checks = try registry.evidence(of: version).map {
                .init(name: $0.kind, isPassed: $0.passed, detail: $0.summary)
            }
            card.lineage = try registry.lineage().around("\(version)").nodes.map {
                .init(kind: $0.kind.rawValue, name: $0.label)
            }
            card.considerations.limitations = [
                "Trained on generated tickets of one company; other words lower its accuracy."
            ]
            card.considerations.prohibitedUses = ["Decisions about people."]
            try Data(card.markdown.utf8).write(to: URL(filePath: path + ".md"))
            try Data(JSONWriter().bytes(of: card.billOfMaterials)).write(to: URL(filePath: path + ".cdx.json"))
        }

        /// Tries without a review, asks for one, and makes a version the champion.
        mutating func approve(_ name: String, question: String) throws {
            guard let version = findings.approval.versions.last(where: { $0.name == name })?.version else { return }
            let store = try governance()
            let registry = ModelRegistry(store: store)
            let reviews = ReviewQueue(store: store)
            try refused("\(name) is promoted without a review") {
                try registry.promote(version, to: Self.alias, actor: Self.operations)
            }
            let review = try reviews.request(
                subject: "\(version)", author: Self.trainer, question: question, actor: Self.trainer)
            try refused("\(name) is approved by its own author") {
                try reviews.decide(review.id, .approve, reason: "mine", reviewer: Self.trainer)
            }
            try reviews.decide(review.id, .approve, reason: "figures and checks read", reviewer: Self.reviewer)
            try registry.promote(version, to: Self.alias, actor: Self.operations)
            note("\(version) is \(Self.alias), approved by \(Self.reviewer)")
        }

        /// Goes back one version and forward again.
        mutating func rehearseRollback() throws {
            let registry = ModelRegistry(store: try governance())
            let champion = try registry.version(alias: Self.alias, of: Self.service)
            let before = try registry.rollback(
                alias: Self.alias, of: Self.service, actor: Self.operations, reason: "rehearsal")
            if let champion { try registry.promote(champion, to: Self.alias, actor: Self.operations) }
            note("rolled back to \(before) and promoted again")
        }

        /// Checks registry and log, and that a changed byte would be found.
        mutating func verifyGovernance() throws {
            let store = try governance()
            let registry = ModelRegistry(store: store)
            let verification = try store.audit.verify()
            findings.approval.isIntact = try verification.isIntact && registry.verify().isIntact
            findings.approval.auditEntries = verification.size
            let checkpoint = try store.audit.checkpoint()
            try Data(checkpoint.text.utf8).write(to: URL(filePath: files.folder + "/checkpoint.txt"))
            findings.approval.auditRoot = Data(checkpoint.root).base64EncodedString()
            findings.approval.recent = try store.audit.lastEntries(12)
            findings.approval.graph = try registry.lineage()
            findings.approval.moves = try registry.history(alias: Self.alias, of: Self.service)
            findings.approval.foundTampering = try tamperedCopyIsFound(checkpoint)
            note(
                "\(verification.size) entries of the audit log and all model files verify; a changed byte in a copy is "
                    + (findings.approval.foundTampering ? "found" : "NOT found"))
        }

        /// Changes one byte of a copy of the log.
        private func tamperedCopyIsFound(_ checkpoint: Checkpoint) throws -> Bool {
            let copy = files.folder + "/audit-copy"
            if FileManager.default.fileExists(atPath: copy) { try FileManager.default.removeItem(atPath: copy) }
            try FileManager.default.copyItem(atPath: files.governance + "/audit", toPath: copy)
            defer { try? FileManager.default.removeItem(atPath: copy) }
            let sizes = try FileManager.default.contentsOfDirectory(atPath: copy).map { name -> (String, Int) in
                let attributes = try FileManager.default.attributesOfItem(atPath: copy + "/" + name)
                return (name, attributes[.size] as? Int ?? 0)
            }
            guard let largest = sizes.max(by: { $0.1 < $1.1 })?.0 else { return false }
            let file = URL(filePath: copy + "/" + largest)
            var bytes = try Data(contentsOf: file)
            guard !bytes.isEmpty else { return false }
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: file)
            return try !AuditLog.verify(directory: copy, against: [checkpoint]).isIntact
        }

        /// Does what must be refused, and keeps the refusal.
        private mutating func refused(_ what: String, _ body: () throws -> Void) throws {
            do {
                try body()
            } catch let error as AccessRefusal {
                findings.approval.refusals.append((what, "\(error)"))
            } catch let error as PromotionRefusal {
                findings.approval.refusals.append((what, "\(error)"))
            } catch let error as ReviewRefusal {
                findings.approval.refusals.append((what, "\(error)"))
            }
            guard findings.approval.refusals.last?.what == what else { throw QuickstartError.notRefused(what) }
            note("refused: \(what)")
        }
    }
#endif
