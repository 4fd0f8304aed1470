import LLMTensor

/// What a trainer found, as the parts of `tokenizer.json`.
struct TokenizerFile {
    /// The model with its vocabulary.
    enum Model {
        case bytePairs(tokens: [[UInt8]], merges: [(left: TokenID, right: TokenID)], BytePairOptions)
        case wordPiece(tokens: [[UInt8]], unknown: String, prefix: String, longestWord: Int)
        /// Ids need not be without gaps.
        case wordLevel(tokens: [(token: [UInt8], id: TokenID)], unknown: String)
        case unigram(tokens: [(token: [UInt8], score: Double)], unknown: Int?, byteFallback: Bool)

        var mergeCount: Int {
            if case .bytePairs(_, let merges, _) = self { merges.count } else { 0 }
        }
    }

    struct BytePairOptions {
        var unknown: String?
        var continuingPrefix: String?
        var endSuffix: String?
        var fusesUnknown = false
        var byteFallback = false
    }

    var pipeline: TokenizerPipeline
    var model: Model
    var specialTokens: [(content: String, id: TokenID)]

    /// The text of the file.
    func content() throws(TokenizerError) -> [UInt8] {
        let special = specialTokens
        let postProcessor = try pipeline.postProcessor?.json { name in
            special.first { Array($0.content.utf8) == Array(name.utf8) }?.id
        }
        var out = Output()
        out.raw("{\n\"version\":\"1.0\",\n\"truncation\":null,\n\"padding\":null,\n\"added_tokens\":")
        out.list(special) { token, out in
            let value: JSONValue = [
                "id": .integer(Int64(token.id)), "content": .string(token.content), "single_word": false,
                "lstrip": false, "rstrip": false, "normalized": false, "special": true,
            ]
            out.value(value)
        }
        out.section("normalizer", pipeline.normalizer?.json)
        out.section("pre_tokenizer", pipeline.preTokenizer?.json)
        out.section("post_processor", postProcessor)
        out.section("decoder", pipeline.decoder?.json)
        out.raw(",\n\"model\":{")
        write(&out)
        out.raw("}\n}\n")
        return out.bytes
    }

    private func write(_ out: inout Output) {
        switch model {
        case .bytePairs(let tokens, let merges, let options):
            out.members([
                "type": "BPE", "dropout": nil, "unk_token": options.unknown.map(JSONValue.string) ?? nil,
                "continuing_subword_prefix": options.continuingPrefix.map(JSONValue.string) ?? nil,
                "end_of_word_suffix": options.endSuffix.map(JSONValue.string) ?? nil,
                "fuse_unk": .bool(options.fusesUnknown), "byte_fallback": .bool(options.byteFallback),
                "ignore_merges": false,
            ])
            out.raw(",\n\"vocab\":{")
            vocabulary(tokens, &out)
            out.raw("},\n\"merges\":")
            out.list(merges) { merge, out in
                out.raw("[")
                out.string(tokens[Int(merge.left)])
                out.raw(",")
                out.string(tokens[Int(merge.right)])
                out.raw("]")
            }
        case .wordPiece(let tokens, let unknown, let prefix, let longestWord):
            out.members([
                "type": "WordPiece", "unk_token": .string(unknown), "continuing_subword_prefix": .string(prefix),
                "max_input_chars_per_word": .integer(Int64(longestWord)),
            ])
            out.raw(",\n\"vocab\":{")
            vocabulary(tokens, &out)
            out.raw("}")
        case .wordLevel(let tokens, let unknown):
            out.members(["type": "WordLevel"])
            out.raw(",\n\"vocab\":{")
            out.separated(tokens) { entry, out in
                out.string(entry.token)
                out.raw(":\(entry.id)")
            }
            out.raw("},\n\"unk_token\":")
            out.value(.string(unknown))
        case .unigram(let tokens, let unknown, let byteFallback):
            out.members([
                "type": "Unigram", "unk_id": unknown.map { .integer(Int64($0)) } ?? nil,
                "byte_fallback": .bool(byteFallback),
            ])
            out.raw(",\n\"vocab\":")
            out.list(tokens) { entry, out in
                out.raw("[")
                out.string(entry.token)
                out.raw(",")
                out.value(.number(entry.score))
                out.raw("]")
            }
        }
    }

    private func vocabulary(_ tokens: [[UInt8]], _ out: inout Output) {
        out.separated(Array(tokens.enumerated())) { entry, out in
            out.string(entry.element)
            out.raw(":\(entry.offset)")
        }
    }

    /// Text that grows.
    private struct Output {
        var bytes: [UInt8] = []
        private let writer = JSONWriter()

        mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }
        mutating func value(_ value: JSONValue) { bytes += writer.bytes(of: value) }
        mutating func string(_ text: [UInt8]) { value(.string(String(decoding: text, as: UTF8.self))) }

        mutating func section(_ name: String, _ content: JSONValue?) {
            raw(",\n\"\(name)\":")
            value(content ?? .null)
        }

        /// The members of an object without its braces.
        mutating func members(_ object: JSONValue) {
            bytes += writer.bytes(of: object).dropFirst().dropLast()
        }

        mutating func list<Element>(_ elements: [Element], _ body: (Element, inout Output) -> Void) {
            raw("[")
            separated(elements, body)
            raw("]")
        }

        /// Elements on lines of their own.
        mutating func separated<Element>(_ elements: [Element], _ body: (Element, inout Output) -> Void) {
            for (index, element) in elements.enumerated() {
                raw(index == 0 ? "\n" : ",\n")
                body(element, &self)
            }
        }
    }
}
