import LLMTensor
import LLMTokenizer
import Testing

/// Small tokenizers of every kind, and what the `tokenizers` library makes of difficult texts with them.
@Suite struct TokenizerGoldenTests {
    static let kinds: [String] = (try? names()) ?? []

    private static func document() throws -> JSONNode {
        let bytes = try readFile(goldens + "/tokenizers.json")
        let value = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "tokenizers.json") }
        return JSONNode(value, source: "tokenizers.json")
    }

    private static func names() throws -> [String] { try document().elements().map { try $0["name"].string() } }

    private func golden(_ name: String) throws -> (JSONNode, any Tokenizer) {
        for node in try Self.document().elements() where try node["name"].string() == name {
            let value = try #require(node["tokenizer"].value)
            let text = JSONWriter().string(of: value)
            let tokenizer = try Array(text.utf8).withUnsafeBytes {
                try TokenizerLoader.load(bytes: $0, source: name)
            }
            return (node, tokenizer)
        }
        throw JSONNode(.null, source: "tokenizers.json").error(expected: name)
    }

    @Test("There are goldens") func present() { #expect(Self.kinds.count >= 12) }

    @Test("Ids, offsets, words and masks equal the reference", arguments: kinds)
    func encodings(name: String) throws {
        let (node, tokenizer) = try golden(name)
        for item in try node["cases"].elements() {
            let text = try item["text"].string()
            try compare(tokenizer.encoding(text), item, text, nil)
            #expect(tokenizer.encode(text) == (try ids(item)), "\(name): \(text.debugDescription)")
            let decoded = tokenizer.decode(try ids(item), skipSpecialTokens: true)
            #expect(Array(decoded.utf8) == Array(try item["decoded"].string().utf8), "\(text.debugDescription)")
        }
        for item in try node["pairs"].elements() {
            let text = try item["text"].string()
            let pair = try item["pair"].string()
            try compare(tokenizer.encoding(text, pair: pair), item, text, pair)
        }
    }

    @Test("Truncation with stride and padding equal the reference", arguments: kinds)
    func lengths(name: String) throws {
        let (node, tokenizer) = try golden(name)
        let options = EncodingOptions(
            truncation: Truncation(maximumLength: 10, stride: 1), padding: Padding(length: .fixed(12)))
        for item in try node["cut"].elements() {
            let text = try item["text"].string()
            let pair = try item["pair"].ifPresent?.string()
            let encoding = tokenizer.encoding(text, pair: pair, options: options)
            try compare(encoding, item, text, pair)
            let rest = try item["overflowing"].elements()
            #expect(encoding.overflowing.count == rest.count)
            for (part, item) in zip(encoding.overflowing, rest) { try compare(part, item, text, pair) }
        }
    }

    @Test("Random ids decode as in the reference, at once and in a stream", arguments: kinds)
    func decoding(name: String) throws {
        let (node, tokenizer) = try golden(name)
        for item in try node["decoded"].elements() {
            let ids = try ids(item)
            let text = Array(try item["text"].string().utf8)
            #expect(Array(tokenizer.decode(ids, skipSpecialTokens: false).utf8) == text, "\(ids)")
            var stream = tokenizer.makeStreamDecoder(skipSpecialTokens: false)
            var streamed = ""
            for id in ids { streamed += stream.append(id) }
            streamed += stream.finish()
            // Byte tokens that make no character come out one by one in a stream, and together otherwise.
            if !text.containsReplacement { #expect(Array(streamed.utf8) == text, "\(ids)") }
        }
    }

    private func ids(_ node: JSONNode) throws -> [TokenID] { try column(node, "ids") }

    private func column(_ node: JSONNode, _ key: String) throws -> [Int32] {
        try node[key].elements().map { Int32(try $0.integer()) }
    }

    private func compare(_ encoding: Encoding, _ node: JSONNode, _ text: String, _ pair: String?) throws {
        let label: Comment = "\(text.debugDescription) \(pair ?? "")"
        #expect(encoding.ids == (try column(node, "ids")), label)
        #expect(encoding.typeIDs == (try column(node, "types")), label)
        #expect(encoding.words == (try column(node, "words")), label)
        #expect(encoding.specialTokensMask.map(Int32.init) == (try column(node, "special")), label)
        #expect(encoding.attentionMask.map(Int32.init) == (try column(node, "attention")), label)
        let first = Array(text.utf8).withUnsafeBytes { encoding.scalarOffsets(in: $0, sequence: 0) }
        let second = Array((pair ?? "").utf8).withUnsafeBytes { encoding.scalarOffsets(in: $0, sequence: 1) }
        let offsets = encoding.sequences.indices.map { encoding.sequences[$0] == 1 ? second[$0] : first[$0] }
        #expect(offsets.map { Int32($0.lowerBound) } == (try column(node, "starts")), label)
        #expect(offsets.map { Int32($0.upperBound) } == (try column(node, "ends")), label)
    }
}

extension [UInt8] {
    fileprivate var containsReplacement: Bool {
        indices.contains { self[$0...].starts(with: [0xEF, 0xBF, 0xBD]) }
    }
}
