import LLMTokenizer
import Testing

/// The vocabularies of llama.cpp with the ids that the original tokenizers gave (`.inp`, `.out`).
@Suite struct LlamaVocabularyTests {
    static let names = [
        "bert-bge", "command-r", "deepseek-coder", "deepseek-llm", "falcon", "gemma-4", "gpt-2", "llama-bpe",
        "llama-spm",
        "mpt", "phi-3", "qwen2", "qwen35", "refact", "starcoder",
    ]

    @Test(
        "Ids equal llama.cpp's golden pairs",
        .enabled(if: ModelCache.has("llama-vocab"), "no llama-vocab in the cache"),
        arguments: names)
    func goldenPairs(name: String) throws {
        let base = ModelCache.path("llama-vocab/ggml-vocab-\(name).gguf")
        let tokenizer = try TokenizerLoader.load(path: base)
        let inputs = try split(readFile(base + ".inp"), by: Array("\n__ggml_vocab_test__\n".utf8))
        let lines = try split(readFile(base + ".out"), by: [0x0A])
        #expect(inputs.count >= 40)
        for (input, line) in zip(inputs, lines) {
            let wanted = String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { TokenID(String($0)) }
            let ids = tokenizer.encode(bytes: input, addSpecialTokens: false, parseSpecialTokens: false)
            #expect(ids == wanted, "\(name): \(String(decoding: input, as: UTF8.self).debugDescription)")
        }
    }

    /// Ids from llama.cpp of llama-cpp-python 0.3.36 (`Benchmarks/peers/llama-ids.cpp`); the last from transformers 5.24.
    @Test(
        "What ends generation by its name is markup whatever its type; words of more than 100 characters are unknown to BERT",
        .enabled(if: ModelCache.has("llama-vocab"), "no llama-vocab in the cache"))
    func markupByName() throws {
        let cases: [(name: String, text: String, parses: Bool, ids: [TokenID])] = [
            ("aquila", "x<|endoftext|>9", true, [88, 0, 25]), ("qwen2", "</s>", true, [128247]),
            ("phi-3", "</s>", false, [1533, 29879, 29958]),
            ("bert-bge", String(repeating: "ab", count: 51), true, [100]),
        ]
        for item in cases {
            let tokenizer = try TokenizerLoader.load(path: ModelCache.path("llama-vocab/ggml-vocab-\(item.name).gguf"))
            let ids = tokenizer.encode(item.text, addSpecialTokens: false, parseSpecialTokens: item.parses)
            #expect(ids == item.ids, "\(item.name): \(item.text)")
        }
    }

    private func split(_ bytes: [UInt8], by separator: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: separator) {
                parts.append([])
                index += separator.count
            } else {
                parts[parts.count - 1].append(bytes[index])
                index += 1
            }
        }
        return parts
    }
}
