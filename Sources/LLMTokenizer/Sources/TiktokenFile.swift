/// Rank files of tiktoken: a line per token, its bytes in base 64 and its rank.
///
/// The file has neither pattern nor special tokens; of the encodings in use both are known by the number of ranks.
public struct TiktokenEncoding: Sendable, Equatable {
    /// How text is split, in the syntax of Rust's fancy-regex.
    public var pattern: String
    /// Markup and its ids.
    public var specialTokens: [String: TokenID]

    /// An encoding by its pattern and special tokens.
    public init(pattern: String, specialTokens: [String: TokenID] = [:]) {
        self.pattern = pattern
        self.specialTokens = specialTokens
    }

    private static let gpt2Pattern =
        #"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"#
    private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"

    /// GPT-2 and GPT-3 (`r50k_base`).
    public static let r50k = TiktokenEncoding(pattern: gpt2Pattern, specialTokens: ["<|endoftext|>": 50256])
    /// Codex (`p50k_base`).
    public static let p50k = TiktokenEncoding(pattern: gpt2Pattern, specialTokens: ["<|endoftext|>": 50256])
    /// GPT-3.5 and GPT-4 (`cl100k_base`).
    public static let cl100k = TiktokenEncoding(
        pattern: #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|"#
            + #"\s++$|\s*[\r\n]|\s+(?!\S)|\s"#,
        specialTokens: [
            "<|endoftext|>": 100257, "<|fim_prefix|>": 100258, "<|fim_middle|>": 100259, "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        ])
    /// GPT-4o and later (`o200k_base`).
    public static let o200k = TiktokenEncoding(
        pattern: [
            #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"# + contractions + "?",
            #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"# + contractions + "?",
            #"\p{N}{1,3}"#, #" ?[^\s\p{L}\p{N}]+[\r\n/]*"#, spaces,
        ].joined(separator: "|"),
        specialTokens: ["<|endoftext|>": 199999, "<|endofprompt|>": 200018])
    /// Llama 3: 128,000 ranks and 256 special tokens.
    public static let llama3: TiktokenEncoding = {
        var special: [String: TokenID] = [
            "<|begin_of_text|>": 128000, "<|end_of_text|>": 128001, "<|finetune_right_pad_id|>": 128004,
            "<|step_id|>": 128005, "<|start_header_id|>": 128006, "<|end_header_id|>": 128007, "<|eom_id|>": 128008,
            "<|eot_id|>": 128009, "<|python_tag|>": 128010, "<|image|>": 128011,
        ]
        special["<|reserved_special_token_0|>"] = 128002
        special["<|reserved_special_token_1|>"] = 128003
        return TiktokenEncoding(
            pattern: contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces,
            specialTokens: special)
    }()
    /// Qwen and Qwen 2.
    public static let qwen = TiktokenEncoding(
        pattern: contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces,
        specialTokens: ["<|endoftext|>": 151643, "<|im_start|>": 151644, "<|im_end|>": 151645])

    /// The encoding in use that has so many ranks.
    static func inUse(ranks: Int) -> TiktokenEncoding? {
        switch ranks {
        case 50256, 50257: r50k
        case 50280, 50281: p50k
        case 100256: cl100k
        case 199998, 199997: o200k
        case 128000: llama3
        case 151643: qwen
        default: nil
        }
    }
}

/// Reads rank files.
enum TiktokenFile {
    static func load(
        bytes: UnsafeRawBufferPointer, source: String, encoding: TiktokenEncoding?
    ) throws(TokenizerError) -> any Tokenizer {
        var tokens: [[UInt8]] = []
        var count = 0
        var line = 0
        for part in bytes.split(separator: 0x0A) {
            line += 1
            let fields = part.split(separator: 0x20)
            guard fields.count == 2, let token = Base64.decode(Array(fields[0])[...]),
                let rank = decimal(fields[1]), rank < 1 << 24
            else {
                throw .invalid(source: source, key: "line \(line)", reason: "expected a token in base 64 and a rank")
            }
            if rank >= tokens.count { tokens.append(contentsOf: Array(repeating: [], count: rank + 1 - tokens.count)) }
            tokens[rank] = token
            count += 1
        }
        guard count > 0, tokens.count <= 2 * count + 1024 else {
            throw .invalid(source: source, key: "ranks", reason: "expected ranks without large holes")
        }
        guard let encoding = encoding ?? TiktokenEncoding.inUse(ranks: count) else {
            throw .missing(source: source, key: "pattern (give a TiktokenEncoding; \(count) ranks are of no known one)")
        }
        return try tokenizer(tokens, encoding)
    }

    private static func decimal(_ field: Slice<UnsafeRawBufferPointer>) -> Int? {
        var value = 0
        for byte in field where byte != 0x0D {
            guard byte >= 0x30, byte <= 0x39, value < 1 << 40 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    static func tokenizer(
        _ tokens: [[UInt8]], _ encoding: TiktokenEncoding
    ) throws(TokenizerError) -> any Tokenizer {
        let vocabulary = Vocabulary(tokens: tokens)
        var parts = PipelineTokenizer.Parts(
            vocabulary: vocabulary, model: .rankedBPE(RankedBPEModel(vocabulary: vocabulary)))
        parts.preTokenizer = PreTokenizer(steps: [try KnownPatterns.step(encoding.pattern, dialect: .fancy)])
        for (name, id) in encoding.specialTokens.sorted(by: { $0.value < $1.value }) {
            parts.addedTokens.append(AddedToken(id: id, content: Array(name.utf8), isSpecial: true))
            parts.specialTokens.all.insert(id)
            if EndOfGeneration.names.contains(name) { parts.specialTokens.endOfGeneration.insert(id) }
        }
        parts.specialTokens.bos = encoding.specialTokens["<|begin_of_text|>"]
        parts.specialTokens.eos =
            encoding.specialTokens["<|end_of_text|>"] ?? encoding.specialTokens["<|endoftext|>"]
        if let bos = parts.specialTokens.bos {
            parts.postProcessor.single.insert(.special(bos, type: 0), at: 0)
            parts.specialTokens.addsBeginning = true
        }
        return PipelineTokenizer(parts)
    }
}
