internal import Dispatch
public import LLMModel

/// A loaded model version and the engine that serves it.
public final class ServedModel: Sendable {
    /// The immutable version.
    public let version: String
    /// Serves it.
    public let engine: ServingEngine
    /// Tokenizer, chat template and defaults; nil when the engine runs something else than a bundle.
    public let bundle: ModelBundle?
    /// Where it came from, so that it can be loaded again.
    public let source: ResolvedModel?

    /// A model version.
    public init(version: String, engine: ServingEngine, bundle: ModelBundle? = nil, source: ResolvedModel? = nil) {
        self.version = version
        self.engine = engine
        self.bundle = bundle
        self.source = source
    }

    /// Loads a version outside the cooperative pool.
    ///
    /// - Throws: `ModelLoadingError` naming the file and what is wrong with it, ``ServingError`` for a configuration
    ///   out of range.
    public static func load(
        _ model: ResolvedModel, options: LoadOptions = LoadOptions(),
        configuration: EngineConfiguration = EngineConfiguration(), observer: (any EngineObserver)? = nil
    ) async throws -> ServedModel {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async {
                continuation.resume(
                    with: Result {
                        let bundle = try ModelBundle.load(path: model.path, options: options)
                        let engine = try ServingEngine(
                            model: bundle, name: model.version, configuration: configuration, observer: observer)
                        return ServedModel(version: model.version, engine: engine, bundle: bundle, source: model)
                    })
            }
        }
    }
}
