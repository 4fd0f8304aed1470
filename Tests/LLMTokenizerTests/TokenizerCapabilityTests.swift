import LLMTensor
import LLMTokenizer
import Testing

/// Growing texts, cuts, counts, labels, statistics: with every small tokenizer of the goldens.
@Suite struct TokenizerCapabilityTests {
    private static let text = """
        The quick brown fox jumps over the lazy dog, doesn't it? Größe, naïve café 日本語の文章 Привет мир [SEP] new  words and \
        more words to fill the tail up\n\n  def main(argv): return 12345 😀👨‍👩‍👧 नमस्ते the end of it all, or is it the beginning
        """

    private func tokenizers() throws -> [(String, any Tokenizer)] {
        let bytes = try readFile(goldens + "/tokenizers.json")
        let value = try bytes.withUnsafeBytes { try JSONValue.parse(bytes: $0, source: "tokenizers.json") }
        return try JSONNode(value, source: "tokenizers.json").elements().map { node in
            let name = try node["name"].string()
            let text = JSONWriter().string(of: try #require(node["tokenizer"].value))
            return (name, try Array(text.utf8).withUnsafeBytes { try TokenizerLoader.load(bytes: $0, source: name) })
        }
    }

    @Test("A text that grows has at every step the tokens of the whole") func growing() throws {
        var random = SystemlessGenerator(state: 3)
        let bytes = Array((Self.text + Self.text).utf8)
        var settles = 0
        for (name, tokenizer) in try tokenizers() {
            for special in [true, false] {
                var growing = IncrementalEncoding(tokenizer: tokenizer, addSpecialTokens: special)
                var position = 0
                while position < bytes.count {
                    let end = min(position + Int.random(in: 1...40, using: &random), bytes.count)
                    growing.append(bytes: Array(bytes[position..<end]))
                    position = end
                    let whole = tokenizer.encode(bytes: Array(bytes[..<end]), addSpecialTokens: special)
                    #expect(growing.ids == whole, "\(name) at \(end)")
                    #expect(growing.count == whole.count)
                }
                if growing.settledCount > 20 { settles += 1 }
            }
        }
        #expect(settles >= 4)
    }

    @Test("A cut text has just the tokens the whole one begins with, and no longer beginning would do") func cuts()
        throws
    {
        let bytes = Array(Self.text.utf8)
        for (name, tokenizer) in try tokenizers() {
            let whole = tokenizer.encode(Self.text, addSpecialTokens: false)
            #expect(tokenizer.countTokens(Self.text, addSpecialTokens: false) == whole.count)
            #expect(tokenizer.countTokens(Self.text) == tokenizer.encode(Self.text).count)
            for limit in [0, 1, 2, 7, 20, 33, whole.count - 1, whole.count, whole.count + 5] {
                let cut = tokenizer.cut(Self.text, afterTokens: limit)
                #expect(cut.ids.count <= max(limit, 0) && whole.starts(with: cut.ids), "\(name) \(limit)")
                let beginning = Array(bytes[..<cut.byteCount])
                #expect(String(validating: beginning, as: UTF8.self) != nil)
                #expect(tokenizer.encode(bytes: beginning, addSpecialTokens: false) == cut.ids, "\(name) \(limit)")
                #expect(cut.isWhole == (limit >= whole.count))
            }
        }
    }

    @Test("Labels of spans become tags and the same spans again", arguments: [TaggingScheme.bio, .bilou])
    func labels(scheme: TaggingScheme) throws {
        let text = "Ångström met the quick brown fox in Berlin"
        func span(_ part: String, _ label: String) throws -> LabelledSpan {
            let range = try #require(text.utf8Range(of: part))
            return LabelledSpan(range, label)
        }
        let spans = [try span("Ångström", "PER"), try span("quick brown fox", "ANIMAL"), try span("Berlin", "LOC")]
        for (name, tokenizer) in try tokenizers() where ["bert-cased", "words", "unigram-nfkd"].contains(name) {
            let encoding = tokenizer.encoding(text)
            for subwords in [TaggedSubwords.first, .all] {
                let tags = encoding.tags(for: spans, scheme: scheme, subwords: subwords)
                #expect(tags.count == encoding.count)
                for index in tags.indices where encoding.sequences[index] < 0 { #expect(tags[index] == nil) }
                #expect(encoding.spans(of: tags) == spans, "\(name) \(subwords)")
            }
            let all = encoding.tags(for: spans, scheme: scheme, subwords: .all).compactMap(\.self)
            #expect(all.filter { $0.hasPrefix("B-") || $0.hasPrefix("U-") }.count == 3)
        }
    }

    @Test("Two spans of one label side by side stay two") func neighbours() throws {
        let (_, tokenizer) = try #require(try tokenizers().first { $0.0 == "bert-cased" })
        let encoding = tokenizer.encoding("quick brown fox")
        let spans = [LabelledSpan(0..<5, "X"), LabelledSpan(6..<11, "X")]
        for scheme in [TaggingScheme.bio, .bilou] {
            #expect(encoding.spans(of: encoding.tags(for: spans, scheme: scheme)) == spans)
        }
        // A model may say I where nothing has begun.
        let tags = encoding.sequences.map { $0 == 0 ? "I-X" : nil }
        #expect(encoding.spans(of: tags) == [LabelledSpan(0..<15, "X")])
    }

    @Test("Statistics count tokens and documents, whichever way they are split up") func statistics() {
        let documents: [[TokenID]] = [[1, 2, 2, 3], [2], [], [3, 3, 9, -1]]
        var whole = TokenStatistics(vocabularySize: 5)
        for ids in documents { whole.add(document: ids) }
        #expect(whole.frequencies == [0, 1, 3, 3, 0] && whole.documentFrequencies == [0, 1, 2, 2, 0])
        #expect(whole.documentCount == 4 && whole.tokenCount == 7 && whole.unknownIDs == 2)
        var parts = TokenStatistics(vocabularySize: 5)
        parts.add(document: documents[0])
        var rest = TokenStatistics(vocabularySize: 5)
        for ids in documents[1...] { rest.add(document: ids) }
        parts.merge(rest)
        #expect(parts.frequencies == whole.frequencies && parts.documentFrequencies == whole.documentFrequencies)
        #expect(whole.mostFrequent(2).map(\.id) == [2, 3] && whole.rare() == [0, 4])
    }

    @Test("The report says how texts of a language come apart") func fit() throws {
        let (_, tokenizer) = try #require(try tokenizers().first { $0.0 == "gpt2" })
        let report = tokenizer.fit([("en", ["The quick brown fox"]), ("ja", ["日本語の文章"]), ("none", [])])
        #expect(report.map(\.name) == ["en", "ja", "none"])
        #expect(report[0].words == 4 && report[0].bytes == 19 && report[0].scalars == 19)
        #expect(report[0].tokens == tokenizer.encode("The quick brown fox", addSpecialTokens: false).count)
        #expect(report[0].fertility == Double(report[0].tokens) / 4)
        #expect(report[1].scalarsPerToken < report[0].scalarsPerToken)
        #expect(report[1].brokenTokens > 0 && report[0].brokenTokens == 0)
        #expect(report[2].coverage == 1 && report[2].fertility == 0)
    }
}

extension String {
    fileprivate func utf8Range(of part: String) -> Range<Int>? {
        let text = Array(utf8)
        let wanted = Array(part.utf8)
        return (0...max(text.count - wanted.count, 0)).first { text[$0...].starts(with: wanted) }
            .map { $0..<($0 + wanted.count) }
    }
}
