#if CommandLine
    import Foundation
    import LLMData
    import LLMEval
    import LLMGovernance
    import LLMModel
    import LLMServing
    import LLMTensor
    import LLMTokenizer
    import LLMTraining
    import ServiceDeskWorld

    /// What serving in this process showed.
    struct QuickstartServing {
        /// One stretch of traffic.
        struct Traffic {
            var name: String
            var requests = 0
            var right = 0
            var seconds = 0.0
            var tokens = 0
            var cachedTokens = 0
            /// Seconds from submission to the first token, sorted.
            var firstToken: [Double] = []

            var accuracy: Double { requests == 0 ? .nan : Double(right) / Double(requests) }
            func percentile(_ share: Double) -> Double {
                firstToken.isEmpty ? .nan : firstToken[min(firstToken.count - 1, Int(share * Double(firstToken.count)))]
            }
        }

        var traffic: [Traffic] = []
        /// Drift readings: after usual traffic and after shifted traffic.
        var readings: [(when: String, rule: String, value: Double, threshold: Double, isRaised: Bool)] = []
        var corrections = 0
        var retuning = QuickstartRunLog()
        /// Share of right queues: on the usual and on the shifted held-out tickets, by model.
        var accuracies: [(model: String, usual: Double, shifted: Double)] = []
        var decisions: [RolloutDecision] = []
    }

    /// A ticket as it comes in, and the queue it belongs to.
    struct QuickstartTicket: Sendable {
        var id: String
        var report: String
        var queue: Queue
    }

    extension Quickstart {
        /// The name under which clients ask for the model.
        static let service = "queue-finder"
        /// Requests under way at once.
        private static let concurrency = 32

        func usual(_ split: QuickstartSplit, _ world: ServiceDeskWorld) -> [QuickstartTicket] {
            findings.tickets(of: split, world).map { .init(id: $0.id, report: $0.report, queue: $0.queue) }
        }

        /// The same tickets as colleagues from another company would write them.
        func shifted(_ split: QuickstartSplit, _ world: ServiceDeskWorld) -> [QuickstartTicket] {
            findings.tickets(of: split, world).map {
                .init(id: $0.id + "-shifted", report: $0.reportInOtherWords, queue: $0.queue)
            }
        }

        func load(_ version: String, _ path: String) async throws -> ServedModel {
            var engine = EngineConfiguration()
            engine.maximumSequences = Self.concurrency
            return try await ServedModel.load(.init(version: version, path: path), configuration: engine)
        }

        /// Sends tickets to the service, many at once, and collects the answers.
        ///
        /// - Parameter observe: called with each ticket, the answer, and the version that gave it.
        func send(
            _ tickets: [QuickstartTicket], to pool: ServingPool, as name: String,
            observe: @Sendable (QuickstartTicket, String, String, TrafficObservation) -> Void = { _, _, _, _ in }
        ) async throws -> QuickstartServing.Traffic {
            var traffic = QuickstartServing.Traffic(name: name)
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(
                of: (ticket: QuickstartTicket, answer: String, result: ServingResult, observation: TrafficObservation)
                    .self
            ) { group in
                var next = 0
                func submit() {
                    guard next < tickets.count else { return }
                    let ticket = tickets[next]
                    next += 1
                    group.addTask { try await Self.ask(pool, ticket) }
                }
                for _ in 0..<Self.concurrency { submit() }
                while let done = try await group.next() {
                    submit()
                    traffic.requests += 1
                    traffic.right += done.answer == done.ticket.queue.rawValue ? 1 : 0
                    traffic.tokens += done.result.summary.usage.totalTokens
                    traffic.cachedTokens += done.result.summary.usage.cachedTokens
                    traffic.firstToken.append(done.result.summary.timeToFirstToken?.seconds ?? .nan)
                    observe(done.ticket, done.answer, done.result.summary.model, done.observation)
                }
            }
            traffic.seconds = (ContinuousClock.now - start).seconds
            traffic.firstToken.sort()
            return traffic
        }

        private static func ask(
            _ pool: ServingPool, _ ticket: QuickstartTicket
        ) async throws -> (
            ticket: QuickstartTicket, answer: String, result: ServingResult, observation: TrafficObservation
        ) {
            let prompt = prompt(ticket.report)
            let stream = try pool.submit(to: service, routingKey: ticket.id) { model in
                ServingRequest(
                    prompt: model.engine.tokenizer.encode(prompt),
                    parameters: GenerationParameters(
                        sampling: SamplingParameters(temperature: 0), maximumTokens: 6, stopStrings: ["\n"]),
                    topLogprobs: 0)
            }
            let result = try await stream.collect()
            let choice = result.choices.first
            let answer = choice?.text.split(separator: " ").first.map(String.init) ?? ""
            let logprobs = choice?.logprobs.map(\.logprob) ?? []
            var observation = TrafficObservation(
                prompt: ticket.report, output: answer, promptTokens: result.summary.usage.promptTokens,
                outputTokens: result.summary.usage.completionTokens,
                meanLogProbability: logprobs.isEmpty ? nil : logprobs.reduce(0, +) / Double(logprobs.count))
            observation.categories["answer"] = [answer: 1]
            for word in ticket.report.lowercased().split(whereSeparator: { !$0.isLetter }) {
                observation.categories["word", default: [:]][String(word), default: 0] += 1
            }
            return (ticket, answer, result, observation)
        }

        /// What is watched. Thresholds of the population stability index are the industry's 0.25.
        static let driftRules: [DriftRule] = [
            DriftRule(
                name: "words", feature: "word", measure: .jensenShannon(), threshold: 0.3, minimumCount: 50,
                actions: [.alert, .openReview]),
            DriftRule(
                name: "confidence", feature: "mean_logprob", measure: .populationStabilityIndex(), threshold: 0.25,
                minimumCount: 50),
            DriftRule(
                name: "answers", feature: "answer", measure: .populationStabilityIndex(), threshold: 0.25,
                minimumCount: 50),
        ]

        /// Reads the monitor and keeps what it says.
        mutating func read(_ monitor: DriftMonitor, _ when: String) throws {
            for reading in try monitor.evaluate() {
                var isRaised = false
                if case .raised = reading.state { isRaised = true }
                findings.serving.readings.append(
                    (when, reading.rule.name, reading.value ?? .nan, reading.rule.threshold, isRaised))
                note(
                    "drift of \(reading.rule.name) after \(when): \((reading.value ?? .nan).formatted(decimals: 3))"
                        + (isRaised ? ", alert raised" : ""))
            }
        }
    }
#endif
