import LLMTensor
import LLMTokenizer
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Every other format of tokenizer files, changed at random: an error that is ours, or a tokenizer that works.
extension HostileInputTests {
    /// A small file of each format.
    static let files: [(name: String, bytes: [UInt8])] = [
        ("SentencePiece BPE", sentencePiece(modelType: 2)), ("SentencePiece unigram", sentencePiece(modelType: 1)),
        ("tiktoken", tiktoken), ("Tekken", tekken),
        ("BERT", Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nhello\n##b\n##lo\nÖ\n".utf8)),
        (
            "RWKV",
            Array((1...255).map { "\($0) b'\\x\(hexadecimal(UInt8($0)))' 1\n" }.joined().utf8)
                + Array("256 'he' 2\n257 'Ö' 2\n".utf8)
        ),
    ]

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = Array("0123456789abcdef")
        return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let bits = part.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
            for index in 0..<4 { text.append(index <= part.count ? letters[bits >> (18 - 6 * index) & 63] : "=") }
        }
        return text
    }

    private static let units: [[UInt8]] =
        (UInt8.min...UInt8.max).map { [$0] } + ["he", "ll", "hell", " w", "日"].map { Array($0.utf8) }

    private static var tiktoken: [UInt8] {
        Array(units.enumerated().map { "\(base64($0.element)) \($0.offset)\n" }.joined().utf8)
    }

    private static var tekken: [UInt8] {
        let vocabulary = units.enumerated().map {
            #"{"rank":\#($0.offset),"token_bytes":"\#(base64($0.element))","token_str":null}"#
        }.joined(separator: ",")
        let config =
            #"{"pattern":"\\p{L}+|\\s+|.","num_vocab_tokens":\#(units.count),"default_vocab_size":\#(units.count + 20),"#
        return Array(
            (#"{"config":"# + config + #""default_num_special_tokens":20,"version":"v3"},"vocab":[\#(vocabulary)]}"#)
                .utf8)
    }

    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(bytes.count & 0x7F | 0x80), UInt8(bytes.count >> 7)] + bytes
    }

    private static func sentencePiece(modelType: UInt8) -> [UInt8] {
        var result: [UInt8] = []
        let pieces = ["<unk>", "<s>", "</s>", "▁", "a", "h", "e", "l", "o", "he", "ll", "▁he", "日", "▁hello"]
        for (index, piece) in pieces.enumerated() {
            let bits = Float(-index).bitPattern
            let score = (0..<4).map { UInt8(truncatingIfNeeded: bits >> UInt32(8 * $0)) }
            let type: UInt8 = index == 0 ? 2 : index < 3 ? 3 : 1
            result += field(1, field(1, Array(piece.utf8)) + [0x15] + score + [0x18, type])
        }
        result += field(2, [0x18, modelType, 0x20, UInt8(pieces.count)])
        // A character map with one unit and an empty text.
        return result + field(3, field(2, [4, 0, 0, 0, 0, 4, 0, 0, 0]) + [0x18, 1, 0x20, 1, 0x28, 1])
    }

    private func mutate(_ original: [UInt8], _ random: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(index..<min(index + Int.random(in: 1...9, using: &random), bytes.count))
            case 3: bytes.removeSubrange(index...)
            case 4: bytes.insert(contentsOf: bytes[index..<min(index + 12, bytes.count)], at: index)
            default: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0x7F], at: index)
            }
        }
        return bytes
    }

    private static let hostileTexts: [[UInt8]] = [
        Array("Hello, wörld 日本 123 <s>hello</s>\n\t  ".utf8), [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80, 0xFF, 0x61],
        Array(repeating: 0x61, count: 300), [0],
    ]

    private func use(_ tokenizer: any Tokenizer) {
        for text in Self.hostileTexts {
            let ids = tokenizer.encode(bytes: text)
            _ = tokenizer.decodeBytes(ids + [-1, .max, 0])
            _ = tokenizer.encoding(String(decoding: text, as: UTF8.self), pair: "b")
        }
    }

    /// A rank file needs a pattern, and has a file's name then.
    private func load(_ name: String, _ bytes: [UInt8]) throws -> any Tokenizer {
        guard name == "tiktoken" else {
            return try bytes.withUnsafeBytes { try TokenizerLoader.load(bytes: $0, source: name) }
        }
        let path = "\(temporaryDirectory())/llmops-hostile-\(getpid()).tiktoken"
        defer { removeFile(path) }
        try write(bytes, to: path)
        let encoding = TiktokenEncoding(pattern: #"\p{L}+|\s+|."#, specialTokens: ["<s>": 300])
        return try TokenizerLoader.load(tiktoken: path, encoding: encoding)
    }

    @Test("The small files of each format are tokenizers") func smallFilesLoad() throws {
        for (name, bytes) in Self.files {
            let tokenizer = try load(name, bytes)
            #expect(tokenizer.encode("hello", addSpecialTokens: false).count >= 1, "\(name)")
        }
    }

    @Test("A file of any format with changed bytes loads or is refused") func mutatedFormats() {
        var random = SystemlessGenerator(state: 77)
        for (name, original) in Self.files {
            for _ in 0..<250 {
                let bytes = mutate(original, &random)
                if let tokenizer = try? load(name, bytes) { use(tokenizer) }
            }
        }
    }

    @Test("A vocabulary and its merges with changed bytes load or are refused") func mutatedPairs() throws {
        var random = SystemlessGenerator(state: 78)
        let vocabulary = Array(#"{"h":0,"e":1,"l":2,"o":3,"Ġ":4,"he":5,"ll":6,"hell":7,"<|endoftext|>":8}"#.utf8)
        let merges = Array("#version: 0.2\nh e\nl l\nhe ll\n".utf8)
        let clipVocabulary = Array(
            #"{"h":0,"e":1,"l":2,"o</w>":3,"h</w>":4,"he":5,"lo</w>":6,"<|startoftext|>":7,"<|endoftext|>":8}"#.utf8)
        let clipMerges = Array("#version: 0.2\nh e\nl o</w>\n".utf8)
        let base = "\(temporaryDirectory())/llmops-hostile-\(getpid())"
        defer { removeFile(base + ".json"); removeFile(base + ".txt") }
        for round in 0..<400 {
            let (words, pairs) = round % 4 < 2 ? (vocabulary, merges) : (clipVocabulary, clipMerges)
            try write(round % 2 == 0 ? mutate(words, &random) : words, to: base + ".json")
            try write(round % 2 == 1 ? mutate(pairs, &random) : pairs, to: base + ".txt")
            if let tokenizer = try? TokenizerLoader.load(vocabulary: base + ".json", merges: base + ".txt") {
                use(tokenizer)
            }
        }
    }

    @Test("A GGUF vocabulary with changed bytes loads or is refused") func mutatedGGUF() throws {
        let path = "\(temporaryDirectory())/llmops-hostile-\(getpid()).gguf"
        defer { removeFile(path) }
        var random = SystemlessGenerator(state: 79)
        for model in ["llama", "gpt2", "bert", "t5", "rwkv"] {
            var writer = GGUFWriter()
            writer["general.architecture"] = .string("llama")
            writer["tokenizer.ggml.model"] = .string(model)
            writer["tokenizer.ggml.pre"] = .string("default")
            let tokens = ["<unk>", "<s>", "</s>", "▁", "h", "e", "l", "o", "he", "ll", "hell", "Ġ", "##lo", "'a'"]
            writer["tokenizer.ggml.tokens"] = .array(GGUFArray(tokens))
            writer["tokenizer.ggml.scores"] = .array(GGUFArray(tokens.indices.map { -Float($0) }))
            writer["tokenizer.ggml.token_type"] = .array(
                GGUFArray(tokens.indices.map { Int32($0 == 0 ? 2 : $0 < 3 ? 3 : 1) }))
            writer["tokenizer.ggml.merges"] = .array(GGUFArray(["h e", "l l", "he ll"]))
            writer["tokenizer.ggml.bos_token_id"] = .uint32(1)
            try writer.write(to: path)
            let original = try readFile(path)
            for _ in 0..<120 {
                try write(mutate(original, &random), to: path)
                if let tokenizer = try? TokenizerLoader.load(path: path) { use(tokenizer) }
            }
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "wb"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }
}

/// SplitMix64 with a given state.
struct SystemlessGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
