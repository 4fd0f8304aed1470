#if CommandLine
    import Hummingbird
    import LLMGovernance
    import LLMModel
    import LLMServing
    import LLMTensor
    import Synchronization

    /// Serves what an alias of a registry stands for, and moves on when it is told to.
    final class RegistryDeployment: Sendable {
        /// The name clients ask for.
        let name: String
        let pool: ServingPool
        private let repository: RegistryModelRepository
        private let alias: String
        /// Adapters of the model, by what they are called behind its name.
        private let adapters: [(name: String, repository: RegistryModelRepository, alias: String)]
        private let load: Loader
        private let isBusy = Mutex(false)

        /// Loads a model, with the adapter of a folder merged in.
        typealias Loader = @Sendable (_ model: ResolvedModel, _ adapter: String?) async throws -> ServedModel

        /// - Parameter reference: `model@alias`; `champion` when it names no alias. So are the places of adapters.
        init(
            store: GovernanceStore, reference: String, name: String?, adapters: [AdapterOption] = [],
            load: @escaping Loader
        ) {
            let registry = ModelRegistry(store: store)
            let (model, alias) = Self.parts(reference)
            self.alias = alias
            self.name = name ?? model
            self.load = load
            self.adapters = adapters.map { adapter in
                let (model, alias) = Self.parts(adapter.place)
                return (adapter.name, RegistryModelRepository(registry: registry, model: model), alias)
            }
            repository = RegistryModelRepository(registry: registry, model: model)
            pool = ServingPool(audit: store.audit)
        }

        private static func parts(_ reference: String) -> (model: String, alias: String) {
            let parts = reference.split(separator: "@", maxSplits: 1).map(String.init)
            return (parts.first ?? "", parts.count > 1 ? parts[1] : "champion")
        }

        /// Loads what the aliases stand for now.
        func start() async throws { try await deploy(alias, actor: "serving") }

        /// Serves what an alias stands for, and the adapters on top of it: each is a version of its own, named for both.
        private func deploy(_ alias: String, actor: String) async throws {
            let load = load
            try await pool.deploy(alias, from: repository, as: name, actor: actor) { try await load($0, nil) }
            let base = try pool.model(name)
            guard let source = base.source else { return }
            for adapter in adapters {
                let resolved = try await adapter.repository.resolve(adapter.alias)
                let version = ResolvedModel(version: "\(base.version)+\(resolved.version)", path: source.path)
                guard (try? pool.model(endpoint(of: adapter.name)).version) != version.version else { continue }
                let model = try await load(version, resolved.path)
                try pool.deploy(model, as: endpoint(of: adapter.name), actor: actor)
            }
        }

        /// What clients call the model with an adapter.
        private func endpoint(of adapter: String) -> String { "\(name):\(adapter)" }

        /// What `/v1/models` and requests see.
        func endpoints(created: Int) -> [ModelEndpoint] {
            ([name] + adapters.map { endpoint(of: $0.name) }).map { endpoint($0, created: created) }
        }

        private func endpoint(_ name: String, created: Int) -> ModelEndpoint {
            let pool = pool
            return ModelEndpoint(name: name, created: created) { key throws(ServingError) in
                try Self.version(pool.model(name, routingKey: key))
            } submit: { key, make throws(ServingError) in
                try pool.submit(to: name, routingKey: key) { model throws(ServingError) in
                    try make(Self.version(model))
                }
            }
        }

        var statistics: EngineStatistics {
            ServerStatus.total(pool.models.compactMap { try? pool.model($0.name).engine.statistics })
        }

        private static func version(_ model: ServedModel) throws(ServingError) -> ModelEndpoint.Version {
            guard let bundle = model.bundle else { throw .unknownModel(model.version) }
            return ModelEndpoint.Version(
                name: model.version, bundle: bundle, contextLength: model.engine.contextLength)
        }

        // MARK: What administrators ask for

        /// Adds `POST /admin/swap` and `POST /admin/rollback`.
        func add(to router: Router<ServeContext>, limits: BodyLimits) {
            router.post("admin/swap") { request, context in
                let actor = try Self.administrator(context)
                return try await self.swap(try await Self.fields(request, limits), actor)
            }
            router.post("admin/rollback") { request, context in
                let actor = try Self.administrator(context)
                return try await self.rollback(try await Self.fields(request, limits), actor)
            }
        }

        /// `{"alias", "canary_share", "measures"}`, all optional: serves what the alias stands for, or tries it on a share.
        private func swap(_ fields: JSONObject, _ actor: String) async throws -> Response {
            let alias = fields["alias"]?.stringValue ?? alias
            let share = fields["canary_share"]?.doubleValue
            if fields["canary_share"] != nil, !(share.map { $0 > 0 && $0 <= 1 } ?? false) {
                throw OpenAIError.invalid(
                    "canary_share", code: "invalid_value", "Invalid 'canary_share': expected more than 0, at most 1.")
            }
            let measures = try Self.measures(fields)
            return try await alone {
                guard let share else { return try await self.deploy(alias, actor: actor) }
                var policy = CanaryPolicy()
                policy.share = share
                if let measures { policy.measures = measures }
                let resolved = try await self.repository.resolve(alias)
                guard try self.pool.model(self.name).version != resolved.version else {
                    throw ServingError.invalidRequest("version \(resolved.version) serves \(self.name) already")
                }
                let model = try await self.load(resolved, nil)
                try self.pool.startCanary(model, as: self.name, policy: policy, actor: actor)
            }
        }

        /// `{"reason": ...}`: ends a trial, else moves the registry's alias back and serves what it stands for then.
        private func rollback(_ fields: JSONObject, _ actor: String) async throws -> Response {
            let reason = fields["reason"]?.stringValue ?? ""
            return try await alone {
                if self.pool.models.first(where: { $0.name == self.name })?.canary != nil {
                    return try self.pool.endCanary(self.name, .rollback, reason: reason, actor: actor)
                }
                try self.repository.registry.rollback(
                    alias: self.alias, of: self.repository.model, actor: actor, reason: reason)
                try await self.deploy(self.alias, actor: actor)
            }
        }

        /// What a trial is judged by; nil for what the policy says.
        private static func measures(_ fields: JSONObject) throws -> Set<CanaryPolicy.Measure>? {
            guard let value = fields["measures"] else { return nil }
            let measures =
                value.arrayValue?.compactMap { $0.stringValue.flatMap { CanaryPolicy.Measure(rawValue: $0) } } ?? []
            guard !measures.isEmpty, measures.count == value.arrayValue?.count else {
                throw OpenAIError.invalid(
                    "measures", code: "invalid_value",
                    "Invalid 'measures': expected some of "
                        + CanaryPolicy.Measure.allCases.map(\.rawValue).joined(separator: ", ") + ".")
            }
            return Set(measures)
        }

        /// Runs one change at a time, and answers with what serves after it.
        private func alone(_ change: () async throws -> Void) async throws -> Response {
            let isFirst = isBusy.withLock { isBusy in
                defer { isBusy = true }
                return !isBusy
            }
            guard isFirst else {
                throw OpenAIError(status: 409, message: "Another change is under way.", code: "change_under_way")
            }
            defer { isBusy.withLock { $0 = false } }
            do {
                try await change()
            } catch ServingError.unknownModel(let name) {
                throw OpenAIError(status: 404, message: "The registry has no '\(name)'.", code: "model_not_found")
            } catch {
                throw OpenAIError(status: 409, message: "\(error)", code: "change_refused")
            }
            var object = JSONObject()
            object["name"] = .string(name)
            if let status = pool.models.first(where: { $0.name == name }) {
                object["version"] = .string(status.version)
                object["canary"] = status.canary.map { .string($0) } ?? .null
                object["canary_share"] = .number(status.canaryShare)
            }
            return .json(.object(object))
        }

        private static func administrator(_ context: ServeContext) throws -> String {
            guard let principal = context.principal else {
                throw OpenAIError(
                    status: 403, message: "Start the server with --keys to change what it serves.",
                    type: "permission_error", code: "insufficient_permissions")
            }
            return principal
        }

        /// The members of the body; none when it is empty.
        private static func fields(_ request: Request, _ limits: BodyLimits) async throws -> JSONObject {
            if request.headers[.contentLength] == "0" { return JSONObject() }
            return try await TokenRoutes.body(request, limits)
        }
    }
#endif
