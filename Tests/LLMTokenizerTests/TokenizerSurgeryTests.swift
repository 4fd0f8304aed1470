import LLMTensor
import LLMTokenizer
import Testing

/// Vocabularies made larger and smaller.
@Suite struct TokenizerSurgeryTests {
    private func documents() throws -> [(String, [UInt8])] {
        let bytes = try readFile(goldens + "/tokenizers.json")
        let value = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "tokenizers.json") }
        return try JSONNode(value, source: "tokenizers.json").elements().map { node in
            (try node["name"].string(), Array(JSONWriter().string(of: try #require(node["tokenizer"].value)).utf8))
        }
    }

    private func load(_ json: [UInt8]) throws -> any Tokenizer {
        try json.withUnsafeBytes { try TokenizerLoader.load(bytes: $0, source: "test") }
    }

    private let text = "The quick brown fox [SEP] doesn't jump 2024 times"

    @Test("New tokens get the next ids, known ones keep theirs") func add() throws {
        for (name, json) in try documents() {
            let old = try load(json)
            var surgery = try TokenizerSurgery(json: json)
            let size = surgery.rows.count
            let sep = try #require(old.id(of: "[SEP]"))
            let ids = surgery.add([.init("<|tool|>", isSpecial: true), .init("[SEP]"), .init("<|tool|>")])
            #expect(ids == [TokenID(size), sep, TokenID(size)], "\(name)")
            #expect(surgery.rows.count == size + 1 && surgery.rows[size] == nil)
            let new = try surgery.tokenizer()
            #expect(new.encode("<|tool|>", addSpecialTokens: false).contains(TokenID(size)), "\(name)")
            #expect(new.encode(text) == old.encode(text), "\(name)")
        }
    }

    @Test("A trimmed vocabulary tokenizes the texts it was made for as before, in new ids") func trim() throws {
        for (name, json) in try documents() {
            let old = try load(json)
            var statistics = TokenStatistics(vocabularySize: old.vocabularySize)
            let before = old.encode(text)
            statistics.add(document: before)
            var surgery = try TokenizerSurgery(json: json)
            let rare = Set(statistics.rare())
            try surgery.trim(keeping: Set((0..<TokenID(old.vocabularySize)).filter { !rare.contains($0) }))
            let new = try surgery.tokenizer()
            #expect(new.vocabularySize == surgery.rows.count && surgery.rows.count <= old.vocabularySize)
            for (id, row) in surgery.rows.enumerated() {
                #expect(new.token(for: TokenID(id)) == row.flatMap(old.token), "\(name) \(id)")
            }
            // BPE may merge otherwise only where a merge is gone whose result was not needed.
            let after = new.encode(text)
            #expect(after.map { surgery.rows[Int($0)] } == before, "\(name)")
            #expect(new.decode(after) == old.decode(before))
        }
    }

    @Test("What is no tokenizer is refused") func refused() {
        #expect(throws: TokenizerError.self) { try TokenizerSurgery(json: Array("{}".utf8)) }
    }
}
