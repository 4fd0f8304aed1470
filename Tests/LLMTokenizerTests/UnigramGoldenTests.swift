import LLMTensor
import LLMTokenizer
import Testing

/// Unigram vocabularies of unusual shapes, beside the `tokenizers` library (Goldens/make_unigram_goldens.py).
@Suite struct UnigramGoldenTests {
    private static func document() throws -> JSONNode {
        let bytes = try readFile(goldens + "/unigram.json")
        let value = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "unigram.json") }
        return JSONNode(value, source: "unigram.json")
    }

    @Test("Scores of many digits are read as the reference reads them, which rounds twice")
    func numbers() throws {
        let pairs = try Self.document()["numbers"].elements()
        #expect(pairs.count == 600)
        var different = 0
        for pair in pairs {
            let (written, read) = (try pair.elements()[0].string(), try pair.elements()[1].string())
            let value = try Array(written.utf8).withUnsafeBytes { bytes in
                var reader = JSONReader(bytes: bytes, source: "number")
                return try reader.readDoubleRoundedTwice()
            }
            #expect(value == Double(read), "\(written)")
            if value != Double(written) { different += 1 }
        }
        #expect(different > 20)
    }

    @Test(
        "Long pieces, many pieces at one place, scores in double precision, ties and unknown letters: the reference's ids"
    )
    func shapes() throws {
        for node in try Self.document()["models"].elements() {
            let name = try node["name"].string()
            let document = try #require(node["tokenizer"].value)
            let tokenizer = try Array(JSONWriter().string(of: document).utf8).withUnsafeBytes {
                try TokenizerLoader.load(bytes: $0, source: name)
            }
            var texts: [String] = []
            var expected: [[Int32]] = []
            for item in try node["cases"].elements() {
                texts.append(try item["text"].string())
                expected.append(try item["ids"].elements().map { Int32(try $0.integer()) })
            }
            #expect(texts.count > 50)
            for (text, ids) in zip(texts, expected) {
                // By segments, with offsets, and all words in one text.
                #expect(tokenizer.encode(text, addSpecialTokens: false) == ids, "\(name), \(text)")
                #expect(tokenizer.encoding(text).ids == ids, "\(name), \(text) with offsets")
            }
            let whole = texts.joined(separator: "\n")
            #expect(tokenizer.encode(whole, addSpecialTokens: false) == expected.flatMap { $0 }, "\(name), all at once")
        }
    }
}
