import LLMTensor
import Testing

@testable import LLMTokenizer

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Tokenizers written as GGUF metadata and read back.
@Suite struct GGUFMetadataTests {
    static let names = [
        "command-r", "deepseek-coder", "deepseek-llm", "falcon", "gpt-2", "llama-bpe", "llama-spm", "mpt", "phi-3",
        "qwen2", "qwen35", "refact", "starcoder",
    ]

    private static func reread(_ tokenizer: any Tokenizer, size: Int? = nil) throws -> any Tokenizer {
        var writer = GGUFWriter()
        writer["general.architecture"] = .string("llama")
        for entry in try GGUFTokenizerMetadata(tokenizer, vocabularySize: size).entries {
            writer[entry.key] = entry.value
        }
        let path = "/tmp/llmops-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).gguf"
        defer { unlink(path) }
        try writer.write(to: path)
        return try TokenizerLoader.load(gguf: GGUFFile(path: path))
    }

    @Test(
        "A vocabulary written and read back gives the ids of llama.cpp's golden pairs",
        .enabled(if: ModelCache.has("llama-vocab"), "no llama-vocab in the cache"), arguments: names)
    func goldenPairs(name: String) throws {
        let base = ModelCache.path("llama-vocab/ggml-vocab-\(name).gguf")
        let original = try TokenizerLoader.load(path: base)
        let copy = try Self.reread(original)
        #expect(copy.specialTokens.bos == original.specialTokens.bos)
        #expect(copy.specialTokens.eos == original.specialTokens.eos)
        #expect(copy.specialTokens.endOfGeneration == original.specialTokens.endOfGeneration)
        #expect(copy.specialTokens.addsBeginning == original.specialTokens.addsBeginning)
        let text = try readFile(base + ".inp")
        for special in [false, true] {
            let wanted = original.encode(bytes: text, addSpecialTokens: special, parseSpecialTokens: special)
            let ids = copy.encode(bytes: text, addSpecialTokens: special, parseSpecialTokens: special)
            #expect(ids == wanted)
            #expect(copy.decodeBytes(ids) == original.decodeBytes(wanted))
        }
    }

    @Test func `rows of the embedding without a token are written as unused`() throws {
        let json = """
            {"added_tokens": [{"id": 260, "content": "<end>", "special": true}],
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
             "decoder": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {\(Self.byteVocabulary),
             "Ġt": 256, "he": 257, "Ġthe": 258}, "merges": ["Ġ t", "h e", "Ġt he"]}}
            """
        let original = try Array(json.utf8).withUnsafeBytes { bytes throws in
            PipelineTokenizer(try TokenizerJSON.load(bytes: bytes, source: "test"))
        }
        let copy = try Self.reread(original, size: 300)
        #expect(copy.vocabularySize == 300)
        #expect(copy.token(for: 299) == "[PAD299]")
        let text = "say the other<end> the"
        #expect(copy.encode(text) == original.encode(text))
        #expect(original.encode(text).contains(258) && original.encode(text).contains(260))
    }

    @Test func `a way of splitting without a name is refused`() throws {
        let json = """
            {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": "[aeiou]"}, "behavior": "Isolated", "invert": false},
              {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]},
             "model": {"type": "BPE", "vocab": {\(Self.byteVocabulary)}, "merges": []}}
            """
        let original = try Array(json.utf8).withUnsafeBytes { bytes throws in
            PipelineTokenizer(try TokenizerJSON.load(bytes: bytes, source: "test"))
        }
        #expect(throws: TokenizerError.self) { try GGUFTokenizerMetadata(original) }
    }

    /// The 256 bytes as members of a JSON object.
    private static let byteVocabulary = (0..<256).map { byte in
        let scalar = String(decoding: ByteAlphabet.encode([UInt8(byte)]), as: UTF8.self)
        return scalar == "\"" || scalar == "\\" ? "\"\\\(scalar)\": \(byte)" : "\"\(scalar)\": \(byte)"
    }.joined(separator: ", ")
}
