public import LLMTokenizer

/// What a model's files hold, before weights are packed for inference: what training and conversion start from.
///
/// Weights are views of the mapped files. Immutable and `Sendable`.
public struct ModelParts: Sendable {
    /// The file or directory, as it was named.
    public let path: String
    /// The architecture.
    public let configuration: DecoderConfiguration
    /// The weights as stored.
    public let weights: DecoderWeights
    /// Text to tokens and back.
    public let tokenizer: any Tokenizer
    /// The source of the chat template; nil when the files have none.
    public let chatTemplateSource: String?
    /// The licence as the model's files state it.
    public let licence: String?

    /// Opens a GGUF file or a Hugging Face directory.
    ///
    /// - Throws: ``ModelLoadingError`` naming the file and what is wrong with it.
    public static func load(path: String) throws(ModelLoadingError) -> ModelParts {
        let files = try ModelFiles.open(path)
        let configuration = try files.configuration()
        return ModelParts(
            path: path, configuration: configuration, weights: try files.weights(configuration),
            tokenizer: try files.tokenizer(), chatTemplateSource: try files.chatTemplate(),
            licence: try ModelInformation(files).licence)
    }
}
