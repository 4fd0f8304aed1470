import LLMTensor
import Testing

@testable import LLMTokenizer

/// Texts that make careless tokenizers quadratic: twice the text has to be twice the work, counted in steps.
@Suite("Worst cases") struct WorstCaseTests {
    private static let units = ["a", " ", "7", "日本", "漢字仮名交文章體", "a ", "\n", "ａ"]

    /// Steps of models and patterns for a text of so many bytes.
    private func work(_ tokenizer: PipelineTokenizer, _ unit: String, bytes: Int) -> Int {
        let text = Array(String(repeating: unit, count: bytes / unit.utf8.count).utf8)
        return tokenizer.withScratch { scratch in
            let before = scratch.work + scratch.matcher.work
            scratch.reset(tracksLengths: false)
            text.withUnsafeBytes { tokenizer.encodeText($0, true, scratch) }
            return scratch.work + scratch.matcher.work - before
        }
    }

    private func check(_ tokenizer: any Tokenizer, _ name: String) throws {
        let tokenizer = try #require(tokenizer as? PipelineTokenizer)
        for unit in Self.units {
            let once = work(tokenizer, unit, bytes: 60_000)
            let twice = work(tokenizer, unit, bytes: 120_000)
            // Where a word ends up in a cache, the second text may even be less work.
            #expect(twice <= 2 * once + 10_000, "\(name) \(unit): \(once) steps, then \(twice)")
        }
        // The steps are counted at all: this text no cache knows.
        let fresh = (0..<2000).map { "w\($0)x漢\($0 % 97)" }.joined(separator: " ")
        #expect(work(tokenizer, fresh, bytes: fresh.utf8.count) > 0, "\(name)")
    }

    @Test("Twice the letters, spaces or ideographs are twice the steps, for every kind of tokenizer")
    func small() throws {
        let bytes = try readFile(goldens + "/tokenizers.json")
        let value = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "tokenizers.json") }
        for node in try JSONNode(value, source: "tokenizers.json").elements() {
            let name = try node["name"].string()
            // Its pattern looks ahead over all digits that follow.
            if name == "odd-pattern" { continue }
            let document = Array(JSONWriter().string(of: try #require(node["tokenizer"].value)).utf8)
            try check(try document.withUnsafeBytes { try TokenizerLoader.load(bytes: $0, source: name) }, name)
        }
    }

    @Test(
        "Twice the letters, spaces or ideographs are twice the steps, for large vocabularies",
        .enabled(if: ModelCache.has("llama-vocab/ggml-vocab-llama-bpe.gguf")),
        arguments: [
            "llama-bpe", "qwen2", "deepseek-llm", "llama-spm", "baichuan", "gemma-4", "bert-bge", "nomic-bert-moe",
        ])
    func large(name: String) throws {
        try check(try TokenizerLoader.load(path: ModelCache.path("llama-vocab/ggml-vocab-\(name).gguf")), name)
    }
}
