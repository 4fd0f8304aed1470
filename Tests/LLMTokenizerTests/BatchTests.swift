import LLMTokenizer
import Testing

@Suite("Batches of texts")
struct BatchTests {
    @Test(
        "Rows equal what each text gives alone, on one thread and on four",
        .enabled(if: ModelCache.has("llama-vocab/ggml-vocab-llama-bpe.gguf")), arguments: [1, 4])
    func rows(threadCount: Int) throws {
        let tokenizer = try TokenizerLoader.load(path: ModelCache.path("llama-vocab/ggml-vocab-llama-bpe.gguf"))
        var texts: [[UInt8]] = [[], Array("one".utf8), [0xFF, 0x41, 0xC3], []]
        for number in 0..<3000 { texts.append(Array("Row \(number): déjà vu, 漢字 \(number * number)  \n".utf8)) }
        texts.append(Array(String(repeating: "a long text, ", count: 60_000).utf8))
        let whole: [UInt8] = texts.flatMap { $0 }
        let rows = whole.withUnsafeBytes { all in
            var start = 0
            let parts = texts.map { text in
                defer { start += text.count }
                return UnsafeRawBufferPointer(rebasing: all[start..<(start + text.count)])
            }
            return tokenizer.encodeBatch(
                parts, addSpecialTokens: true, parseSpecialTokens: false, threadCount: threadCount)
        }
        #expect(rows.count == texts.count)
        for (row, text) in texts.enumerated() {
            #expect(Array(rows[row]) == tokenizer.encode(bytes: text, parseSpecialTokens: false))
        }
    }

    @Test(
        "No texts give no rows", .enabled(if: ModelCache.has("llama-vocab/ggml-vocab-llama-bpe.gguf")))
    func empty() throws {
        let tokenizer = try TokenizerLoader.load(path: ModelCache.path("llama-vocab/ggml-vocab-llama-bpe.gguf"))
        #expect(tokenizer.encodeBatch([String]()).count == 0)
        #expect(tokenizer.encodeBatch(["", "a"]).offsets.count == 3)
    }
}

@Suite("Words that are cut")
struct CutWordTests {
    @Test(
        "Ids without offsets, cut and cached, equal those with offsets, merged as a whole",
        .enabled(if: ModelCache.has("llama-vocab/ggml-vocab-llama-bpe.gguf")),
        arguments: ["llama-bpe", "gpt-2", "qwen2", "deepseek-llm", "command-r"])
    func whole(name: String) throws {
        let tokenizer = try TokenizerLoader.load(path: ModelCache.path("llama-vocab/ggml-vocab-\(name).gguf"))
        let parts = [
            "漢", "字", "的", "中国", "日本語", "かな", "ー", "한국", "ไทย", "é", "ß", "кни", "га", "a", "the", "ing", "aaaa", "क",
            "ि",
            "्", "😀", "—", "…", "。", "ああ", "==", "--",
        ]
        var state: UInt64 = 3
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += parts[Int(state >> 33) % parts.count]
            }
            let plain = tokenizer.encode(text, addSpecialTokens: false)
            #expect(plain == tokenizer.encoding(text, options: EncodingOptions(addsSpecialTokens: false)).ids)
        }
    }
}
