#if CommandLine
    import Foundation
    import LLMEval
    import LLMGovernance
    import LLMModel
    import LLMServing
    import LLMTensor
    import LLMTokenizer
    import LLMTraining
    import ServiceDeskWorld
    import Synchronization

    /// What threads that serve report to the station that waits for them.
    private final class QuickstartCorrections: Sendable {
        private let list = Mutex<[FeedbackRecord]>([])

        func add(_ record: FeedbackRecord) { list.withLock { $0.append(record) } }
        /// In an order that does not depend on which answer came first.
        var all: [FeedbackRecord] { list.withLock { $0.sorted { $0.id < $1.id } } }
    }

    private final class QuickstartDecisions: Sendable {
        private let list = Mutex<[RolloutDecision]>([])

        func add(_ decision: RolloutDecision) { list.withLock { $0.append(decision) } }
        var all: [RolloutDecision] { list.withLock { $0 } }
    }

    extension Quickstart {
        /// Tickets of one stretch of traffic.
        private static let stretch = 200

        /// Serves the champion, watches the traffic change, and learns from corrections.
        mutating func operate(_ tokenizer: any Tokenizer, _ world: ServiceDeskWorld) async throws {
            let store = try governance()
            let repository = RegistryModelRepository(registry: ModelRegistry(store: store), model: Self.service)
            let pool = ServingPool(audit: store.audit)
            let champion = try await repository.resolve(Self.alias)
            try pool.deploy(try await load(champion.version, champion.path), as: Self.service)

            // The reference: tickets of the training split, as the model answers them now.
            let reference = Mutex(TrafficProfile())
            let known = Array(usual(.train, world).prefix(2 * Self.stretch))
            _ = try await send(known, to: pool, as: "reference") { _, _, _, observation in
                reference.withLock { $0.add(observation) }
            }
            let monitor = DriftMonitor(
                reference: reference.withLock { $0 }, rules: Self.driftRules, paneSize: 40, paneCount: 3,
                audit: store.audit)
            let usualTickets = Array(usual(.heldOut, world).prefix(Self.stretch))
            let first = try await send(usualTickets, to: pool, as: "usual tickets") { _, _, _, observation in
                monitor.add(observation)
            }
            report(first)
            try read(monitor, "usual tickets")

            // Colleagues from another company join. A person corrects what the model gets wrong.
            let corrections = QuickstartCorrections()
            let newcomers = Array(shifted(.train, world).prefix(2 * Self.stretch))
            let second = try await send(newcomers, to: pool, as: "tickets in other words") {
                ticket, answer, version, observation in
                monitor.add(observation)
                corrections.add(
                    FeedbackRecord(
                        id: ticket.id, model: version, messages: [.init(role: "user", content: ticket.report)],
                        answer: answer, isGood: answer == ticket.queue.rawValue,
                        correction: answer == ticket.queue.rawValue ? nil : ticket.queue.rawValue, author: "help desk",
                        status: .submitted))
            }
            report(second)
            try read(monitor, "tickets in other words")
            await pool.drain()
            let feedback = try FeedbackStore(path: files.feedback)
            for record in corrections.all { try feedback.add(record) }
            let records = try feedback.records(status: .submitted)
            findings.serving.corrections = records.count { $0.correction != nil }
            note("\(records.count) answers looked at, \(findings.serving.corrections) corrected")
            try await learn(from: TuningSet.chat.examples(records), tokenizer, world)
        }

        private mutating func report(_ traffic: QuickstartServing.Traffic) {
            findings.serving.traffic.append(traffic)
            note(
                "\(traffic.name): \(traffic.requests) requests, queue right in "
                    + "\((100 * traffic.accuracy).formatted(decimals: 1)) %, "
                    + "\(Int(Double(traffic.requests) / traffic.seconds)) requests/s, first token after "
                    + "\((1000 * traffic.percentile(0.5)).formatted(decimals: 0)) ms (median)")
        }

        /// Tunes again on corrected tickets and a part of the old ones.
        private mutating func learn(
            from feedback: [JSONValue], _ tokenizer: any Tokenizer, _ world: ServiceDeskWorld
        ) async throws {
            let corrected = feedback.compactMap { value -> TrainingExample? in
                guard let messages = value["messages"]?.arrayValue, messages.count == 2,
                    let report = messages[0]["content"]?.stringValue, let queue = messages[1]["content"]?.stringValue
                else { return nil }
                return Self.example(tokenizer, Self.prompt(report), queue)
            }
            let old = usual(.train, world).prefix(corrected.count)
            func examples(_ tickets: [QuickstartTicket]) -> [TrainingExample] {
                tickets.map { Self.example(tokenizer, Self.prompt($0.report), $0.queue.rawValue) }
            }
            findings.serving.retuning = try await adapt(
                files.tuned, to: files.improved, name: "quickstart improved", tokenizer,
                examples: examples(Array(old)) + corrected, heldOut: examples(shifted(.heldOut, world)), epochs: 3)
            for (name, path) in [("tuned", files.tuned), ("improved", files.improved)] {
                let pool = ServingPool()
                try pool.deploy(try await load(name, path), as: Self.service)
                let usual = try await send(Array(usual(.heldOut, world).prefix(160)), to: pool, as: "usual")
                let shifted = try await send(Array(shifted(.heldOut, world).prefix(160)), to: pool, as: "shifted")
                await pool.drain()
                findings.serving.accuracies.append((name, usual.accuracy, shifted.accuracy))
                note(
                    "\(name): queue right in \((100 * usual.accuracy).formatted(decimals: 1)) % of usual tickets, "
                        + "\((100 * shifted.accuracy).formatted(decimals: 1)) % of those in other words")
            }
        }

        /// Registers the improved model, passes the gate, and tries it on part of the traffic; so too a wrong file.
        mutating func release(_ world: ServiceDeskWorld) async throws {
            let store = try governance()
            guard let tuned = findings.approval.versions.last(where: { $0.name == "tuned" })?.version,
                let base = findings.approval.versions.last(where: { $0.name == "base" })?.version,
                let scores = findings.serving.accuracies.last(where: { $0.model == "improved" })
            else { return }
            let feedback = LineageNode(
                id: "feedback:\(findings.serving.corrections)", kind: .feedback, label: "corrections")
            let improved = try register(
                "improved", files.improved, "tuned again on corrections",
                made: [LineageNode(id: "\(tuned)", kind: .model), feedback],
                measured: [
                    .init(metric: "accuracy", value: scores.shifted, dataset: "tickets in other words"),
                    .init(metric: "accuracy", value: scores.usual, dataset: "held-out tickets"),
                ])

            let decisions = QuickstartDecisions()
            let pool = ServingPool(audit: store.audit) { decisions.add($0) }
            try pool.deploy(try await load("\(tuned)", files.tuned), as: Self.service)
            var policy = CanaryPolicy()
            policy.share = 0.5
            policy.measures = [.failure, .quality]
            // The base model was never tuned: somebody took the wrong file.
            for (version, path) in [(base, files.base), (improved, files.improved)] {
                try pool.startCanary(try await load("\(version)", path), as: Self.service, policy: policy)
                let before = decisions.all.count
                let tickets = shifted(.heldOut, world) + usual(.heldOut, world) + shifted(.train, world)
                for start in stride(from: 0, to: tickets.count, by: 100) where decisions.all.count == before {
                    let part = Array(tickets[start..<min(start + 100, tickets.count)])
                    _ = try await send(part, to: pool, as: "trial") { ticket, answer, version, _ in
                        pool.recordQuality(
                            answer == ticket.queue.rawValue ? 1 : 0, name: Self.service, version: version)
                    }
                }
                guard let decision = decisions.all.dropFirst(before).first else {
                    note("\(version): no decision")
                    continue
                }
                findings.serving.decisions.append(decision)
                note(
                    "\(version): \(decision.action == .promote ? "promoted" : "rolled back") after \(decision.pairs) pairs"
                )
                if decision.action == .promote, version == improved {
                    try approve("improved", question: "Answers tickets in other words; may it serve everybody?")
                }
            }
            await pool.drain()
        }
    }
#endif
