internal import LLMTensor

/// A model directory in the manner of Hugging Face: config.json, safetensors, and what else is there.
struct HuggingFaceDirectory: Sendable {
    /// The directory.
    let path: String
    /// The content of config.json.
    let config: JSONValue

    /// The path of config.json, for errors.
    var configPath: String { path + "/config.json" }

    /// Opens a directory and reads its config.json.
    ///
    /// - Throws: ``ModelLoadingError/notAModel(path:reason:)`` without a config.json.
    init(_ path: String) throws(ModelLoadingError) {
        self.path = path
        guard let config = try Self.json(path + "/config.json") else {
            throw .notAModel(path: path, reason: "a directory without config.json")
        }
        self.config = config
    }

    /// The weights.
    func checkpoint() throws(ModelLoadingError) -> SafetensorsCheckpoint {
        do throws(TensorFileError) { return try SafetensorsCheckpoint(directory: path) } catch { throw .file(error) }
    }

    /// A JSON file of the directory; nil when it is not there.
    func json(_ name: String) throws(ModelLoadingError) -> JSONValue? { try Self.json(path + "/" + name) }

    /// A text file of the directory; nil when it is not there or larger than 16 MiB.
    func text(_ name: String) throws(ModelLoadingError) -> String? {
        try Self.bytes(path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The default chat template: a file of its own, or an entry of tokenizer_config.json.
    func chatTemplate() throws(ModelLoadingError) -> String? {
        if let text = try text("chat_template.jinja") { return text }
        for name in ["chat_template.json", "tokenizer_config.json"] {
            guard let value = try json(name)?["chat_template"] else { continue }
            if let text = value.stringValue { return text }
            // Several templates by name: {"name": "default", "template": "..."}.
            let named = value.arrayValue ?? []
            if let entry = named.first(where: { $0["name"]?.stringValue == "default" }) ?? named.first {
                return entry["template"]?.stringValue
            }
        }
        return nil
    }

    /// The licence, by the model card or the licence text.
    func licence() throws(ModelLoadingError) -> String? {
        if let card = try text("README.md"), let licence = LicenceHints.fromModelCard(card) { return licence }
        for name in ["LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE"] {
            if let text = try text(name) { return LicenceHints.fromLicenceText(text) }
        }
        return nil
    }

    private static func json(_ path: String) throws(ModelLoadingError) -> JSONValue? {
        guard let bytes = try bytes(path) else { return nil }
        do throws(JSONError) { return try JSONValue.parse(bytes, source: path) } catch { throw .json(error) }
    }

    private static func bytes(_ path: String) throws(ModelLoadingError) -> [UInt8]? {
        guard SystemCall.kind(of: path) == .regular else { return nil }
        do throws(TensorFileError) {
            let file = try MappedFile(path: path)
            guard file.bytes.count <= 1 << 24 else {
                throw .unsupported(at: FileLocation(path: path), reason: "the file is larger than 16 MiB")
            }
            return file.withUnsafeBytes { [UInt8]($0) }
        } catch {
            throw .file(error)
        }
    }
}
