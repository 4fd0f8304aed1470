internal import LLMTensor
internal import LLMTokenizer

extension Recipe {
    /// Reads a recipe from a file of YAML or JSON. Stages and tokenizer are made, so that mistakes show before any work.
    ///
    /// - Throws: ``ConfigurationError`` with file, line and column.
    public static func read(path: String, registry: StageRegistry = .standard) throws -> Recipe {
        try Recipe(ConfigurationNode.read(path: path), registry: registry)
    }

    /// Makes a recipe of a configuration.
    ///
    /// - Throws: ``ConfigurationError`` with file, line and column.
    public init(_ node: ConfigurationNode, registry: StageRegistry = .standard) throws {
        guard case .mapping = node.content else {
            throw node.error(.type, expected: "a recipe: a mapping of keys to values")
        }
        try node.checkKeys([
            "name", "input", "sources", "stages", "deduplicate", "split", "tokenizer", "output", "chunk",
        ])
        _ = try node.optionalString("name")
        sources = try node.list("sources").map { try Self.source($0) }
        stages = try node.list("stages").map { try Self.placed($0, registry.documentStage) }
        corpusStages = try node.list("deduplicate").map { try Self.placed($0, registry.corpusStage) }
        split = try Self.split(node.section("split"))
        tokenization = try node.section("tokenizer").map { try Tokenization($0) }
        output = try Output(node.section("output"), hasTokens: tokenization != nil)
        chunk = Chunk()
        keys = DocumentJSON.Keys()
        if let section = try node.section("chunk") {
            try section.checkKeys(["records", "bytes"])
            chunk.records = try section.integer("records", in: 1...1_000_000, default: chunk.records)
            chunk.bytes = try section.integer("bytes", in: 1...1 << 32, default: chunk.bytes)
        }
        if let section = try node.section("input") {
            try section.checkKeys(["text", "id"])
            keys.text = try section.string("text", default: keys.text)
            keys.id = try section.string("id", default: keys.id)
        }
        source = node.jsonValue
    }

    /// Errors of a stage's own checks get the place of its entry.
    private static func placed<Stage>(_ entry: ConfigurationNode, _ make: (ConfigurationNode) throws -> Stage)
        throws(ConfigurationError) -> Stage
    {
        do {
            return try make(entry)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw entry.error(expected: "a stage that can be made", found: "\(error)")
        }
    }

    private static func split(_ node: ConfigurationNode?) throws(ConfigurationError) -> DocumentSplit {
        guard let node else { return .trainingOnly }
        try node.checkKeys(["seed", "group", "parts"])
        let parts = try node.required("parts", expected: "shares by name")
        var shares: [DocumentSplit.Part] = []
        for member in try parts.members() {
            let isName = member.key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            guard isName, !member.key.isEmpty, member.key.utf8.count <= 64 else {
                throw member.value.error(expected: "a name of letters, digits and '_'", found: "'\(member.key)'")
            }
            // Parts name files, beside files of our own and on file systems that take upper and lower case as one.
            let taken = shares.map { $0.name.lowercased() } + ["malformed", "excluded"]
            guard !taken.contains(member.key.lowercased()) else {
                throw member.value.error(expected: "a name that is not taken", found: "'\(member.key)'")
            }
            shares.append(.init(name: member.key, share: try member.value.double(in: 0...1e9)))
        }
        guard shares.count <= 32 else { throw parts.error(expected: "at most 32 parts", found: "\(shares.count)") }
        guard shares.contains(where: { $0.share > 0 }) else {
            throw parts.error(expected: "a part with a share above 0", found: "none")
        }
        return DocumentSplit(
            parts: shares, groupAttribute: try node.optionalString("group"),
            seed: UInt64(try node.integer("seed", in: 0 ... .max, default: 0)))
    }
}

extension Recipe.Tokenization {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        try node.checkKeys(["path", "specialTokens", "parseSpecialTokens", "endOfDocument", "endToken"])
        let pathNode = try node.required("path", expected: "the path of a tokenizer")
        let path = Recipe.resolved(try pathNode.string(), source: node.source)
        guard SystemCall.kind(of: path) != nil else {
            throw pathNode.error(
                .notFound, expected: "a tokenizer file, a model folder or a GGUF file", found: "no file '\(path)'")
        }
        do throws(TokenizerError) {
            tokenizer = try TokenizerLoader.load(path: path)
        } catch {
            throw pathNode.error(expected: "a tokenizer", found: "\(error)")
        }
        fingerprint = TokenizerFingerprint(tokenizer)
        addsSpecialTokens = try node.boolean("specialTokens", default: false)
        parsesSpecialTokens = try node.boolean("parseSpecialTokens", default: false)
        if let named = try node.optional("endToken") {
            let name = try named.string()
            guard let id = tokenizer.id(of: name) else {
                throw named.error(expected: "a token of the vocabulary")
            }
            endToken = id
        } else if try node.boolean("endOfDocument", default: true) {
            guard let id = tokenizer.specialTokens.eos else {
                throw node.error(
                    expected: "a tokenizer with an end-of-sequence token, or endToken, or endOfDocument: false",
                    found: "none")
            }
            endToken = id
        }
    }
}

extension Recipe.Output {
    init(_ node: ConfigurationNode?, hasTokens: Bool) throws(ConfigurationError) {
        guard let node else { return }
        try node.checkKeys(["shardTokens", "documents", "excluded", "tokenStore"])
        shardTokens = try node.integer("shardTokens", in: 1...1 << 40, default: shardTokens)
        documents = try node.boolean("documents", default: documents)
        excluded = try node.boolean("excluded", default: excluded)
        tokenStore = try node.boolean("tokenStore", default: tokenStore)
        if tokenStore, let entry = try node.optional("tokenStore") {
            guard hasTokens else { throw entry.error(expected: "a tokenizer for the token store", found: "none") }
            #if !Storage
                throw entry.error(expected: "a build with the package trait Storage", found: "one without")
            #endif
        }
    }
}
