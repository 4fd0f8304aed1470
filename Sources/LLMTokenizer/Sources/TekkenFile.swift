import LLMTensor

/// Reads Tekken files of Mistral: JSON with tokens in base 64, a pattern, and special tokens in front of all others.
enum TekkenFile {
    /// Names of the special tokens where the file has none (versions before v7), in order.
    private static let names = [
        "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
        "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]",
        "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
    ]

    static func load(bytes: UnsafeRawBufferPointer, source: String) throws(TokenizerError) -> any Tokenizer {
        let context = TokenizerJSONContext(source: source)
        var config = JSONValue.null
        var special = JSONValue.null
        var tokens: [[UInt8]] = []
        try context.reading {
            var reader = JSONReader(bytes: bytes, source: source)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "config": config = try reader.readValue()
                case "special_tokens": special = try reader.readValue()
                case "vocab": try readTokens(&reader, &tokens, source)
                default: try reader.skipValue()
                }
            }
        }
        return try context.reading {
            let config = JSONNode(config, source: source)
            let size = try config["default_vocab_size"].integer()
            let specialCount = try config["default_num_special_tokens"].integer()
            guard specialCount >= 0, specialCount < size, size < 1 << 24 else {
                throw TokenizerError.invalid(
                    source: source, key: "config", reason: "\(specialCount) special of \(size)")
            }
            var names = Self.names
            if let list = try? JSONNode(special, source: source).elements() {
                names = try list.map { try $0["token_str"].string() }
            }
            for index in names.count..<max(specialCount, names.count) { names.append("<SPECIAL_\(index)>") }
            return try tokenizer(
                Array(tokens.prefix(size - specialCount)), Array(names.prefix(specialCount)),
                try config["pattern"].string())
        }
    }

    private static func readTokens(_ reader: inout JSONReader, _ tokens: inout [[UInt8]], _ source: String) throws {
        try reader.beginArray()
        while try reader.nextElement() {
            try reader.beginObject()
            var token: [UInt8]?
            var rank = tokens.count
            while let key = try reader.nextKey() {
                switch key {
                case "rank": rank = Int(truncatingIfNeeded: try reader.readInteger())
                case "token_bytes": token = Base64.decode(try reader.readString().bytes[...])
                default: try reader.skipValue()
                }
            }
            guard let token, rank == tokens.count else {
                throw TokenizerError.invalid(
                    source: source, key: "vocab[\(tokens.count)]", reason: "expected token_bytes, and ranks in order")
            }
            tokens.append(token)
        }
    }

    private static func tokenizer(
        _ tokens: [[UInt8]], _ names: [String], _ pattern: String
    ) throws(TokenizerError) -> any Tokenizer {
        let all = Array(repeating: [UInt8](), count: names.count) + tokens
        let vocabulary = Vocabulary(tokens: all)
        var parts = PipelineTokenizer.Parts(
            vocabulary: vocabulary, model: .rankedBPE(RankedBPEModel(vocabulary: vocabulary)))
        parts.preTokenizer = PreTokenizer(steps: [try KnownPatterns.step(pattern, dialect: .fancy)])
        for (index, name) in names.enumerated() {
            parts.addedTokens.append(AddedToken(id: TokenID(index), content: Array(name.utf8), isSpecial: true))
            parts.specialTokens.all.insert(TokenID(index))
        }
        func id(_ name: String) -> TokenID? { names.firstIndex(of: name).map { TokenID($0) } }
        parts.specialTokens.bos = id("<s>")
        parts.specialTokens.eos = id("</s>")
        parts.specialTokens.unk = id("<unk>")
        parts.specialTokens.pad = id("<pad>")
        if let eos = parts.specialTokens.eos { parts.specialTokens.endOfGeneration = [eos] }
        if let bos = parts.specialTokens.bos {
            parts.postProcessor.single.insert(.special(bos, type: 0), at: 0)
            parts.specialTokens.addsBeginning = true
        }
        return PipelineTokenizer(parts)
    }
}
