import LLMTensor

/// A model directory as Hugging Face lays it out: tokenizer.json, and files that say which tokens are what.
enum ModelDirectory {
    static func load(_ path: String) throws(TokenizerError) -> any Tokenizer {
        let file = path + "/tokenizer.json"
        guard SourceFile.exists(file) else { return try loadOlder(path) }
        var parts = try TokenizerJSON.load(path: file)
        for name in ["special_tokens_map.json", "tokenizer_config.json"] {
            if let node = try json(path + "/" + name) { assignNames(node, &parts) }
        }
        for name in ["config.json", "generation_config.json"] {
            guard let node = try json(path + "/" + name) else { continue }
            let ends = node["eos_token_id"]
            let list = (try? ends.elements()) ?? [ends]
            for item in list {
                if let id = try? item.integer(), let token = TokenID(exactly: id) {
                    parts.specialTokens.endOfGeneration.insert(token)
                }
            }
        }
        return PipelineTokenizer(parts)
    }

    /// Directories from before tokenizer.json.
    private static func loadOlder(_ path: String) throws(TokenizerError) -> any Tokenizer {
        for name in ["tekken.json", "tokenizer.model", "spiece.model", "vocab.txt"]
        where SourceFile.exists(path + "/" + name) {
            if name == "vocab.txt" {
                let config = try json(path + "/tokenizer_config.json")
                let lowercases = (try? config?["do_lower_case"].bool()) ?? true
                return try SourceFile.reading(path + "/vocab.txt") { bytes throws(TokenizerError) in
                    try VocabularyFiles.bert(bytes: bytes, source: path + "/vocab.txt", lowercases: lowercases)
                }
            }
            return try TokenizerLoader.load(path: path + "/" + name)
        }
        for (vocabulary, merges) in [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")]
        where SourceFile.exists(path + "/" + vocabulary) && SourceFile.exists(path + "/" + merges) {
            return try VocabularyFiles.bytePairs(
                vocabulary: path + "/" + vocabulary, merges: path + "/" + merges)
        }
        throw .unreadable(path: path, reason: "the directory has no tokenizer.json and no older vocabulary")
    }

    private static func json(_ path: String) throws(TokenizerError) -> JSONNode? {
        guard SourceFile.exists(path) else { return nil }
        return try SourceFile.reading(path) { bytes throws(TokenizerError) in
            do {
                return JSONNode(try JSONValue.parse(bytes: bytes, source: path), source: path)
            } catch {
                throw .unreadable(path: path, reason: "\(error)")
            }
        }
    }

    /// Takes over the names that the file gives to tokens.
    private static func assignNames(_ node: JSONNode, _ parts: inout PipelineTokenizer.Parts) {
        func id(_ key: String) -> TokenID? {
            let entry = node[key]
            guard let content = (try? entry.string()) ?? (try? entry["content"].string()) else { return nil }
            let bytes = Array(content.utf8)
            return parts.addedTokens.first { $0.content == bytes }?.id ?? parts.vocabulary.id(of: bytes)
        }
        func set(_ path: WritableKeyPath<SpecialTokens, TokenID?>, _ key: String) {
            if let found = id(key) { parts.specialTokens[keyPath: path] = found }
        }
        set(\.bos, "bos_token")
        set(\.eos, "eos_token")
        set(\.unk, "unk_token")
        set(\.pad, "pad_token")
        set(\.sep, "sep_token")
        set(\.cls, "cls_token")
        set(\.mask, "mask_token")
        if let eos = id("eos_token") { parts.specialTokens.endOfGeneration.insert(eos) }
        parts.specialTokens.addsBeginning =
            parts.specialTokens.bos.map { parts.postProcessor.prefix.contains($0) } ?? false
        parts.specialTokens.addsEnd = parts.specialTokens.eos.map { parts.postProcessor.suffix.contains($0) } ?? false
    }
}
