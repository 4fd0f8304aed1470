import LLMTensor
import Testing

@testable import LLMData

/// N-gram models against KenLM, a separate implementation, on 12 MB of real text in many languages
/// (Goldens/make_kenlm.py).
@Suite struct KenLMTests {
    @Test(
        .enabled(if: Corpora.has("quality.jsonl"), "run Scripts/fetch-corpora to fetch the documents"),
        arguments: [2, 3, 4, 5])
    func `perplexity and number of n-grams are those of KenLM`(order: Int) throws {
        let golden = try JSONValue.parse(
            Goldens.bytes("kenlm.json"), source: "kenlm.json")
        let sentences = try Self.sentences()
        #expect(sentences.count == golden["sentences"]?.integerValue)
        var training: [UInt8] = []
        var heldOut: [UInt8] = []
        for (index, sentence) in sentences.enumerated() {
            if index % 10 == 9 { heldOut += sentence + [0x0A] } else { training += sentence + [0x0A] }
        }
        var counts = try NGramCounts(order: order)
        try counts.add(text: String(decoding: training, as: UTF8.self))
        let model = try NGramModel(counts)
        let found = model.perplexity(ofText: String(decoding: heldOut, as: UTF8.self))
        let wanted = try #require(golden["orders"]?["\(order)"])
        #expect(found.words == wanted["tokens"]?.integerValue)
        #expect(found.unknownWords == wanted["unknown"]?.integerValue)
        let perplexity = try #require(wanted["perplexity"]?.doubleValue)
        #expect(abs(found.perplexity / perplexity - 1) < 1e-4, "\(found.perplexity), KenLM \(perplexity)")
        let sizes = try #require(wanted["ngrams"]?.arrayValue).compactMap(\.integerValue)
        #expect(model.sizes.dropFirst() == sizes.dropFirst())
    }

    private static func sentences() throws -> [[UInt8]] {
        var sentences: [[UInt8]] = []
        for record in try linesOfFile(Corpora.path("quality.jsonl")) {
            let text = try #require(try JSONValue.parse(record, source: "quality.jsonl")["text"]?.stringValue)
            for line in text.utf8.split(separator: 0x0A) {
                let words = line.split { $0 == 0x20 || $0 == 0x09 || (0x0B...0x0D).contains($0) }
                    .filter { !marks.contains(Array($0)) && !$0.contains(0) }
                if !words.isEmpty { sentences.append(Array(words.joined(separator: [0x20]))) }
            }
        }
        return sentences
    }

    private static let marks = ["<s>", "</s>", "<unk>"].map { Array($0.utf8) }
}
