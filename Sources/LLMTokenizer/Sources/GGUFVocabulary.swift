import LLMTensor

/// What every kind of tokenizer in a GGUF file has: tokens with types and scores, special ids, switches.
struct GGUFVocabulary {
    /// Token types of the GGUF specification (`tokenizer.ggml.token_type`).
    enum TokenType {
        static let normal: Int32 = 1
        static let unknown: Int32 = 2
        static let control: Int32 = 3
        static let userDefined: Int32 = 4
        static let unused: Int32 = 5
        static let byte: Int32 = 6
    }

    let file: GGUFFile
    let vocabulary: Vocabulary
    var types: [Int32]
    let scores: [Float]

    init(_ file: GGUFFile) throws(TokenizerError) {
        self.file = file
        guard let tokens = file.metadata["tokenizer.ggml.tokens"]?.array, tokens.elementType == .string else {
            throw .missing(source: file.path, key: "tokenizer.ggml.tokens")
        }
        var blob: [UInt8] = []
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(tokens.count + 1)
        tokens.withStringBytes { (_, bytes) in
            blob.append(contentsOf: bytes)
            offsets.append(UInt32(truncatingIfNeeded: blob.count))
        }
        guard blob.count <= Int(UInt32.max), tokens.count < Int(Int32.max) else {
            throw .invalid(source: file.path, key: "tokenizer.ggml.tokens", reason: "too large")
        }
        let ends = offsets
        vocabulary = Vocabulary(blob: blob, offsets: offsets) { ends[$0] != ends[$0 + 1] }
        let count = tokens.count
        types =
            try Self.array(file, "tokenizer.ggml.token_type", count) { $0.integers() }?
            .map { Int32(truncatingIfNeeded: $0) } ?? Array(repeating: TokenType.normal, count: count)
        scores =
            try Self.array(file, "tokenizer.ggml.scores", count) { $0.floats() }
            ?? Array(repeating: 0, count: count)
    }

    private static func array<Element>(
        _ file: GGUFFile, _ key: String, _ count: Int, _ read: (GGUFArray) -> [Element]?
    ) throws(TokenizerError) -> [Element]? {
        guard let value = file.metadata[key] else { return nil }
        guard let array = value.array, let elements = read(array), elements.count >= count else {
            throw .invalid(source: file.path, key: key, reason: "expected at least \(count) numbers")
        }
        return elements
    }

    func flag(_ name: String) -> Bool? { file.metadata["tokenizer.ggml." + name]?.boolean }

    func string(_ name: String) -> String? { file.metadata["tokenizer.ggml." + name]?.string }

    /// The id under a key, if it is in the vocabulary.
    func id(_ name: String) -> TokenID? {
        guard let value = file.metadata["tokenizer.ggml." + name]?.integer, value >= 0, value < vocabulary.count else {
            return nil
        }
        return TokenID(value)
    }

    /// Tokens that are looked for in the text itself. What ends generation by its name is markup, whatever the file says
    /// of its type (as in llama.cpp).
    func addedTokens() -> [AddedToken] {
        var types = types
        for id in EndOfGeneration.ids(in: vocabulary, types: types) where Int(id) < types.count {
            types[Int(id)] = TokenType.control
        }
        var tokens: [AddedToken] = []
        for (index, type) in types.prefix(vocabulary.count).enumerated() {
            guard type == TokenType.control || type == TokenType.userDefined || type == TokenType.unknown else {
                continue
            }
            let id = TokenID(index)
            let content = Array(vocabulary.bytes(of: id))
            guard !content.isEmpty else { continue }
            tokens.append(AddedToken(id: id, content: content, isSpecial: type != TokenType.userDefined))
        }
        return tokens
    }

    /// The special ids that the file names, and those that end generation.
    func specialTokens(
        bos: TokenID?, eos: TokenID?, unk: TokenID?, pad: TokenID?, addsBeginning: Bool, addsEnd: Bool
    ) -> SpecialTokens {
        var special = SpecialTokens(
            bos: id("bos_token_id") ?? bos, eos: id("eos_token_id") ?? eos, unk: id("unknown_token_id") ?? unk,
            pad: id("padding_token_id") ?? pad)
        special.sep = id("seperator_token_id")
        special.cls = id("cls_token_id")
        special.mask = id("mask_token_id")
        special.addsBeginning = flag("add_bos_token") ?? addsBeginning
        special.addsEnd = flag("add_eos_token") ?? addsEnd
        for (index, type) in types.prefix(vocabulary.count).enumerated()
        where type == TokenType.control || type == TokenType.unknown {
            special.all.insert(TokenID(index))
        }
        special.endOfGeneration = EndOfGeneration.ids(in: vocabulary, types: types)
        for id in [special.eos, id("eot_token_id"), id("eom_token_id")] {
            if let id { special.endOfGeneration.insert(id) }
        }
        special.all.formUnion(special.endOfGeneration)
        return special
    }
}

/// Tokens that end a turn, by what they are called: GGUF files do not list them all.
enum EndOfGeneration {
    static let names = [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>",
        "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>",
        "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>", "<｜end▁of▁sentence｜>", "[e~[",
    ]

    static func ids(in vocabulary: Vocabulary, types: [Int32]) -> Set<TokenID> {
        var ids: Set<TokenID> = []
        var found: Set<String> = []
        for name in names {
            guard let id = vocabulary.id(of: Array(name.utf8)) else { continue }
            ids.insert(id)
            found.insert(name)
        }
        func remove(_ name: String) {
            if let id = vocabulary.id(of: Array(name.utf8)) { ids.remove(id) }
        }
        // In the harmony format of gpt-oss <|end|> closes a message, not the turn.
        if found.isSuperset(of: ["<|return|>", "<|call|>"]) || found.isSuperset(of: ["<|calls|>", "<|flush|>"]) {
            remove("<|end|>")
        }
        if found.contains("<|tool_response>") { remove("</s>") }
        return ids
    }
}
