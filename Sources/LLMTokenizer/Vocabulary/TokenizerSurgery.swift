public import LLMTensor

/// A tokenizer.json whose vocabulary is made larger or smaller, with a map for the rows of embedding matrices.
///
/// A value with one owner. Ids are dense afterwards: those of the model's vocabulary first, then the added ones, each in
/// the order they had.
public struct TokenizerSurgery: Sendable {
    /// A token to add.
    public struct NewToken: Sendable, Equatable {
        /// How it is written in texts.
        public var content: String
        /// Markup, as opposed to a word.
        public var isSpecial: Bool
        /// Looked for in normalized text; words usually are, markup is not.
        public var isNormalized: Bool
        /// Counts only where no letter, digit or underscore touches it.
        public var isSingleWord: Bool

        /// A token to add.
        public init(_ content: String, isSpecial: Bool = false, isNormalized: Bool? = nil, isSingleWord: Bool = false) {
            self.content = content
            self.isSpecial = isSpecial
            self.isNormalized = isNormalized ?? !isSpecial
            self.isSingleWord = isSingleWord
        }
    }

    let source: String
    var document: JSONObject
    var model: JSONObject
    /// For each id, which id it was in the file that was read; nil for tokens that are new. This is the resize map:
    /// row `i` of a new embedding matrix is row `rows[i]` of the old one.
    public internal(set) var rows: [TokenID?]

    /// Reads a tokenizer.json.
    ///
    /// - Throws: ``TokenizerError`` for what is not one, or one we cannot run.
    public init(json: [UInt8], source: String = "tokenizer.json") throws(TokenizerError) {
        // What follows need not check what loading checks.
        _ = try Self.load(json, source)
        self.source = source
        guard let document = (try? JSONValue.parse(json, source: source))?.objectValue,
            let model = document["model"]?.objectValue
        else { throw .unreadable(path: source, reason: "not a tokenizer.json") }
        self.document = document
        self.model = model
        rows = []
        let known = tokens.map(\.id) + added.map(\.id)
        rows = (0...max(known.max() ?? 0, 0)).map { TokenID($0) }
    }

    /// The file as it is now.
    public func json() -> [UInt8] {
        var result = document
        result["model"] = .object(model)
        return JSONWriter().bytes(of: .object(result))
    }

    /// Writes the file as it is now, under a temporary name first.
    public func save(path: String) throws(TensorFileError) {
        let file = SourceFile.isDirectory(path) ? path + "/tokenizer.json" : path
        let writer = try AtomicFileWriter(path: file)
        try writer.write(json())
        try writer.commit()
    }

    /// The tokenizer as it is now.
    public func tokenizer() throws(TokenizerError) -> any Tokenizer {
        PipelineTokenizer(try Self.load(json(), source))
    }

    private static func load(_ json: [UInt8], _ source: String) throws(TokenizerError) -> PipelineTokenizer.Parts {
        try json.withUnsafeBytes { bytes in
            Result { () throws(TokenizerError) in try TokenizerJSON.load(bytes: bytes, source: source) }
        }.get()
    }

    /// Adds tokens and gives their ids; those that there are already keep theirs.
    public mutating func add(_ new: [NewToken]) -> [TokenID] {
        var list = document["added_tokens"]?.arrayValue ?? []
        var known = Dictionary(tokens.map { (ByteKey($0.content), $0.id) }) { first, _ in first }
        var marked: Set<ByteKey> = []
        for token in added {
            known[ByteKey(token.content)] = token.id
            marked.insert(ByteKey(token.content))
        }
        var result: [TokenID] = []
        for token in new {
            let key = ByteKey(token.content)
            let id = known[key] ?? rows.count
            result.append(TokenID(truncatingIfNeeded: id))
            guard !token.content.isEmpty, marked.insert(key).inserted else { continue }
            if known[key] == nil { rows.append(nil) }
            known[key] = id
            list.append([
                "id": .integer(Int64(id)), "content": .string(token.content), "single_word": .bool(token.isSingleWord),
                "lstrip": false, "rstrip": false, "normalized": .bool(token.isNormalized),
                "special": .bool(token.isSpecial),
            ])
        }
        document["added_tokens"] = .array(list)
        return result
    }

    /// The tokens of the model's vocabulary.
    var tokens: [(content: String, id: Int)] {
        if let list = model["vocab"]?.arrayValue {
            return list.enumerated().map { ($0.element[0]?.stringValue ?? "", $0.offset) }
        }
        return (model["vocab"]?.objectValue?.members).map { $0.map { ($0, $1.integerValue ?? 0) } } ?? []
    }

    var added: [(content: String, id: Int)] {
        (document["added_tokens"]?.arrayValue ?? []).map {
            ($0["content"]?.stringValue ?? "", $0["id"]?.integerValue ?? 0)
        }
    }
}
