#if Governance
    public import LLMGovernance

    /// Serves what the aliases of a registry stand for.
    ///
    /// Resolving hashes the model's files, so a changed byte is found before it is loaded.
    public struct RegistryModelRepository: ModelRepository {
        /// The registry.
        public let registry: ModelRegistry
        /// The model whose aliases are meant.
        public let model: String

        /// The aliases of a model.
        public init(registry: ModelRegistry, model: String) {
            self.registry = registry
            self.model = model
        }

        /// The version of an alias, its files laid out in the store.
        ///
        /// - Throws: ``ServingError/unknownModel(_:)``; `GovernanceError` naming a file that is not what was registered.
        public func resolve(_ alias: String) async throws -> ResolvedModel {
            guard let version = try registry.version(alias: alias, of: model) else {
                throw ServingError.unknownModel("\(model)@\(alias)")
            }
            return ResolvedModel(version: "\(version)", path: try registry.path(of: version))
        }
    }
#endif
