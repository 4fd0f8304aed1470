internal import LLMTensor

extension ModelInformation {
    /// What the files at `path` say; reads headers only, no weights.
    ///
    /// Works for every GGUF file and Hugging Face directory, known architecture or not.
    ///
    /// - Throws: ``ModelLoadingError`` when there is no model or its files are damaged.
    public static func read(path: String) throws(ModelLoadingError) -> ModelInformation {
        try ModelInformation(try ModelFiles.open(path))
    }

    init(_ files: ModelFiles) throws(ModelLoadingError) {
        switch files {
        case .gguf(let file): self.init(file)
        case .huggingFace(let directory): try self.init(directory)
        }
    }

    private init(_ file: GGUFFile) {
        func text(_ key: String) -> String? { file.metadata[key]?.string }
        let architecture = text("general.architecture")
        func number(_ setting: ModelSetting) -> Int? {
            guard let architecture, let key = setting.ggufKey else { return nil }
            return file.metadata["\(architecture).\(key)"]?.integer
        }
        let statedName = file.metadata["general.file_type"]?.integer.flatMap {
            QuantizationNames.name(ofFileType: $0)
        }
        let tensors = file.tensors.map { (type: $0.elementType, elements: $0.shape.reduce(1, *), bytes: $0.byteCount) }
        self.init(
            format: "gguf", architecture: architecture, name: text("general.name"), licence: text("general.license"),
            parameterCount: tensors.reduce(0) { $0 + $1.elements }, byteCount: file.storage.bytes.count,
            quantization: Quantization(tensors: tensors, statedName: statedName),
            layerCount: number(.layerCount), hiddenSize: number(.hiddenSize), contextLength: number(.contextLength),
            vocabularySize: file.metadata["tokenizer.ggml.tokens"]?.array?.count ?? number(.vocabularySize),
            tokenizer: [text("tokenizer.ggml.model"), text("tokenizer.ggml.pre")].compactMap { $0 }
                .joined(separator: "/").nonEmpty,
            hasChatTemplate: file.metadata["tokenizer.chat_template"] != nil)
    }

    private init(_ directory: HuggingFaceDirectory) throws(ModelLoadingError) {
        let checkpoint = try directory.checkpoint()
        var tensors: [(type: ElementType, elements: Int, bytes: Int)] = []
        for name in checkpoint.tensorNames {
            do throws(TensorFileError) {
                let tensor = try checkpoint.tensor(named: name)
                tensors.append((tensor.elementType, tensor.elementCount, tensor.byteCount))
            } catch {
                throw .file(error)
            }
        }
        let config = directory.config["text_config"] ?? directory.config
        func number(_ setting: ModelSetting) -> Int? {
            setting.huggingFaceKeys.lazy.compactMap { config[$0]?.integerValue }.first
        }
        let tokenizer = try directory.json("tokenizer_config.json").flatMap { $0["tokenizer_class"]?.stringValue }
        self.init(
            format: "huggingface", architecture: (directory.config["model_type"] ?? config["model_type"])?.stringValue,
            name: directory.config["_name_or_path"]?.stringValue?.nonEmpty, licence: try directory.licence(),
            parameterCount: tensors.reduce(0) { $0 + $1.elements }, byteCount: tensors.reduce(0) { $0 + $1.bytes },
            quantization: Quantization(tensors: tensors, statedName: nil),
            layerCount: number(.layerCount), hiddenSize: number(.hiddenSize), contextLength: number(.contextLength),
            vocabularySize: number(.vocabularySize), tokenizer: tokenizer,
            hasChatTemplate: try directory.chatTemplate() != nil)
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
