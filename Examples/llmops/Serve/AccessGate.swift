#if CommandLine
    import HTTPTypes
    import Hummingbird
    import LLMGovernance
    import LLMServing

    /// What a route asks of the caller, in the words of the roles.
    enum Permission: String, Sendable {
        /// Ask models.
        case generate = "serving.generate"
        /// Ask encoders.
        case embed = "serving.embed"
        /// Change which version serves.
        case deploy = "serving.deploy"
        /// Look at models, metrics and the dashboard.
        case read = "serving.read"

        /// What a path asks for; nil for what anybody may see.
        init?(path: String) {
            switch path {
            case "/healthz", "/readyz": return nil
            case "/v1/embeddings": self = .embed
            case "/v1/chat/completions", "/v1/completions", "/v1/feedback", "/tokenize", "/detokenize": self = .generate
            case let path where path.hasPrefix("/admin/"): self = .deploy
            default: self = .read
            }
        }
    }

    /// Knows whose key may do what.
    struct AccessGate: Sendable {
        /// The principal's name.
        ///
        /// Throws 401 for no key, a wrong or an expired one, 403 for one that may not, each recorded in the audit log.
        var admit: @Sendable (_ key: String?, _ permission: Permission) throws -> String

        init(store: GovernanceStore) {
            let access = AccessControl(store: store)
            admit = { key, permission in
                do {
                    return try access.authorize(key: key ?? "", permission: permission.rawValue)
                } catch let refusal as AccessRefusal {
                    throw Self.error(refusal, hasKey: key != nil)
                }
            }
        }

        private static func error(_ refusal: AccessRefusal, hasKey: Bool) -> OpenAIError {
            switch refusal {
            case .missingPermission:
                OpenAIError(
                    status: 403, message: "You have insufficient permissions for this operation: \(refusal).",
                    type: "permission_error", code: "insufficient_permissions")
            case .unknownKey, .expired, .revoked, .unknownPrincipal:
                OpenAIError(
                    status: 401,
                    message: hasKey ? "Incorrect API key provided: \(refusal)." : "You didn't provide an API key.",
                    type: "authentication_error", code: "invalid_api_key")
            }
        }
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
            let gate = gate
            // A refusal waits for the audit log's disk; those that come together share a flush.
            context.principal = try await BlockingWork.runTogether { try gate.admit(key, permission) }
            return try await next(request, context)
        }
    }
#endif
