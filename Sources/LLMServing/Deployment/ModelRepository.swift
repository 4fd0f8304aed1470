/// A model version that can be loaded.
public struct ResolvedModel: Sendable, Hashable {
    /// The immutable version.
    public var version: String
    /// Where its files lie on this machine: a GGUF file or a directory.
    public var path: String

    /// A version and its place.
    public init(version: String, path: String) {
        self.version = version
        self.path = path
    }
}

/// Knows which version a name stands for: the model registry, or a directory.
public protocol ModelRepository: Sendable {
    /// The version an alias stands for now, its files made available.
    ///
    /// - Throws: when nobody knows the alias, or its files are not what the repository vouches for.
    func resolve(_ alias: String) async throws -> ResolvedModel
}

/// Names fixed when the program starts.
public struct FixedModelRepository: ModelRepository {
    private let models: [String: ResolvedModel]

    /// Aliases and what they stand for.
    public init(_ models: [String: ResolvedModel]) { self.models = models }

    /// The version of an alias.
    ///
    /// - Throws: ``ServingError/unknownModel(_:)``.
    public func resolve(_ alias: String) async throws -> ResolvedModel {
        guard let model = models[alias] else { throw ServingError.unknownModel(alias) }
        return model
    }
}
