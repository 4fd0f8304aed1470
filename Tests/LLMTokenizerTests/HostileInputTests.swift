import LLMTensor
import LLMTokenizer
import Testing

/// Damaged files are errors, and damaged text is text.
@Suite struct HostileInputTests {
    /// A small generator with a fixed seed (SplitMix64).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    private func documents() throws -> [(String, JSONValue)] {
        let bytes = try readFile(goldens + "/tokenizers.json")
        let value = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "tokenizers.json") }
        return try JSONNode(value, source: "tokenizers.json").elements().map { node in
            (try node["name"].string(), try #require(node["tokenizer"].value))
        }
    }

    @Test("Words of more ids than bytes are written where there is room") func manyIDs() throws {
        // Every letter behind the first falls back to its byte and to those of the prefix.
        let vocabulary = [0x20, 0x23, 0x61, 0x62].enumerated()
            .map { "\"<0x\(String($1, radix: 16))>\": \($0)" }.joined(separator: ", ")
        let document = """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
             "pre_tokenizer": {"type": "Split", "behavior": "Isolated", "invert": false, "pattern": {"Regex":
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\\\p{L}+| ?\\\\p{N}+| ?[^\\\\s\\\\p{L}\\\\p{N}]+|\\\\s+(?!\\\\S)|\\\\s+"}},
             "post_processor": null, "decoder": null,
             "model": {"type": "BPE", "byte_fallback": true, "continuing_subword_prefix": "#####", "vocab": {\(vocabulary)},
                "merges": []}}
            """
        let tokenizer = try Array(document.utf8).withUnsafeBytes { try TokenizerLoader.load(bytes: $0, source: "many") }
        let text = String(repeating: "ab ab", count: 20_000)
        let ids = tokenizer.encode(text)
        #expect(ids.count > text.utf8.count)
        #expect(ids == tokenizer.encoding(text).ids)
        let batch = Array(text.utf8).withUnsafeBytes {
            tokenizer.encodeBatch([$0], addSpecialTokens: false, parseSpecialTokens: true, threadCount: 1)
        }
        #expect(batch.ids == ids)
    }

    @Test("A tokenizer.json with changed bytes loads or throws") func mutatedFiles() throws {
        var random = Generator(state: 5)
        for (name, value) in try documents() {
            let original = Array(JSONWriter().string(of: value).utf8)
            for _ in 0..<60 {
                var bytes = original
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let index = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.removeSubrange(index..<min(index + 3, bytes.count))
                    default: bytes.insert(contentsOf: Array("9-\"[{".utf8), at: index)
                    }
                }
                let tokenizer = bytes.withUnsafeBytes { try? TokenizerLoader.load(bytes: $0, source: name) }
                _ = tokenizer?.encode("Hello, wörld 日本 123", addSpecialTokens: true, parseSpecialTokens: true)
            }
        }
    }

    @Test("Bytes that are not UTF-8 are read as U+FFFD for each maximal part") func illFormedText() throws {
        var random = Generator(state: 9)
        for (name, value) in try documents() {
            let tokenizer = try Array(JSONWriter().string(of: value).utf8).withUnsafeBytes {
                try TokenizerLoader.load(bytes: $0, source: name)
            }
            for length in 0..<200 {
                let bytes = (0..<(length % 40)).map { _ in
                    let choices: [UInt8] = [
                        0x20, 0x61, 0xE2, 0x96, 0x81, 0xF0, 0x9F, 0x98, 0x80, 0xC3, 0xED, 0xA0, 0xFF,
                    ]
                    return choices.randomElement(using: &random) ?? 0
                }
                let repaired = String(decoding: bytes, as: UTF8.self)
                let ids = tokenizer.encode(bytes: bytes)
                #expect(ids == tokenizer.encode(repaired), "\(name) \(bytes)")
            }
        }
    }
}
