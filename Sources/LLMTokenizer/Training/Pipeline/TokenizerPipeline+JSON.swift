import LLMTensor

/// The stages as `tokenizer.json` writes them.
extension TokenizerPipeline.NormalizerStep {
    var json: JSONValue {
        switch self {
        case .nfc: ["type": "NFC"]
        case .nfd: ["type": "NFD"]
        case .nfkc: ["type": "NFKC"]
        case .nfkd: ["type": "NFKD"]
        case .lowercase: ["type": "Lowercase"]
        case .stripAccents: ["type": "StripAccents"]
        case .strip(let left, let right): ["type": "Strip", "strip_left": .bool(left), "strip_right": .bool(right)]
        case .collapseSpaces: ["type": "Replace", "pattern": ["Regex": " {2,}"], "content": " "]
        case .replace(let text, let other):
            ["type": "Replace", "pattern": ["String": .string(text)], "content": .string(other)]
        case .prepend(let text): ["type": "Prepend", "prepend": .string(text)]
        case .bert(let lowercases):
            [
                "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil,
                "lowercase": .bool(lowercases),
            ]
        case .sequence(let steps): ["type": "Sequence", "normalizers": .array(steps.map(\.json))]
        }
    }
}

extension TokenizerPipeline.PreTokenizerStep {
    var json: JSONValue {
        switch self {
        case .byteLevel(let addsSpace, let usesPattern):
            [
                "type": "ByteLevel", "add_prefix_space": .bool(addsSpace), "trim_offsets": true,
                "use_regex": .bool(usesPattern),
            ]
        case .pattern(let pattern):
            ["type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated", "invert": false]
        case .metaspace(let prefix):
            ["type": "Metaspace", "replacement": "▁", "prepend_scheme": .string(prefix.rawValue), "split": true]
        case .whitespace: ["type": "Whitespace"]
        case .whitespaceSplit: ["type": "WhitespaceSplit"]
        case .bert: ["type": "BertPreTokenizer"]
        case .punctuation: ["type": "Punctuation", "behavior": "Isolated"]
        case .digits(let isIndividual): ["type": "Digits", "individual_digits": .bool(isIndividual)]
        case .sequence(let steps): ["type": "Sequence", "pretokenizers": .array(steps.map(\.json))]
        }
    }
}

extension TokenizerPipeline.DecoderStep {
    var json: JSONValue {
        switch self {
        case .byteLevel: ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true]
        case .byteFallback: ["type": "ByteFallback"]
        case .fuse: ["type": "Fuse"]
        case .metaspace(let prefix):
            ["type": "Metaspace", "replacement": "▁", "prepend_scheme": .string(prefix.rawValue), "split": true]
        case .wordPiece(let prefix, let cleansUp):
            ["type": "WordPiece", "prefix": .string(prefix), "cleanup": .bool(cleansUp)]
        case .wordSuffix(let suffix): ["type": "BPEDecoder", "suffix": .string(suffix)]
        case .replace(let text, let other):
            ["type": "Replace", "pattern": ["String": .string(text)], "content": .string(other)]
        case .strip(let text, let start, let stop):
            [
                "type": "Strip", "content": .string(text), "start": .integer(Int64(start)),
                "stop": .integer(Int64(stop)),
            ]
        case .sequence(let steps): ["type": "Sequence", "decoders": .array(steps.map(\.json))]
        }
    }
}

extension TokenizerPipeline.PostProcessorStep {
    /// - Parameter id: the ids of special tokens.
    func json(_ id: (String) -> TokenID?) throws(TokenizerError) -> JSONValue {
        switch self {
        case .byteLevel:
            return ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true]
        case .template(let single, let pair):
            var special = JSONObject()
            for case .special(let name, _) in single + pair where special[name] == nil {
                guard let id = id(name) else {
                    throw .invalidOption(
                        name: "postProcessor",
                        reason: "\"\(name)\" is not among the special tokens to be trained")
                }
                special[name] = [
                    "id": .string(name), "ids": [.integer(Int64(id))], "tokens": [.string(name)],
                ]
            }
            return [
                "type": "TemplateProcessing", "single": .array(single.map(\.json)), "pair": .array(pair.map(\.json)),
                "special_tokens": .object(special),
            ]
        }
    }
}

extension TokenizerPipeline.TemplatePiece {
    fileprivate var json: JSONValue {
        switch self {
        case .special(let name, let type):
            ["SpecialToken": ["id": .string(name), "type_id": .integer(Int64(type))]]
        case .first(let type): ["Sequence": ["id": "A", "type_id": .integer(Int64(type))]]
        case .second(let type): ["Sequence": ["id": "B", "type_id": .integer(Int64(type))]]
        }
    }
}
