#if CommandLine
    import Hummingbird
    import LLMServing
    import LLMTensor
    import Synchronization

    /// `POST /v1/feedback`: what people say about answers, kept with the exchange it is about.
    final class FeedbackRoutes: Sendable {
        /// Answers that can be spoken of.
        private static let limit = 10_000

        private struct Exchange {
            /// What the client asked for.
            var name: String
            /// The version that answered.
            var model: String
            var messages: [FeedbackRecord.Message]
            var answer: String
        }

        private struct Recent {
            var exchanges: [String: Exchange] = [:]
            /// A ring of the names, in the order they came.
            var order: [String] = []
            var next = 0
        }

        private let store: FeedbackStore
        private let pool: ServingPool?
        private let recent = Mutex(Recent())

        /// - Parameter pool: Counts opinions as quality while it tries a version.
        init(store: FeedbackStore, pool: ServingPool? = nil) {
            self.store = store
            self.pool = pool
        }

        /// Remembers an answer until it is one of many.
        func note(_ body: [UInt8], _ run: CompletionRun, _ record: CompletionRecord) {
            let messages = Self.messages(body)
            guard !messages.isEmpty, let answer = record.texts.first else { return }
            let exchange = Exchange(name: run.model, model: record.model, messages: messages, answer: answer)
            recent.withLock { recent in
                if recent.order.count < Self.limit {
                    recent.order.append(run.id)
                } else {
                    recent.exchanges[recent.order[recent.next]] = nil
                    recent.order[recent.next] = run.id
                    recent.next = (recent.next + 1) % Self.limit
                }
                recent.exchanges[run.id] = exchange
            }
        }

        private static func messages(_ body: [UInt8]) -> [FeedbackRecord.Message] {
            guard let fields = try? JSONValue.parse(body, source: "body") else { return [] }
            if let prompt = fields["prompt"]?.stringValue { return [.init(role: "user", content: prompt)] }
            return (fields["messages"]?.arrayValue ?? []).map { message in
                let parts = message["content"]?.arrayValue?.compactMap { $0["text"]?.stringValue }
                return FeedbackRecord.Message(
                    role: message["role"]?.stringValue ?? "",
                    content: message["content"]?.stringValue ?? parts?.joined() ?? "")
            }
        }

        /// `{"id", "good", "correction", "labels"}`: the id of the answer and at least one of the others.
        func add(to router: Router<ServeContext>, limits: BodyLimits) {
            router.post("v1/feedback") { request, context in
                let fields = try await TokenRoutes.body(request, limits)
                guard let id = fields["id"]?.stringValue else {
                    throw OpenAIError.invalid(
                        "id", code: "missing_required_parameter", "Missing required parameter: 'id'.")
                }
                var labels: [String: String] = [:]
                for (name, value) in (fields["labels"]?.objectValue ?? JSONObject()).members {
                    guard let text = value.stringValue else {
                        throw OpenAIError.invalid(
                            "labels", code: "invalid_type", "Invalid 'labels': expected texts, as '\(name)' is none.")
                    }
                    labels[name] = text
                }
                let (good, correction) = (fields["good"]?.boolValue, fields["correction"]?.stringValue)
                guard good != nil || correction != nil || !labels.isEmpty else {
                    throw OpenAIError.invalid(
                        "good", code: "missing_required_parameter", "Expected 'good', 'correction' or 'labels'.")
                }
                guard let exchange = self.recent.withLock({ $0.exchanges[id] }) else {
                    throw OpenAIError(
                        status: 404, message: "There is no recent answer '\(id)'.", param: "id",
                        code: "answer_not_found")
                }
                let record = FeedbackRecord(
                    id: id, model: exchange.model, messages: exchange.messages, answer: exchange.answer, isGood: good,
                    correction: correction, labels: labels, author: context.principal ?? "anonymous")
                try await BlockingWork.run { () throws(FeedbackError) in try self.store.add(record) }
                if let good { self.pool?.recordQuality(good ? 1 : 0, name: exchange.name, version: exchange.model) }
                var object = JSONObject()
                object["id"] = .string(id)
                object["status"] = .string(record.status.rawValue)
                return Response.json(.object(object), status: .created)
            }
        }
    }
#endif
