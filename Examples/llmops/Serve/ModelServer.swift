#if CommandLine
    import HTTPTypes
    import Hummingbird
    import HummingbirdCore
    import LLMServing
    import LLMTensor
    import Logging
    import NIOCore
    import ServiceLifecycle
    import UnixSignals

    /// The HTTP side of `llmops serve`.
    struct ModelServer: Sendable {
        struct Settings: Sendable {
            var host = "127.0.0.1"
            var port = 8080
            var bodyLimits = BodyLimits(bytes: 8 << 20, time: .seconds(30))
            var idleTimeout = 60
            var maximumConnections = 1024
            var drainTime = Duration.seconds(30)
        }

        let settings: Settings
        let service: CompletionService
        let embeddings: EmbeddingService?
        let metrics: PrometheusRegistry
        let status: @Sendable () -> JSONValue
        let isReady: @Sendable () -> Bool
        let drain: @Sendable () async -> Void
        let extraRoutes: @Sendable (Router<ServeContext>) -> Void
        let access: AccessGate?
        let onAnswer: @Sendable (_ request: [UInt8], _ run: CompletionRun, _ record: CompletionRecord) -> Void

        /// Serves until a signal ends the program; requests under way are finished first.
        func run(onReady: @escaping @Sendable (_ port: Int) async -> Void) async throws {
            var logger = Logger(label: "llmops")
            logger.logLevel = .error
            let http = HTTP1Channel.Configuration(
                additionalChannelHandlers: [PresenceHandler()], idleTimeout: .seconds(Int64(settings.idleTimeout)),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 200))
            let application = Application(
                router: router, server: .http1(configuration: http),
                configuration: ApplicationConfiguration(
                    address: .hostname(settings.host, port: settings.port), serverName: "llmops",
                    availableConnectionsDelegate: MaximumAvailableConnections(settings.maximumConnections)),
                onServerRunning: { channel in await onReady(channel.localAddress?.port ?? settings.port) },
                logger: logger)
            var configuration = ServiceGroupConfiguration(
                services: [.init(service: application), .init(service: DrainService(drain: drain))],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            configuration.maximumGracefulShutdownDuration = settings.drainTime
            try await ServiceGroup(configuration: configuration).run()
        }

        private var router: Router<ServeContext> {
            let router = Router(context: ServeContext.self)
            router.add(middleware: ErrorMiddleware())
            if let access { router.add(middleware: AccessMiddleware(gate: access)) }
            CompletionRoutes(service: service, embeddings: embeddings, limits: settings.bodyLimits, onAnswer: onAnswer)
                .add(to: router.group("v1"))
            let models = service.models
            let limits = settings.bodyLimits
            router.post("tokenize") { request, _ in try await TokenRoutes.tokenize(request, models, limits) }
            router.post("detokenize") { request, _ in try await TokenRoutes.detokenize(request, models, limits) }
            router.get("healthz") { _, _ in Response.text("ok\n") }
            router.get("readyz") { _, _ in
                guard isReady() else {
                    throw OpenAIError(status: 503, message: "not ready", type: "server_error", code: "not_ready")
                }
                return Response.text("ready\n")
            }
            router.get("metrics") { _, _ in
                Response.text(metrics.render(), type: PrometheusRegistry.contentType)
            }
            router.get("status") { _, _ in Response.json(status()) }
            router.get("/") { _, _ in Response.text(Dashboard.page, type: "text/html; charset=utf-8") }
            extraRoutes(router)
            return router
        }
    }

    /// Lets the engine finish what it has when the program is told to end.
    private struct DrainService: Service {
        let drain: @Sendable () async -> Void

        func run() async throws {
            try? await gracefulShutdown()
            await drain()
        }
    }
#endif
