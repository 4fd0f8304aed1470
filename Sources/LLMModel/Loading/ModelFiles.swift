internal import LLMTensor
internal import LLMTokenizer

/// The files of a model, opened: weights mapped, texts not yet read.
enum ModelFiles: Sendable {
    /// One GGUF file.
    case gguf(GGUFFile)
    /// A directory in the manner of Hugging Face.
    case huggingFace(HuggingFaceDirectory)

    /// Opens a GGUF file, a directory with config.json and safetensors, or a file of such a directory.
    ///
    /// - Throws: ``ModelLoadingError``.
    static func open(_ path: String) throws(ModelLoadingError) -> ModelFiles {
        switch SystemCall.kind(of: path) {
        case nil: throw .notFound(path: path)
        case .directory: return .huggingFace(try HuggingFaceDirectory(path))
        case .other: throw .notAModel(path: path, reason: "neither a file nor a directory")
        case .regular:
            if path.hasSuffix(".safetensors") || path.hasSuffix("config.json") {
                return .huggingFace(try HuggingFaceDirectory(directory(of: path)))
            }
            do throws(TensorFileError) { return .gguf(try GGUFFile(path: path)) } catch { throw .file(error) }
        }
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension ModelFiles {
    /// The file or directory, as it was named.
    var path: String {
        switch self {
        case .gguf(let file): file.path
        case .huggingFace(let directory): directory.path
        }
    }

    /// The decoder's configuration.
    func configuration() throws(ModelLoadingError) -> DecoderConfiguration {
        switch self {
        case .gguf(let file): try DecoderConfiguration(gguf: file)
        case .huggingFace(let directory):
            try DecoderConfiguration(huggingFace: directory.config, source: directory.configPath)
        }
    }

    /// The weights, as views of the mapped files.
    func weights(_ configuration: DecoderConfiguration) throws(ModelLoadingError) -> DecoderWeights {
        switch self {
        case .gguf(let file):
            let family = try FamilyDescription.gguf(configuration.family, source: file.path)
            return try DecoderWeights(file, family.ggufWeights, configuration)
        case .huggingFace(let directory):
            let family = try FamilyDescription.gguf(configuration.family, source: directory.path)
            return try DecoderWeights(try directory.checkpoint(), family.huggingFaceWeights, configuration)
        }
    }

    /// The tokenizer.
    func tokenizer() throws(ModelLoadingError) -> any Tokenizer {
        do throws(TokenizerError) {
            switch self {
            case .gguf(let file): return try TokenizerLoader.load(gguf: file)
            case .huggingFace(let directory): return try TokenizerLoader.load(path: directory.path)
            }
        } catch {
            throw .tokenizer(error)
        }
    }

    /// The source of the chat template; nil when the model has none.
    func chatTemplate() throws(ModelLoadingError) -> String? {
        switch self {
        case .gguf(let file): file.metadata["tokenizer.chat_template"]?.string
        case .huggingFace(let directory): try directory.chatTemplate()
        }
    }

    /// How the files say the model should be run.
    func generationDefaults(vocabularySize: Int) throws(ModelLoadingError) -> GenerationParameters {
        switch self {
        case .gguf(let file): return try GenerationDefaults.parameters(gguf: file)
        case .huggingFace(let directory):
            let name = "generation_config.json"
            return try GenerationDefaults.parameters(
                huggingFace: try directory.json(name), vocabularySize: vocabularySize,
                source: directory.path + "/" + name)
        }
    }
}
