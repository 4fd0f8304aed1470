import LLMTensor
import LLMTokenizer
import Testing

/// Pipelines drawn at random, and what the `tokenizers` library makes of difficult texts with them.
@Suite struct PipelineGoldenTests {
    private static func document() throws -> [JSONNode] {
        let bytes = try readFile(goldens + "/pipelines.json")
        let value = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "pipelines.json") }
        return try JSONNode(value, source: "pipelines.json").elements()
    }

    @Test("Every column equals the reference: alone, in pairs, split into words, cut and filled up")
    func encodings() throws {
        let document = try Self.document()
        #expect(document.count >= 15)
        for node in document {
            let name = try node["name"].string()
            let value = try #require(node["tokenizer"].value)
            let tokenizer = try Array(JSONWriter().string(of: value).utf8).withUnsafeBytes {
                try TokenizerLoader.load(bytes: $0, source: name)
            }
            let options = tokenizer.fileOptions
            for item in try node["cases"].elements() {
                let text = try item["text"].string()
                let other = try item["other"].string()
                let words = try item["split"].elements().map { try $0.string() }
                let label = "pipeline \(name), \(text.debugDescription)"
                try compare(
                    tokenizer.encoding(text, options: options), item["alone"], [[text]], tokenizer, "\(label) alone")
                try compare(
                    tokenizer.encoding(text, pair: other, options: options), item["pair"], [[text], [other]],
                    tokenizer, "\(label) pair")
                try compare(
                    tokenizer.encoding(words: words, options: options), item["words"], [words], tokenizer,
                    "\(label) words")
            }
        }
    }

    private func compare(
        _ encoding: Encoding, _ node: JSONNode, _ texts: [[String]], _ tokenizer: any Tokenizer, _ label: String
    ) throws {
        func column(_ key: String) throws -> [Int32] { try node[key].elements().map { Int32(try $0.integer()) } }
        let comment = Comment(rawValue: label)
        #expect(encoding.ids == (try column("ids")), comment)
        #expect(encoding.typeIDs == (try column("types")), comment)
        #expect(encoding.words == (try column("words")), comment)
        #expect(encoding.specialTokensMask.map(Int32.init) == (try column("special")), comment)
        #expect(encoding.attentionMask.map(Int32.init) == (try column("attention")), comment)
        let tables = texts.map { $0.map(scalarsBefore) }
        func scalars(_ offsets: [Int32]) -> [Int32] {
            offsets.indices.map { index in
                let sequence = Int(encoding.sequences[index])
                guard sequence >= 0 else { return offsets[index] }
                let words = tables[sequence]
                return words[words.count == 1 ? 0 : Int(encoding.words[index])][Int(offsets[index])]
            }
        }
        #expect(scalars(encoding.starts) == (try column("starts")), comment)
        #expect(scalars(encoding.ends) == (try column("ends")), comment)
        let overflow = try node["overflowing"].elements().map { try $0.elements().map { Int32(try $0.integer()) } }
        #expect(encoding.overflowing.map(\.ids) == overflow, comment)
        #expect(Array(tokenizer.decode(encoding.ids).utf8) == Array(try node["decoded"].string().utf8), comment)
    }

    /// How many scalars begin before each byte of a text.
    private func scalarsBefore(_ text: String) -> [Int32] {
        var count: Int32 = 0
        return Array(text.utf8).map { byte in
            defer { if byte & 0xC0 != 0x80 { count += 1 } }
            return count
        } + [Int32(text.unicodeScalars.count)]
    }
}
