import LLMTensor
import Testing

@testable import LLMTokenizer

/// Small SentencePiece models, and what sentencepiece makes of hard texts with them (make_sentencepiece_goldens.py).
@Suite struct SentencePieceGoldenTests {
    @Test("Models give the ids and texts of sentencepiece, marks and spaces at both ends included") func models() throws
    {
        let bytes = try readFile(goldens + "/sentencepiece.json")
        let document = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "sentencepiece.json") }
        let kinds = try JSONNode(document, source: "sentencepiece.json").elements()
        #expect(kinds.count == 6)
        for kind in kinds {
            let name = try kind["name"].string()
            let model = try #require(Base64.decode(try kind["model"].string()))
            let tokenizer = try model.withUnsafeBytes { try TokenizerLoader.load(bytes: $0, source: name) }
            for item in try kind["cases"].elements() {
                let text = try item["text"].string()
                let ids = try ids(item)
                let found = tokenizer.encode(text, addSpecialTokens: false, parseSpecialTokens: false)
                #expect(found == ids, "\(name): \(text.debugDescription)")
                try check(tokenizer, ids, try item["decoded"].string(), name)
                let encoding = tokenizer.encoding(
                    text, options: .init(addsSpecialTokens: false, parsesSpecialTokens: false))
                #expect(encoding.ids == ids, "\(name): \(text.debugDescription)")
            }
            for item in try kind["decoded"].elements() {
                try check(tokenizer, try ids(item), try item["text"].string(), name)
            }
        }
    }

    private func check(_ tokenizer: any Tokenizer, _ ids: [TokenID], _ text: String, _ name: String) throws {
        let decoded = tokenizer.decode(ids, skipSpecialTokens: false)
        #expect(Array(decoded.utf8) == Array(text.utf8), "\(name): \(ids) is \(decoded.debugDescription)")
    }

    private func ids(_ node: JSONNode) throws -> [TokenID] {
        try node["ids"].elements().map { TokenID(try $0.integer()) }
    }
}
