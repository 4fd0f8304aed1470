#if CommandLine
    import ArgumentParser
    import LLMModel
    import LLMServing
    import LLMTensor
    import LLMTokenizer

    struct BatchCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "batch", abstract: "Answer a file of requests, many at a time.",
            discussion: """
                Reads and writes JSON lines in the form of OpenAI's batch files: "custom_id" and "body" in, "custom_id" \
                and "response" or "error" out, in the same order. A body has "messages" or "prompt", and may have \
                "max_tokens", "temperature", "top_p", "seed" and "stop". A job that was killed goes on where it was \
                when the same command is run again.
                """)

        @OptionGroup var model: ModelOptions

        @Option(help: "Requests, one JSON object per line.")
        var input: String

        @Option(help: "Answers, one JSON object per line.")
        var out: String

        @Option(help: "Requests answered at the same time.")
        var concurrency = 32

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if !(1...512).contains(concurrency) {
                throw ValidationError("--concurrency is \(concurrency), expected 1 to 512")
            }
        }

        func run() async throws {
            let start = ContinuousClock.now
            let (bundle, _) = try model.load()
            var configuration = EngineConfiguration()
            configuration.maximumSequences = concurrency
            let engine = try ServingEngine(model: bundle, configuration: configuration)
            let job = BatchJob(
                input: input, output: out, identity: "\(model.model) \(model.compute.rawValue)",
                concurrency: concurrency)
            let result = try await job.run { body, _ in
                let request = try BatchBody(body).request(bundle)
                return BatchBody.answer(try await engine.submit(request).collect())
            }
            let seconds = (ContinuousClock.now - start).seconds
            if json {
                try OutputObject(
                    dictionaryLiteral: ("requests", .integer(result.lines)), ("resumed", .integer(result.resumed)),
                    ("failed", .integer(result.failed)),
                    ("generated_tokens", .integer(engine.statistics.generatedTokens)), ("seconds", .number(seconds))
                ).printJSON()
            } else {
                Console.note("\(result.done) requests answered, \(result.failed) of them with an error: \(out)")
            }
        }
    }

    /// The body of a request in a batch file.
    private struct BatchBody {
        let body: JSONValue

        init(_ body: JSONValue) { self.body = body }

        func request(_ model: ModelBundle) throws(ServingError) -> ServingRequest {
            var parameters = model.generationDefaults
            if let count = try integer("max_tokens") { parameters.maximumTokens = count }
            if let count = try integer("max_completion_tokens") { parameters.maximumTokens = count }
            if let value = try number("temperature") {
                if value == 0 { parameters.sampling = .greedy }
                parameters.sampling.temperature = value
            }
            if let value = try number("top_p") { parameters.sampling.topP = value }
            if let seed = try integer("seed") { parameters.sampling.seed = UInt64(bitPattern: Int64(seed)) }
            switch body["stop"] {
            case nil, .null: break
            case .string(let stop): parameters.stopStrings = [stop]
            case .array(let stops):
                parameters.stopStrings = []
                for stop in stops { parameters.stopStrings.append(try text(stop)) }
            default: throw .invalidRequest("\"stop\": expected a string or an array of strings")
            }
            return ServingRequest(prompt: try prompt(model), parameters: parameters, priority: .low)
        }

        private func prompt(_ model: ModelBundle) throws(ServingError) -> [TokenID] {
            if let prompt = body["prompt"]?.stringValue { return model.tokenizer.encode(prompt) }
            guard let messages = body["messages"]?.arrayValue, !messages.isEmpty else {
                throw .invalidRequest("expected \"messages\" or \"prompt\"")
            }
            var conversation: [ChatMessage] = []
            for message in messages {
                guard let role = message["role"]?.stringValue, let content = message["content"]?.stringValue else {
                    throw .invalidRequest("\"messages\": expected objects with the strings \"role\" and \"content\"")
                }
                conversation.append(ChatMessage(role: .init(name: role), content: content))
            }
            do { return try model.chatTokens(conversation) } catch {
                throw .invalidRequest("\(error)")
            }
        }

        private func text(_ value: JSONValue) throws(ServingError) -> String {
            guard let text = value.stringValue else { throw .invalidRequest("\"stop\": expected strings") }
            return text
        }

        private func integer(_ key: String) throws(ServingError) -> Int? {
            guard let value = body[key], !value.isNull else { return nil }
            guard let integer = value.integerValue else { throw .invalidRequest("\"\(key)\": expected an integer") }
            return integer
        }

        private func number(_ key: String) throws(ServingError) -> Double? {
            guard let value = body[key], !value.isNull else { return nil }
            guard let number = value.doubleValue else { throw .invalidRequest("\"\(key)\": expected a number") }
            return number
        }

        /// The body of the answer.
        static func answer(_ result: ServingResult) -> JSONValue {
            let usage = result.summary.usage
            let choice = result.choices.first
            let isWhole = choice?.reason == .stop || choice?.reason == .stopString
            let message: JSONValue = ["role": "assistant", "content": .string(choice?.text ?? "")]
            let counts: JSONValue = [
                "prompt_tokens": .integer(Int64(usage.promptTokens)),
                "completion_tokens": .integer(Int64(usage.completionTokens)),
                "total_tokens": .integer(Int64(usage.totalTokens)),
            ]
            return [
                "object": "chat.completion", "model": .string(result.summary.model),
                "choices": [["index": 0, "message": message, "finish_reason": isWhole ? "stop" : "length"]],
                "usage": counts,
            ]
        }
    }
#endif
