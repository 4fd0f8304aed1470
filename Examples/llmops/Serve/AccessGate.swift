#if CommandLine
    import HTTPTypes
    import Hummingbird
    import LLMServing

    /// What a route asks of the caller.
    enum Permission: String, Sendable {
        /// Ask models.
        case use = "serving.use"
        /// Give feedback.
        case feedback = "serving.feedback"
        /// Swap and roll back models.
        case administer = "serving.administer"
        /// Look at metrics and the dashboard.
        case observe = "serving.observe"

        /// What a path asks for; nil for what anybody may see.
        init?(path: String) {
            switch path {
            case "/healthz", "/readyz": return nil
            case "/", "/metrics", "/status": self = .observe
            case "/v1/feedback": self = .feedback
            case let path where path.hasPrefix("/admin"): self = .administer
            default: self = .use
            }
        }
    }

    /// Knows whose key may do what.
    struct AccessGate: Sendable {
        /// The principal's name.
        ///
        /// Throws 401 for no key, a wrong or an expired one, 403 for one that may not, each recorded in the audit log.
        var admit: @Sendable (_ key: String?, _ permission: Permission, _ path: String) throws -> String
    }

    /// Demands a key, as `Authorization: Bearer …`.
    struct AccessMiddleware: RouterMiddleware {
        typealias Context = ServeContext
        let gate: AccessGate

        func handle(
            _ request: Request, context: ServeContext, next: (Request, ServeContext) async throws -> Response
        ) async throws -> Response {
            guard let permission = Permission(path: request.uri.path) else { return try await next(request, context) }
            let header = request.headers[.authorization] ?? ""
            let key = header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst(7)) : nil
            var context = context
            context.principal = try gate.admit(key, permission, request.uri.path)
            return try await next(request, context)
        }
    }
#endif
