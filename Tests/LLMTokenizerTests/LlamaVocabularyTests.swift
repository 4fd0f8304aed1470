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
