package import LLMTensor
public import LLMTokenizer

/// A model as a GGUF file has it: metadata, and tensors under the format's names in the format's order of rows.
///
/// Makes GGUF out of Hugging Face directories and of trained weights; ``ModelQuantizer`` uses it to store weights with
/// fewer bits. Immutable; weights stay views until they are written.
///
/// ```swift
/// try GGUFExport(modelAt: "SmolLM2-135M/").write(to: "SmolLM2-135M.F16.gguf", type: .f16)
/// ```
public struct GGUFExport: Sendable {
    /// What a file says about a model besides its architecture.
    public struct Details: Sendable {
        /// The model's name.
        public var name: String?
        /// The licence, an SPDX identifier.
        public var licence: String?
        /// The chat template's source.
        public var chatTemplate: String?

        /// Nothing said unless given.
        public init(name: String? = nil, licence: String? = nil, chatTemplate: String? = nil) {
            self.name = name
            self.licence = licence
            self.chatTemplate = chatTemplate
        }
    }

    /// The architecture's name in the file (`general.architecture`).
    public let architecture: String
    /// Metadata, in the order in which it is written, without what depends on the type of the weights.
    package var metadata: [(key: String, value: GGUFValue)]
    /// Tensors, in the order in which they are written.
    package var tensors: [ExportTensor]
    /// Where the model comes from, for errors.
    package let source: String

    /// A model in memory: trained weights, with the tokenizer they were trained with.
    ///
    /// - Parameters:
    ///   - configuration: the architecture; `weights` have its shapes and its order of rotated rows.
    ///   - tokenizer: nil leaves the tokenizer out, and the file can be used with token ids only.
    /// - Throws: ``ModelLoadingError`` when GGUF has no words for the architecture or the tokenizer.
    public init(
        configuration: DecoderConfiguration, weights: DecoderWeights, tokenizer: (any Tokenizer)?,
        details: Details = Details()
    ) throws(ModelLoadingError) {
        let source = details.name ?? "the model"
        let writer = try GGUFArchitecture(configuration, source: source)
        var metadata: [(key: String, value: GGUFValue)] = [("general.architecture", .string(writer.name))]
        metadata.append(("general.type", .string("model")))
        if let name = details.name { metadata.append(("general.name", .string(name))) }
        if let licence = details.licence { metadata.append(("general.license", .string(licence))) }
        metadata += writer.settings(hasHead: weights.head != nil)
        if let tokenizer {
            do throws(TokenizerError) {
                let size = configuration.vocabularySize
                metadata += try GGUFTokenizerMetadata(tokenizer, vocabularySize: size).entries
            } catch {
                throw .tokenizer(error)
            }
        }
        if let template = details.chatTemplate { metadata.append(("tokenizer.chat_template", .string(template))) }
        self.source = source
        architecture = writer.name
        self.metadata = metadata
        tensors = try writer.tensors(weights)
    }

    /// A model in files: a GGUF file, or a Hugging Face directory of a known architecture.
    ///
    /// Of a GGUF file everything is kept as it is, whatever its architecture.
    ///
    /// - Parameter weights: other weights for the same architecture, as training makes them; nil for those in the files.
    /// - Throws: ``ModelLoadingError``.
    public init(modelAt path: String, weights: DecoderWeights? = nil) throws(ModelLoadingError) {
        switch try ModelFiles.open(path) {
        case .gguf(let file): try self.init(file, weights: weights)
        case .huggingFace(let directory):
            let files = ModelFiles.huggingFace(directory)
            let configuration = try files.configuration()
            let name = directory.config["_name_or_path"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            let details = Details(
                name: name ?? Self.lastComponent(path), licence: try directory.licence(),
                chatTemplate: try directory.chatTemplate())
            let stored: DecoderWeights
            if let weights { stored = weights } else { stored = try files.weights(configuration) }
            try self.init(
                configuration: configuration, weights: stored, tokenizer: try files.tokenizer(), details: details)
        }
    }

    /// An export put together by hand.
    init(architecture: String, metadata: [(key: String, value: GGUFValue)], tensors: [ExportTensor], source: String) {
        self.architecture = architecture
        self.metadata = metadata
        self.tensors = tensors
        self.source = source
    }

    private init(_ file: GGUFFile, weights: DecoderWeights?) throws(ModelLoadingError) {
        guard let name = file.metadata["general.architecture"]?.string else {
            throw .missingSetting(source: file.path, key: "general.architecture")
        }
        source = file.path
        architecture = name
        // The first two depend on what is written, the third on how.
        let own: Set<String> = ["general.file_type", "general.quantization_version", "general.alignment"]
        metadata = file.keys.filter { !own.contains($0) && !$0.hasPrefix("split.") }
            .compactMap { key in file.metadata[key].map { (key, $0) } }
        if let split = file.split {
            throw .unsupported(source: file.path, feature: "a model split into \(split.count) files")
        }
        var replaced: [ExportTensor] = []
        if let weights {
            replaced = try GGUFArchitecture(DecoderConfiguration(gguf: file), source: file.path).tensors(weights)
        }
        var names = Set(replaced.map(\.name))
        // What weights do not have (divisors of rotations) stays.
        let keeps: (String) -> Bool = { weights == nil || $0.hasPrefix("rope_") }
        var kept: [ExportTensor] = []
        do throws(TensorFileError) {
            for name in file.tensorNames where keeps(name) && names.insert(name).inserted {
                kept.append(ExportTensor(name: name, try file.tensor(named: name)))
            }
        } catch {
            throw .file(error)
        }
        tensors = kept + replaced
    }

    private static func lastComponent(_ path: String) -> String? {
        path.split(separator: "/").last.map(String.init)
    }
}
