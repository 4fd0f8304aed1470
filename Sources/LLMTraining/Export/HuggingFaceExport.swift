internal import LLMModel
internal import LLMTensor
internal import LLMTokenizer

/// A trained model as a Hugging Face directory: config.json, model.safetensors, and the tokenizer of its base.
public enum HuggingFaceExport {
    /// Writes a model, adapters merged in.
    ///
    /// - Parameters:
    ///   - base: The directory or GGUF file whose tokenizer and chat template go along; nil for none.
    /// - Throws: ``TrainingError/cannotExport(format:reason:)``, `TokenizerError`, `TensorFileError`.
    public static func write(
        _ model: TrainableDecoder, to folder: String, precision: WeightPrecision = .float32, base: String? = nil
    ) throws {
        let tensors = try model.checkpointTensors(mergingAdapters: true)
        let biases = ["q_proj.bias", "qkv_proj.bias"]
        var document = try HuggingFaceConfiguration(
            configuration: model.configuration, precision: precision,
            hasProjectionBiases: tensors.contains { tensor in biases.contains { tensor.name.hasSuffix($0) } }
        ).document()
        try FileSystem.makeFolder(folder)
        if let base { try addSpecialTokens(try TokenizerFiles.write(from: base, to: folder), to: &document) }
        var writer = SafetensorsWriter(metadata: ["format": "pt"])
        for (name, tensor) in tensors { try writer.addTensor(named: name, tensor, as: precision) }
        try writer.write(to: folder + "/" + SafetensorsCheckpoint.singleFileName)
        try TextFile.write(document, to: folder + "/config.json")
    }

    private static func addSpecialTokens(_ special: SpecialTokens, to document: inout JSONValue) throws {
        guard case .object(var object) = document else { return }
        for (key, id) in [
            ("bos_token_id", special.bos), ("eos_token_id", special.eos), ("pad_token_id", special.pad),
        ] {
            if let id { object[key] = .integer(Int64(id)) }
        }
        document = .object(object)
    }
}

/// The files of a tokenizer in a model directory.
enum TokenizerFiles {
    private static let names = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.model",
        "vocab.json", "merges.txt", "vocab.txt", "tekken.json", "chat_template.jinja", "chat_template.json",
        "generation_config.json",
    ]

    /// Copies a directory's files, or writes those that a GGUF file's tokenizer amounts to.
    static func write(from base: String, to folder: String) throws -> SpecialTokens {
        if SystemCall.kind(of: base) == .directory {
            for name in names where SystemCall.kind(of: base + "/" + name) == .regular {
                let bytes = try MappedFile(path: base + "/" + name).withUnsafeBytes { [UInt8]($0) }
                try TextFile.write(bytes, to: folder + "/" + name)
            }
        } else if try isGGUF(base) {
            let files = try GGUFTokenizerJSON(try GGUFFile(path: base))
            try TextFile.write(files.tokenizer, to: folder + "/tokenizer.json")
            try TextFile.write(files.configuration, to: folder + "/tokenizer_config.json")
        } else {
            let bytes = try MappedFile(path: base).withUnsafeBytes { [UInt8]($0) }
            try TextFile.write(bytes, to: folder + "/tokenizer.json")
        }
        return try TokenizerLoader.load(path: base).specialTokens
    }

    private static func isGGUF(_ path: String) throws -> Bool {
        try MappedFile(path: path).withUnsafeBytes { $0.starts(with: Array("GGUF".utf8)) }
    }
}
