#if CommandLine
    import ArgumentParser
    import LLMGovernance
    import LLMModel
    import LLMServing
    import LLMTensor

    struct ServeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Serve a model by the OpenAI interface.",
            discussion: """
                POST /v1/chat/completions, /v1/completions, /v1/embeddings; GET /v1/models, /metrics, /healthz, /readyz; \
                a page that shows what is going on at /. Prints its address when it is ready. SIGTERM and SIGINT end it \
                after the answers under way.
                """)

        @OptionGroup var model: ModelOptions

        @Option(help: "Folder of a governance store whose registry has the model; --model is then MODEL@ALIAS.")
        var registry: String?

        @Option(
            help: "SQLite file that keeps feedback on answers; texts are redacted. Without it there is no /v1/feedback."
        )
        var feedback: String?

        @Option(help: "What clients call the model; its file's name when left out.")
        var name: String?

        @Option(
            help: ArgumentHelp(
                "LoRA adapter in PEFT's format, merged into a copy of the model that answers as MODEL:NAME. A folder; with --registry ADAPTER@ALIAS. May be repeated.",
                valueName: "name=place"))
        var adapter: [AdapterOption] = []

        @Option(help: "Encoder directory for /v1/embeddings.")
        var embeddingModel: String?

        @Option(help: "Address to listen at.")
        var host = "127.0.0.1"

        @Option(help: "Port; 0 takes a free one.")
        var port = 8080

        @Option(help: "Requests computed at once.")
        var maxBatch = 32

        @Option(help: "Requests that may wait; more are refused with status 429.")
        var queue = 256

        @Option(help: "Most tokens of a prompt and its answer; the model's limit when left out.")
        var context: Int?

        @Option(help: "Memory for the key-value cache, in MiB.")
        var cacheMemory = 2048

        @Option(help: "Seconds an answer may take, from its request to its last token; 0 for any.")
        var requestTimeout = 600.0

        @Option(help: "Most tokens of an answer, whatever the client asks for.")
        var maxTokens: Int?

        @Option(help: "Directory of a governance store whose API keys and roles are demanded.")
        var keys: String?

        @Flag(help: "Check prompts and answers by the standard guardrails; streams are held until complete.")
        var guardrails = false

        @Option(help: "Largest body of a request, in MiB.")
        var maxBody = 8

        @Option(help: "Connections at once.")
        var maxConnections = 1024

        @Option(help: "Seconds a connection may be idle or take to send its headers.")
        var idleTimeout = 60

        @Option(help: "Seconds for answers under way when the program is told to end.")
        var drainTimeout = 30.0

        @Flag(help: "Print one JSON object with the address when ready.")
        var json = false

        func validate() throws {
            try check(port, 0...65535, "--port")
            try check(maxBatch, 1...4096, "--max-batch")
            try check(queue, 1...1_000_000, "--queue")
            try check(cacheMemory, 1...(1 << 24), "--cache-memory")
            try check(maxBody, 1...1024, "--max-body")
            try check(maxConnections, 1...1_000_000, "--max-connections")
            try check(idleTimeout, 1...86400, "--idle-timeout")
            if let context { try check(context, 2...(1 << 24), "--context") }
            let names = adapter.map(\.name)
            guard Set(names).count == names.count else { throw ValidationError("--adapter: a name is used twice") }
            if let maxTokens { try check(maxTokens, 1...(1 << 24), "--max-tokens") }
            guard requestTimeout >= 0, requestTimeout < 1e6 else {
                throw ValidationError("--request-timeout is \(requestTimeout), expected 0 (any) to 1000000 seconds")
            }
            guard drainTimeout > 0, drainTimeout < 1e6 else {
                throw ValidationError("--drain-timeout is \(drainTimeout), expected more than 0 seconds")
            }
        }

        private func check(_ value: Int, _ range: ClosedRange<Int>, _ option: String) throws {
            guard range.contains(value) else {
                throw ValidationError("\(option) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
            }
        }

        func run() async throws {
            let gate = try accessGate()
            let prometheus = PrometheusRegistry()
            let metrics = EngineMetrics(registry: prometheus)
            let started = ContinuousClock.now
            let created = CompletionRoutes.now
            let source = try await source(metrics, created: created)
            let (endpoints, modelName) = (source.endpoints, source.endpoints.first?.name ?? "")
            let opinions = try feedback.map { path in
                let redactor = Redactor()
                return FeedbackRoutes(
                    store: try FeedbackStore(path: path) { redactor.redact($0).text }, pool: source.deployment?.pool)
            }
            let embeddings = try embeddingModel.map { path in
                EmbeddingService(
                    name: ServedNames.name(ofPath: path), created: created,
                    embedder: try TextEmbedder.load(path: path, threads: model.threads))
            }
            let service = CompletionService(
                models: endpoints, timeLimit: requestTimeout > 0 ? .seconds(requestTimeout) : nil,
                screening: guardrails ? Screening(.standard) : nil, maximumTokens: maxTokens)
            let server = ModelServer(
                settings: settings, service: service, embeddings: embeddings, metrics: prometheus,
                status: { ServerStatus.json(source.statistics(), endpoints.map(\.json), started: started) },
                isReady: { true }, drain: source.drain,
                extraRoutes: { [settings] router in
                    source.deployment?.add(to: router, limits: settings.bodyLimits)
                    opinions?.add(to: router, limits: settings.bodyLimits)
                }, access: gate,
                onAnswer: { body, run, record in opinions?.note(body, run, record) })
            let (host, json) = (host, json)
            try await server.run { port in announce(host, port, modelName, json) }
        }

        /// The gate that asks for keys, when one was asked for; never one made of a store that is not there or that nobody
        /// has a key to.
        private func accessGate() throws -> AccessGate? {
            guard let keys else { return nil }
            let store = try GovernOptions.existingStore(keys)
            guard try !AccessControl(store: store).keys().isEmpty else {
                throw CommandFailure(.missingInput, "\(keys): no API key in the store; see 'llmops govern access'")
            }
            return AccessGate(store: store)
        }

        var engineConfiguration: EngineConfiguration {
            var configuration = EngineConfiguration()
            configuration.maximumSequences = maxBatch
            configuration.queueLimit = queue
            configuration.contextLength = context
            configuration.keyValueByteLimit = cacheMemory << 20
            return configuration
        }

        private var settings: ModelServer.Settings {
            ModelServer.Settings(
                host: host, port: port, bodyLimits: BodyLimits(bytes: maxBody << 20, time: .seconds(30)),
                idleTimeout: idleTimeout, maximumConnections: maxConnections, drainTime: .seconds(drainTimeout))
        }
    }

    /// Says where the server listens: the address on standard output, words on standard error.
    private func announce(_ host: String, _ port: Int, _ model: String, _ json: Bool) {
        let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        Console.note("serving \(model) at \(url)")
        if json {
            let object: OutputObject = ["url": .text(url), "port": .integer(port), "model": .text(model)]
            try? object.printJSON()
        } else {
            try? StandardStreams.write(url + "\n")
        }
    }

    /// Names of models from their places.
    enum ServedNames {
        /// The last part of a path, without the ending of a GGUF file.
        static func name(ofPath path: String) -> String {
            let last = path.split(separator: "/").last.map(String.init) ?? path
            return last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
        }
    }

    /// What `/status` tells.
    enum ServerStatus {
        /// The sums of what several engines count.
        static func total(_ engines: [EngineStatistics]) -> EngineStatistics {
            guard var sum = engines.first else { return EngineStatistics() }
            let fields: [WritableKeyPath<EngineStatistics, Int>] = [
                \.running, \.waiting, \.accepted, \.refused, \.completed, \.cancelled, \.expired, \.failed,
                \.promptTokens, \.cachedTokens, \.generatedTokens, \.keyValueBytes, \.keyValueLimit,
            ]
            for engine in engines.dropFirst() { for field in fields { sum[keyPath: field] += engine[keyPath: field] } }
            return sum
        }

        static func json(
            _ statistics: EngineStatistics, _ models: [JSONValue], started: ContinuousClock.Instant
        ) -> JSONValue {
            var object = JSONObject()
            object["ready"] = .bool(true)
            object["uptime_seconds"] = .number((ContinuousClock.now - started).seconds)
            for (key, value) in [
                ("running", statistics.running), ("waiting", statistics.waiting), ("accepted", statistics.accepted),
                ("refused", statistics.refused), ("completed", statistics.completed),
                ("cancelled", statistics.cancelled), ("expired", statistics.expired), ("failed", statistics.failed),
                ("prompt_tokens", statistics.promptTokens), ("cached_tokens", statistics.cachedTokens),
                ("generated_tokens", statistics.generatedTokens),
            ] { object[key] = .integer(Int64(value)) }
            object["kv_cache_usage"] = .number(statistics.keyValueUsage)
            object["models"] = .array(models)
            return .object(object)
        }
    }
#endif
