#if Governance
    import Foundation
    import Testing

    @testable import LLMGovernance

    struct ModelRegistryTests {
        private let folder: TestFolder
        private let store: GovernanceStore
        private var registry: ModelRegistry { ModelRegistry(store: store) }
        private var reviews: ReviewQueue { ReviewQueue(store: store) }

        init() throws {
            folder = try TestFolder()
            store = try GovernanceStore(directory: folder.path + "/store")
        }

        private func register(_ text: String, author: String = "dana") throws -> ModelVersion {
            let path = try folder.write("model.gguf", text)
            return try registry.register(model: "desk", path: path, author: author)
        }

        private func actions() throws -> [String] {
            try store.audit.entries(0..<1000).map { "\($0.event.action) \($0.event.outcome.rawValue)" }
        }

        @Test func `Content is registered once, numbered, and found again`() throws {
            let first = try register("one")
            let second = try register("two")
            #expect([first.number, second.number, try register("one").number] == [1, 2, 1])
            #expect(try registry.resolve("desk") == second)
            #expect(try registry.resolve("desk/1") == first)
            #expect(try registry.models() == ["desk"])
            let path = try registry.path(of: first)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "one")
            #expect(path.hasSuffix("/model.gguf"))
            #expect(try registry.verify().problems == [])
            #expect(throws: GovernanceError.self) { try registry.resolve("desk/3") }
            #expect(throws: GovernanceError.self) { try registry.register(model: "a/b", path: path, author: "x") }
        }

        @Test func `Aliases move by compare and set`() throws {
            _ = try register("one")
            _ = try register("two")
            try registry.moveAlias("canary", of: "desk", from: nil, to: 1, actor: "omar")
            #expect(throws: GovernanceError.conflict(subject: "desk@canary", expected: nil, found: 1)) {
                try registry.moveAlias("canary", of: "desk", from: nil, to: 2, actor: "omar")
            }
            try registry.moveAlias("canary", of: "desk", from: 1, to: 2, actor: "omar")
            #expect(try registry.resolve("desk@canary").number == 2)
            #expect(try registry.history(alias: "canary", of: "desk").map(\.new) == [1, 2])
            #expect(
                try actions().filter { $0.hasPrefix("registry.alias") }.map { String($0.split(separator: " ")[1]) }
                    == ["done", "refused", "done"])
            #expect(try registry.verify().problems == [])
        }

        @Test func `A promotion is refused with every rule that failed, and done when all pass`() throws {
            let first = try register("one")
            let second = try register("two", author: "erin")
            try registry.moveAlias("champion", of: "desk", from: nil, to: 1, actor: "omar")
            try registry.attach([.init(metric: "perplexity", value: 10, dataset: "dev")], to: first, actor: "ci")
            let yaml = """
                rules:
                  - {metric: accuracy, dataset: dev, minimum: 0.8}
                  - {metric: perplexity, not_worse_than: champion, margin: 0.5, higher_is_better: false}
                  - {reviews: 2}
                  - two_persons: true
                  - {evidence: licence}
                """
            let policy = try ApprovalPolicy(yaml: yaml)
            #expect(try ApprovalPolicy(json: policy.json, source: "again") == policy)
            try registry.setPolicy(policy, alias: "champion", of: "desk", actor: "admin")
            try registry.attach([.init(metric: "perplexity", value: 10.6, dataset: "dev")], to: second, actor: "ci")
            let refusal = #expect(throws: PromotionRefusal.self) {
                try registry.promote(second, to: "champion", actor: "erin")
            }
            #expect(
                refusal?.failures.map(\.rule)
                    == ["metric accuracy", "metric perplexity", "reviews", "two persons", "evidence licence"])
            #expect(try actions().last == "registry.promote refused")
            #expect(throws: PromotionRefusal.self) {
                try registry.moveAlias("champion", of: "desk", from: 1, to: 2, actor: "omar")
            }

            try registry.attach(
                [
                    .init(metric: "perplexity", value: 10.4, dataset: "dev"),
                    .init(metric: "accuracy", value: 0.9, dataset: "dev"),
                ], to: second, actor: "ci")
            try registry.attach(.init(kind: "licence", passed: true, summary: "Apache-2.0"), to: second, actor: "ci")
            let review = try reviews.request(subject: "desk/2", author: "erin", requiredApprovals: 2, actor: "erin")
            #expect(throws: ReviewRefusal.author("erin", review: review.id)) {
                try reviews.decide(review.id, .approve, reason: "mine", reviewer: "erin")
            }
            try reviews.decide(review.id, .approve, reason: "good", reviewer: "rosa")
            try reviews.decide(review.id, .approve, reason: "good again", reviewer: "rosa")
            #expect(try registry.check(second, alias: "champion", actor: "omar").map(\.rule) == ["review", "reviews"])
            try reviews.decide(review.id, .approve, reason: "good too", reviewer: "sami")
            try registry.promote(second, to: "champion", actor: "omar", expected: .some(1))
            #expect(try registry.resolve("desk@champion").number == 2)
            #expect(try registry.rollback(alias: "champion", of: "desk", actor: "omar").number == 1)
            #expect(throws: GovernanceError.self) {
                try registry.rollback(alias: "champion", of: "desk", actor: "omar")
            }
            #expect(try registry.verify().problems == [])
        }

        @Test func `Nothing is held to be no worse than a champion that nobody measured`() throws {
            let first = try register("one")
            let second = try register("two")
            let rule = ApprovalRule.notWorse("accuracy", margin: 0.1, higherIsBetter: true, dataset: "dev")
            try registry.setPolicy(ApprovalPolicy([rule]), alias: "champion", of: "desk", actor: "admin")
            let measured = EvaluationResult(metric: "accuracy", value: 0.9, dataset: "dev")
            #expect(try registry.check(first, alias: "champion", actor: "omar").count == 1)
            try registry.attach([measured], to: first, actor: "ci")
            // Without a champion there is nothing to be worse than.
            #expect(try registry.check(first, alias: "champion", actor: "omar") == [])

            let third = try register("three")
            try registry.setPolicy(ApprovalPolicy([]), alias: "champion", of: "desk", actor: "admin")
            try registry.promote(second, to: "champion", actor: "omar")
            try registry.setPolicy(ApprovalPolicy([rule]), alias: "champion", of: "desk", actor: "admin")
            try registry.attach([measured], to: third, actor: "ci")
            #expect(
                try registry.check(third, alias: "champion", actor: "omar").map(\.reason)
                    == ["champion, desk/2, was not measured on dev"])
            try registry.attach([.init(metric: "accuracy", value: 0.95, dataset: "test")], to: second, actor: "ci")
            #expect(try registry.check(third, alias: "champion", actor: "omar").count == 1)
            try registry.attach([.init(metric: "accuracy", value: 0.95, dataset: "dev")], to: second, actor: "ci")
            #expect(try registry.check(third, alias: "champion", actor: "omar") == [])
        }

        @Test func `A rejection blocks until a review that ends later approves`() throws {
            let version = try register("one")
            func request() throws -> Int {
                try reviews.request(subject: "\(version)", author: "dana", actor: "dana").id
            }
            func failures() throws -> [String] {
                try registry.check(version, alias: "champion", actor: "omar").map(\.rule)
            }
            try registry.setPolicy(ApprovalPolicy([.reviews(1)]), alias: "champion", of: "desk", actor: "admin")
            let early = try request()
            let rejected = try request()
            try reviews.decide(early, .approve, reason: "fine", reviewer: "rosa")
            try reviews.decide(rejected, .reject, reason: "wrong data", reviewer: "sami")
            // An approval from before does not outlive the rejection, in neither rule.
            #expect(try failures() == ["review", "reviews"])
            let late = try request()
            #expect(try failures() == ["review", "review", "reviews"])
            try reviews.decide(late, .approve, reason: "data was replaced", reviewer: "sami")
            #expect(try failures() == [])
            let again = try request()
            try reviews.decide(again, .reject, reason: "no", reviewer: "rosa")
            #expect(try failures() == ["review", "reviews"])
        }

        @Test func `Rolling back goes further back each time and passes withdrawn versions`() throws {
            for text in ["1", "2", "3", "4"] {
                let version = try register(text)
                try registry.promote(version, to: "prod", actor: "omar")
            }
            try registry.withdraw(registry.resolve("desk/3"), reason: "leak", actor: "omar")
            #expect(try registry.rollback(alias: "prod", of: "desk", actor: "omar").number == 2)
            #expect(throws: PromotionRefusal.self) {
                try registry.promote(registry.resolve("desk/3"), to: "prod", actor: "omar")
            }
            try registry.promote(registry.resolve("desk/4"), to: "prod", actor: "omar")
            #expect(try registry.rollback(alias: "prod", of: "desk", actor: "omar").number == 2)
            #expect(try registry.rollback(alias: "prod", of: "desk", actor: "omar").number == 1)
        }

        @Test func `Changed, missing and swapped bytes are found`() throws {
            let version = try register("precious weights")
            let file = try #require(registry.manifest(of: version).files.first)
            let blob = registry.blobs.path(file.sha256)
            try FileManager.default.removeItem(atPath: blob)
            #expect(throws: GovernanceError.self) { try registry.path(of: version) }
            try Data("precious weightz".utf8).write(to: URL(filePath: blob))
            #expect(throws: GovernanceError.self) { try registry.path(of: version) }
            #expect(try registry.verify().problems.count == 1)
            let refusal = #expect(throws: PromotionRefusal.self) {
                try registry.promote(version, to: "prod", actor: "omar")
            }
            #expect(refusal?.failures.map(\.rule) == ["files"])
            let refused = try store.audit.entries(0..<store.audit.count).filter { $0.event.outcome == .refused }
            #expect(refused.map(\.event.action) == ["registry.load", "registry.load", "registry.promote"])
            // Registering it again mends it.
            _ = try register("precious weights")
            #expect(try registry.verify().isIntact)
            // Another file in the place where the version was laid out is put right.
            let place = try registry.path(of: version)
            try FileManager.default.removeItem(atPath: place)
            try Data("precious weightz".utf8).write(to: URL(filePath: place))
            #expect(try FileSystem.read(registry.path(of: version)) == Array("precious weights".utf8))
        }

        @Test func `State that was changed behind the log's back is found`() throws {
            _ = try register("one")
            _ = try register("two")
            try registry.promote(registry.resolve("desk/1"), to: "prod", actor: "omar")
            try store.changeUnrecorded("UPDATE alias SET number = 2; UPDATE alias_move SET new = 2")
            #expect(try registry.verify().problems.first?.contains("desk@prod") == true)
            try store.changeUnrecorded("UPDATE alias SET number = 1; UPDATE alias_move SET new = 1")
            #expect(try registry.verify().isIntact)
            try store.changeUnrecorded("UPDATE version SET digest = 'ff' WHERE number = 2")
            #expect(try !registry.verify().isIntact)
        }

        @Test func `A recorded change that never happened is written down as such`() throws {
            _ = try register("one")
            try store.audit.record(
                AuditEvent(actor: "omar", action: "registry.promote", subject: "desk/1", details: ["operation": "abc"]))
            _ = try register("two")
            _ = try register("three")
            let recovered = try store.audit.entries(0..<100).filter { $0.event.action == "store.recovered" }
            #expect(recovered.map(\.event.details["recovers"]) == ["abc"])
            #expect(try registry.verify().isIntact)
        }

        @Test func `A database that is none is an error that names it`() throws {
            let other = try TestFolder()
            _ = try other.write("governance.sqlite", String(repeating: "not a database ", count: 1000))
            #expect(throws: GovernanceError.self) { try GovernanceStore(directory: other.path) }
        }

        @Test(arguments: [
            "rules: [{metric: a, minimum: high}]", "rules: [{reviews: 0}]", "rules: 3", "rules: [{evidense: x}]", "{",
            "rules: []\nother: 1",
        ])
        func `Rules that say nothing are refused`(yaml: String) {
            #expect(throws: GovernanceError.self) { try ApprovalPolicy(yaml: yaml) }
        }

        @Test func `Lineage has ancestors, no cycles, and drawings`() throws {
            let data = LineageNode(id: "sha256:ab", kind: .dataset, label: "tickets \"v1\"")
            let run = LineageNode(id: "run-1", kind: .run)
            let version = try register("one")
            let model = LineageNode(id: "\(version)", kind: .model)
            let small = LineageNode(id: "desk-q4/1", kind: .quantized)
            try registry.link(data, to: run, relation: "trained on", actor: "ci")
            try registry.link(run, to: model, relation: "made", actor: "ci")
            try registry.link(model, to: small, relation: "quantized", actor: "ci")
            #expect(throws: GovernanceError.self) { try registry.link(small, to: data, relation: "x", actor: "ci") }
            let graph = try registry.lineage(around: "desk/1")
            #expect(graph.ancestors(of: "desk/1") == ["run-1", "sha256:ab"])
            #expect(graph.descendants(of: "desk/1") == ["desk-q4/1"])
            #expect(graph.columns().map { $0.map(\.id) } == [["sha256:ab"], ["run-1"], ["desk/1"], ["desk-q4/1"]])
            #expect(graph.dot.contains(#""sha256:ab" [label="tickets \"v1\"\ndataset"];"#))
            #expect(graph.mermaid.contains(#"["tickets #34;v1#34; #40;dataset#41;"]"#))
        }
    }

    extension GovernanceStore {
        /// What somebody with a database tool would do.
        fileprivate func changeUnrecorded(_ sql: String) throws { try execute(sql) }
    }
#endif
