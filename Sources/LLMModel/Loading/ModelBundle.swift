public import LLMTensor
public import LLMTokenizer

/// Everything a model needs to be used: configuration, packed weights, tokenizer and chat template.
///
/// Immutable and `Sendable`: load it once and share it between any number of generations and chat sessions.
///
/// ```swift
/// let model = try ModelBundle.load(path: "SmolLM2-135M-Instruct.Q4_1.gguf")
/// let result = try await model.generate("The capital of France is").collect()
/// ```
public struct ModelBundle: Sendable {
    /// What the files say about the model.
    public let information: ModelInformation
    /// The architecture.
    public let configuration: DecoderConfiguration
    /// The weights, packed for this machine.
    public let decoder: Decoder
    /// Text to tokens and back.
    public let tokenizer: any Tokenizer
    /// How the model expects a conversation; nil when the files have no template, or one that cannot be used.
    public let chatTemplate: ChatTemplate?
    /// Why the files' chat template cannot be used.
    public let chatTemplateError: ChatTemplateError?
    /// How the files say the model should be run.
    public let generationDefaults: GenerationParameters
    /// The vocabulary as grammars need it, made when one is first used.
    let grammarVocabulary = SharedGrammarVocabulary()

    /// Loads a model from a GGUF file or a Hugging Face directory.
    ///
    /// Blocks the calling thread while weights are packed: about a second per gigabyte.
    ///
    /// - Throws: ``ModelLoadingError`` naming the file and what is wrong with it; `CancellationError` when the
    ///   calling task is cancelled between two stages.
    public static func load(path: String, options: LoadOptions = LoadOptions()) throws -> ModelBundle {
        try ModelBundle(path: path, options: options)
    }

    private init(path: String, options: LoadOptions) throws {
        func enter(_ stage: LoadProgress.Stage, _ fraction: Double = 0) throws {
            try Task.checkCancellation()
            options.progress?(LoadProgress(stage: stage, fraction: fraction))
        }
        try enter(.reading)
        let files = try ModelFiles.open(path)
        let configuration = try files.configuration()
        var weights = try files.weights(configuration)
        if let change = options.changeWeights { weights = try change(weights, configuration) }
        self.configuration = configuration
        information = try ModelInformation(files)
        generationDefaults = try files.generationDefaults(vocabularySize: configuration.vocabularySize)
        try enter(.tokenizer)
        tokenizer = try files.tokenizer()
        (chatTemplate, chatTemplateError) = Self.template(try files.chatTemplate())
        try enter(.packing)
        var decoderOptions = DecoderOptions(compute: options.compute, keyValueType: options.keyValueType)
        if let threads = options.threads { decoderOptions.threadCount = threads }
        do throws(DecoderError) {
            decoder = try Decoder(configuration: configuration, weights: weights, options: decoderOptions) { share in
                options.progress?(LoadProgress(stage: .packing, fraction: share))
            }
        } catch {
            throw ModelLoadingError.decoder(source: path, error: error)
        }
    }

    private static func template(_ source: String?) -> (ChatTemplate?, ChatTemplateError?) {
        guard let source else { return (nil, nil) }
        do throws(ChatTemplateError) { return (try ChatTemplate(source: source), nil) } catch { return (nil, error) }
    }
}

/// How a model is loaded.
public struct LoadOptions: Sendable {
    /// How exactly products are computed.
    public var compute: ComputeMode
    /// Threads that work on a step; all processors when nil. Results do not depend on it.
    public var threads: Int?
    /// How keys and values are kept; see ``DecoderOptions/keyValueType``.
    public var keyValueType: KeyValueType?
    /// Called on the loading thread as it goes on.
    public var progress: (@Sendable (LoadProgress) -> Void)?
    /// Makes other weights of those in the files before they are packed, on the loading thread: an adapter merged in. What it
    /// throws, loading throws. Matrices that come back in float32 are computed in float32.
    public var changeWeights: (@Sendable (DecoderWeights, DecoderConfiguration) throws -> DecoderWeights)?

    /// Creates options.
    public init(
        compute: ComputeMode = .fast, threads: Int? = nil, keyValueType: KeyValueType? = nil,
        progress: (@Sendable (LoadProgress) -> Void)? = nil
    ) {
        self.compute = compute
        self.threads = threads
        self.keyValueType = keyValueType
        self.progress = progress
    }
}

/// How far loading a model is.
public struct LoadProgress: Sendable, Equatable {
    /// What is being done.
    public enum Stage: String, Sendable, CaseIterable {
        /// Headers and configuration.
        case reading
        /// Vocabulary and chat template.
        case tokenizer
        /// Weights, into the layout of this machine's kernels.
        case packing
    }

    /// What is being done.
    public var stage: Stage
    /// The share of the stage that is done, 0 to 1.
    public var fraction: Double
}
