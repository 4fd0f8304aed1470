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

/// Damaged text at the very end of its memory, for every way to split and every kind of file.
extension HostileInputTests {
    private static let seeds: [[UInt8]] = [
        Array("Hello, wörld! don't 12345 \r\n\r\n  日本語のカタカナ 한국어 <s>hello</s>".utf8),
        Array("e\u{301}\u{338} 👨‍👩‍👧🏴󠁧󠁢󠁥󠁮󠁧󠁿 क्षि น้ำ שָׁלוֹם İSTANBUL ſ K ß\u{1E9E} \u{3000}\u{2028}\u{A0}".utf8),
        Array((String(repeating: " ", count: 70) + String(repeating: "a", count: 130) + "\n\n\t=====\u{0}\u{85}").utf8),
    ]

    /// Changes, cuts and repeats bytes; what comes out is seldom UTF-8.
    private func mutated(_ random: inout SystemlessGenerator) -> [UInt8] {
        var text = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)]
        let start = Int.random(in: 0..<text.count, using: &random)
        text = Array(text[start..<min(start + Int.random(in: 1...90, using: &random), text.count)])
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let index = Int.random(in: 0..<text.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: text[index] = UInt8.random(in: 0x80...0xFF, using: &random)
            case 1: text.insert([0xF0, 0xE2, 0xED, 0xC3, 0xFF, 0xF4].randomElement(using: &random) ?? 0, at: index)
            case 2: text = Array(text[...index])
            default: text += text[index...]
            }
        }
        return text
    }

    /// Memory of just the text's size, so that the sanitizer sees the first byte read too far.
    private func check(_ tokenizer: any Tokenizer, _ text: [UInt8], _ name: String) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: text)
        let bytes = UnsafeRawBufferPointer(memory)
        let ids = tokenizer.encode(bytes: bytes, addSpecialTokens: false, parseSpecialTokens: true)
        let repaired = String(decoding: text, as: UTF8.self)
        #expect(ids == tokenizer.encode(repaired, addSpecialTokens: false), "\(name) \(text)")
        let rows = tokenizer.encodeBatch(
            [bytes, bytes], addSpecialTokens: false, parseSpecialTokens: true, threadCount: 1)
        #expect(Array(rows[0]) == ids && Array(rows[1]) == ids, "\(name) \(text)")
        #expect(tokenizer.countTokens(bytes: bytes, addSpecialTokens: false, parseSpecialTokens: true) == ids.count)
        let encoding = tokenizer.encoding(bytes: bytes, pair: bytes, options: .init(addsSpecialTokens: false))
        #expect(encoding.count == 2 * ids.count, "\(name) \(text)")
        #expect(encoding.ends.allSatisfy { $0 <= repaired.utf8.count }, "\(name) \(text)")
    }

    @Test("Damaged text of any length is read to its end and no further, whatever splits it") func mutatedTexts() throws
    {
        var random = SystemlessGenerator(state: 81)
        let path = "\(temporaryDirectory())/llmops-hostile-text-\(getpid()).gguf"
        defer { removeFile(path) }
        let letters = (UInt8.min...UInt8.max).map { String(decoding: ByteAlphabet.encode([$0]), as: UTF8.self) }
        let tokens = letters + ["he", "ll", "hell", "Ġw", "<s>", "▁", "<0xE2>"]
        for name in Set(GGUFPreTokenizer.names).sorted() {
            var writer = GGUFWriter()
            writer["general.architecture"] = .string("llama")
            writer["tokenizer.ggml.model"] = .string("gpt2")
            writer["tokenizer.ggml.pre"] = .string(name)
            writer["tokenizer.ggml.tokens"] = .array(GGUFArray(tokens))
            writer["tokenizer.ggml.token_type"] = .array(GGUFArray(tokens.map { Int32($0 == "<s>" ? 3 : 1) }))
            writer["tokenizer.ggml.merges"] = .array(GGUFArray(["h e", "l l", "he ll", "Ġ w"]))
            try writer.write(to: path)
            let tokenizer = try TokenizerLoader.load(path: path)
            for _ in 0..<60 { check(tokenizer, mutated(&random), name) }
        }
    }

    @Test("Damaged text is read to its end and no further by every kind of file") func mutatedTextsOfFormats() throws {
        var random = SystemlessGenerator(state: 82)
        for (name, bytes) in Self.files where name != "tiktoken" {
            let tokenizer = try bytes.withUnsafeBytes { try TokenizerLoader.load(bytes: $0, source: name) }
            for _ in 0..<150 { check(tokenizer, mutated(&random), name) }
        }
    }
}
