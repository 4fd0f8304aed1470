import LLMTensor

/// What makes two preparations the same: recipe, tokenizer and inputs. Noted in the folder, so that a run goes on with
/// its own work only.
struct PreparationJob {
    static let version: Int64 = 1
    let object: JSONObject

    init(recipe: Recipe, sources: [any DocumentSource]) throws {
        var object = JSONObject()
        object["version"] = .integer(Self.version)
        object["recipe"] = recipe.source
        if let tokenization = recipe.tokenization {
            object["tokenizer"] = .string(tokenization.fingerprint.description)
        }
        object["inputs"] = .array(
            try sources.map { source in
                var input = JSONObject()
                input["name"] = .string(source.name)
                if let signature = source.signature { input["signature"] = .string(signature) }
                if SystemCall.kind(of: source.name) == .regular {
                    // A file that was changed is another input; a checksum is quicker than what is done with the file.
                    let file = try MappedFile(path: source.name)
                    input["bytes"] = .integer(Int64(file.bytes.count))
                    input["crc32c"] = .integer(Int64(file.withUnsafeBytes { CRC32C.checksum($0) }))
                } else if let count = source.byteCount {
                    input["bytes"] = .integer(Int64(count))
                }
                return .object(input)
            })
        self.object = object
    }

    var bytes: [UInt8] { JSONWriter(layout: .indented(2), sortsKeys: true).bytes(of: .object(object)) + [0x0A] }

    /// The first thing that differs from what a folder notes; nil when nothing does.
    func difference(from other: JSONValue) -> String? {
        for key in ["version", "recipe", "tokenizer", "inputs"] where object[key] != other[key] {
            return key == "inputs" ? "list of inputs" : key
        }
        return nil
    }
}
