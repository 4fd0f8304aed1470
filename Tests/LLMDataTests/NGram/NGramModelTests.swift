import Foundation
import LLMTensor
import Testing

@testable import LLMData

/// N-gram models against Chen and Goodman's equations written down in Python (Goldens/make_ngram_goldens.py).
@Suite struct NGramModelTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func corpus() throws -> (training: [String], heldOut: [String]) {
        let text = try String(
            contentsOf: tests.appending(path: "LLMModelTests/Goldens/botchan-excerpt.txt"), encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init).filter { line in
            line.contains { !$0.isWhitespace }
        }
        let numbered = lines.enumerated()
        return (
            numbered.filter { $0.offset % 10 != 9 }.map(\.element),
            numbered.filter { $0.offset % 10 == 9 }.map(\.element)
        )
    }

    private static func model(order: Int, pruning: [Int] = []) throws -> NGramModel {
        var counts = try NGramCounts(order: order)
        try counts.add(text: try corpus().training.joined(separator: "\n"))
        return try NGramModel(counts, pruning: pruning)
    }

    private static func temporary() -> String {
        FileManager.default.temporaryDirectory.appending(path: "llmops-\(UUID().uuidString)").path
    }

    @Test(arguments: [1, 2, 3, 5])
    func `perplexity and scores are those of the reference`(order: Int) throws {
        let path = Self.tests.appending(path: "LLMDataTests/Goldens/ngram.json")
        let golden = try JSONValue.parse([UInt8](Data(contentsOf: path)), source: "ngram.json")
        let model = try Self.model(order: order)
        let heldOut = try Self.corpus().heldOut
        let wanted = try #require(golden["perplexity"]?["\(order)"]?.doubleValue)
        let found = model.perplexity(ofText: heldOut.joined(separator: "\n"))
        // Single-precision logarithms.
        #expect(abs(found.perplexity / wanted - 1) < 1e-5)
        let words = heldOut[0].split(separator: " ").map { model.vocabulary.number(of: Array($0.utf8)) }
        let scores = try #require(golden["scores"]?["\(order)"]?.arrayValue).compactMap(\.doubleValue)
        let ours = model.scores(ofWords: words)
        #expect(ours.count == scores.count)
        for (mine, theirs) in zip(ours, scores) { #expect(abs(Double(mine) - theirs) < 1e-4) }
    }

    @Test(arguments: [[], [0, 1, 1, 1]])
    func `probabilities after any state sum to one`(pruning: [Int]) throws {
        let model = try Self.model(order: 4, pruning: pruning)
        var state = model.sentenceStart
        for word in [UInt32(7), 8, 0, 9] {
            let sum = model.probabilities(after: state).reduce(0.0) { $0 + Double($1) }
            #expect(abs(sum - 1) < 1e-4)
            _ = model.advance(&state, word: word)
        }
    }

    @Test func `pruning leaves fewer n-grams and no worse than unigrams`() throws {
        let (full, pruned) = (try Self.model(order: 3), try Self.model(order: 3, pruning: [0, 1, 1]))
        #expect(pruned.sizes[0] == full.sizes[0])
        #expect(pruned.sizes[2] < full.sizes[2] / 2)
        let text = try Self.corpus().heldOut.joined(separator: "\n")
        let unigrams = try Self.model(order: 1)
        #expect(pruned.perplexity(ofText: text).perplexity < unigrams.perplexity(ofText: text).perplexity)
    }

    @Test func `counts merged from parts give the model of the whole`() throws {
        let lines = try Self.corpus().training
        var first = try NGramCounts(order: 3)
        var second = try NGramCounts(order: 3)
        for (index, line) in lines.enumerated() {
            if index % 3 == 0 { try second.add(text: line) } else { try first.add(text: line) }
        }
        try second.merge(first)
        let text = try Self.corpus().heldOut.joined(separator: "\n")
        let (merged, whole) = (try NGramModel(second), try Self.model(order: 3))
        #expect(merged.sizes == whole.sizes)
        #expect(
            abs(merged.perplexity(ofText: text).perplexity / whole.perplexity(ofText: text).perplexity - 1) < 1e-6)
        #expect(throws: NGramError.self) { try second.merge(NGramCounts(order: 2)) }
    }

    @Test func `files come back as they were written`() throws {
        let model = try Self.model(order: 3)
        let text = try Self.corpus().heldOut.joined(separator: "\n")
        let wanted = model.perplexity(ofText: text)
        let (own, arpa) = (Self.temporary(), Self.temporary())
        defer {
            unlink(own)
            unlink(arpa)
        }
        try model.write(to: own)
        #expect(try NGramModel(contentsOf: own).perplexity(ofText: text) == wanted)
        try model.writeARPA(to: arpa)
        let read = try NGramModel(arpaAt: arpa)
        #expect(read.sizes[1...] == model.sizes[1...])
        #expect(abs(read.perplexity(ofText: text).perplexity / wanted.perplexity - 1) < 1e-5)
    }

    @Test func `damaged files are refused`() throws {
        let path = Self.temporary()
        defer { unlink(path) }
        try Self.model(order: 2).write(to: path)
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 50)) {
            var damaged = bytes
            damaged[place] ^= 0x10
            try Data(damaged).write(to: URL(filePath: path))
            #expect(throws: NGramError.self) { try NGramModel(contentsOf: path) }
            try Data(bytes.prefix(place)).write(to: URL(filePath: path))
            #expect(throws: (any Error).self) { try NGramModel(contentsOf: path) }
        }
        for text in ["\\data\\\nngram 1=2\n\n\\1-grams:\n-1 a\n\\end\\\n", "\\data\\\nngram 1=x\n", "hello"] {
            try Data(text.utf8).write(to: URL(filePath: path))
            #expect(throws: NGramError.self) { try NGramModel(arpaAt: path) }
        }
    }

    @Test func `token ids work like words`() throws {
        var counts = try NGramCounts(order: 3, tokenCount: 10)
        for _ in 0..<4 {
            try counts.add(tokens: [1, 2, 3, 4])
            try counts.add(tokens: [1, 2, 5])
        }
        let model = try NGramModel(counts)
        var state = model.sentenceStart
        _ = model.advance(&state, word: model.vocabulary.number(ofToken: 1))
        let next = model.probabilities(after: state)
        #expect(next.max() == next[Int(model.vocabulary.number(ofToken: 2))])
        #expect(model.sample(seed: 3) == model.sample(seed: 3))
        #expect(model.vocabulary.number(ofToken: 99) == NGramVocabulary.unknown)
    }

    @Test func `the filter drops what the model does not expect`() throws {
        let filter = PerplexityFilter(model: try Self.model(order: 3), range: 2...800)
        var usual = Document(id: "1", text: try Self.corpus().training[3])
        var odd = Document(id: "2", text: "qwe asd zxc\nzxc qwe")
        var empty = Document(id: "3", text: " \n ")
        #expect(filter.process(&usual) == .keep)
        #expect(usual.attributes["perplexity"] != nil)
        #expect(filter.process(&odd) == .drop(reason: "perplexity_too_high"))
        #expect(filter.process(&empty) == .drop(reason: "perplexity_no_words"))
    }
}
