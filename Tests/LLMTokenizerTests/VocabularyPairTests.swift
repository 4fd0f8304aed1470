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

/// Vocabularies with their merges in two files, as GPT-2 and CLIP have them (goldens: make_pair_goldens.py).
@Suite struct VocabularyPairTests {
    @Test("vocab.json and merges.txt of GPT-2 and CLIP give the ids and texts of transformers") func pairs() throws {
        let bytes = try readFile(goldens + "/pairs.json")
        let document = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "pairs.json") }
        let kinds = try JSONNode(document, source: "pairs.json").elements()
        #expect(kinds.count == 2)
        for kind in kinds {
            let name = try kind["name"].string()
            let base = "\(temporaryDirectory())/llmops-pair-\(getpid())"
            defer { removeFile(base + ".json"); removeFile(base + ".txt") }
            try write(try kind["vocabulary"].string(), to: base + ".json")
            try write(try kind["merges"].string(), to: base + ".txt")
            let tokenizer = try TokenizerLoader.load(vocabulary: base + ".json", merges: base + ".txt")
            for item in try kind["cases"].elements() {
                let text = try item["text"].string()
                let ids = try item["ids"].elements().map { TokenID(try $0.integer()) }
                #expect(tokenizer.encode(text) == ids, "\(name): \(text.debugDescription)")
                let decoded = tokenizer.decode(ids)
                #expect(
                    Array(decoded.utf8) == Array(try item["decoded"].string().utf8),
                    "\(name): \(decoded.debugDescription)")
            }
            let pair = try kind["pair"].elements().map { TokenID(try $0.integer()) }
            #expect(tokenizer.encoding("one two", pair: "three").ids == pair, "\(name)")
        }
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "wb"))
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }
}
