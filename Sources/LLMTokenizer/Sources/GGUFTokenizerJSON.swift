package import LLMTensor

/// What a byte-level tokenizer of a GGUF file is in the files of Hugging Face.
package struct GGUFTokenizerJSON {
    /// The content of tokenizer.json.
    package let tokenizer: JSONValue
    /// The content of tokenizer_config.json.
    package let configuration: JSONValue

    /// Converts the metadata of a file.
    ///
    /// - Throws: ``TokenizerError/unsupported(source:key:value:)`` for other kinds than byte-level byte-pair encoding.
    package init(_ file: GGUFFile) throws(TokenizerError) {
        let key = "tokenizer.ggml.model"
        let kind = file.metadata[key]?.string ?? "none"
        let vocabulary = try GGUFVocabulary(file)
        let pre = vocabulary.string("pre") ?? "default"
        guard kind == "gpt2", let split = GGUFPreTokenizer.named(pre), split.isByteLevel else {
            throw .unsupported(source: file.path, key: key, value: "\(kind), pre-tokenizer \(pre), as tokenizer.json")
        }
        guard let merges = file.metadata["tokenizer.ggml.merges"]?.array else {
            throw .missing(source: file.path, key: "tokenizer.ggml.merges")
        }
        let loaded = try TokenizerLoader.load(gguf: file)
        let special = loaded.specialTokens
        func name(_ id: TokenID?) -> JSONValue { id.flatMap { loaded.token(for: $0) }.map { .string($0) } ?? .null }

        var words = JSONObject()
        for id in 0..<vocabulary.vocabulary.count {
            let token = String(decoding: vocabulary.vocabulary.bytes(of: TokenID(id)), as: UTF8.self)
            words[token] = .integer(Int64(id))
        }
        var pairs: [JSONValue] = []
        merges.withStringBytes { _, line in
            guard line.count > 2, let space = line.dropFirst().firstIndex(of: 0x20) else { return }
            pairs.append([
                .string(String(decoding: line[..<space], as: UTF8.self)),
                .string(String(decoding: line[(space + 1)...], as: UTF8.self)),
            ])
        }
        let added = vocabulary.addedTokens().map { token -> JSONValue in
            [
                "id": .integer(Int64(token.id)), "content": .string(String(decoding: token.content, as: UTF8.self)),
                "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
                "special": .bool(token.isSpecial),
            ]
        }
        let byteLevel: JSONValue = [
            "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false,
        ]
        var postProcessor = byteLevel
        if special.addsBeginning, let bos = special.bos {
            postProcessor = Self.template(beginning: name(bos), id: bos)
        }
        var steps: [JSONValue] = []
        for step in split.steps { steps.append(try Self.step(step, file.path)) }
        tokenizer = [
            "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(added), "normalizer": nil,
            "pre_tokenizer": [
                "type": "Sequence",
                "pretokenizers": .array(steps + [byteLevel]),
            ],
            "post_processor": postProcessor,
            "decoder": ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true],
            "model": [
                "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
                "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false,
                "ignore_merges": .bool(split.ignoresMerges), "vocab": .object(words), "merges": .array(pairs),
            ],
        ]
        var settings = JSONObject()
        settings["tokenizer_class"] = "PreTrainedTokenizerFast"
        settings["clean_up_tokenization_spaces"] = false
        settings["bos_token"] = name(special.bos)
        settings["eos_token"] = name(special.eos)
        settings["unk_token"] = name(special.unk)
        settings["pad_token"] = name(special.pad)
        if let template = file.metadata["tokenizer.chat_template"]?.string {
            settings["chat_template"] = .string(template)
        }
        configuration = .object(settings)
    }

    private static func step(_ step: GGUFPreTokenizer.Step, _ path: String) throws(TokenizerError) -> JSONValue {
        switch step {
        case .pattern(let pattern):
            return [
                "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated", "invert": false,
            ]
        case .classes(.number): return ["type": "Digits", "individual_digits": true]
        case .classes, .digitGroupsFromRight:
            throw .unsupported(
                source: path, key: "tokenizer.ggml.pre", value: "this way of splitting, as tokenizer.json")
        }
    }

    private static func template(beginning: JSONValue, id: TokenID) -> JSONValue {
        let token: JSONValue = ["SpecialToken": ["id": beginning, "type_id": 0]]
        var specials = JSONObject()
        specials[beginning.stringValue ?? ""] = [
            "id": beginning, "ids": [.integer(Int64(id))], "tokens": [beginning],
        ]
        return [
            "type": "TemplateProcessing", "single": [token, ["Sequence": ["id": "A", "type_id": 0]]],
            "pair": [
                token, ["Sequence": ["id": "A", "type_id": 0]], ["Sequence": ["id": "B", "type_id": 1]],
            ],
            "special_tokens": .object(specials),
        ]
    }
}
