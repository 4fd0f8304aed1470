import Testing

@testable import LLMEval

private struct Golden: Decodable {
    var roots: [String]
    var suffixes: [String]
    var irregular: [String]
    var stems: String
    var sample: [String]
    var scores: [String: [[Double]]]
    var means: [String: [Double]]
}

private struct Pieces: Decodable {
    var pieces: [String]
}

/// Expected values come from rouge-score 0.1.2 and NLTK 3.10.
@Suite struct RougeTests {
    private let golden: Golden
    private let words: [String]
    private let texts: [[String]]

    init() throws {
        let golden = try LLMEvalTests.golden("rouge.json", as: Golden.self)
        self.golden = golden
        words = golden.roots.flatMap { root in golden.suffixes.map { root + $0 } } + golden.irregular
        let pieces = try LLMEvalTests.golden("translation.json", as: Pieces.self).pieces
        var maker = TextMaker(words: words, pieces: pieces)
        texts = (0..<600).map { _ in
            let first = maker.text()
            let second = maker.like(first)
            return [first, second, maker.like(first)]
        }
    }

    @Test func `The texts are those the golden file was made from`() {
        #expect(texts[17].map { Array($0.utf8) } == golden.sample.map { Array($0.utf8) })
    }

    @Test func `Stems are NLTK's`() {
        var stemmer = PorterStemmer()
        let expected = golden.stems.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        #expect(expected.count == words.count)
        for (word, expected) in zip(words, expected) {
            let stem = String(decoding: stemmer.stem(word.utf8), as: UTF8.self)
            #expect(stem == expected, "\(word)")
        }
    }

    @Test func `Scores are those of rouge-score with and without stemming and for several references`() throws {
        for (name, expected) in golden.scores {
            let parts = name.split(separator: " ")
            let references = try #require(Int(parts[1]))
            var accumulator = ROUGEAccumulator(ROUGE(stems: parts[0] == "stem"))
            for text in texts {
                try accumulator.add(prediction: text[0], references: Array(text[1..<1 + references]))
            }
            for (index, expected) in expected.enumerated() {
                #expect(values(accumulator.scores[index]) == expected, "\(name), text \(index)")
            }
            let mean = values(try #require(accumulator.result()))
            for (value, expected) in zip(mean, golden.means[name] ?? []) { #expect(abs(value - expected) < 1e-14) }
        }
    }

    @Test func `Merged parts give the whole`() throws {
        var whole = ROUGEAccumulator(ROUGE(stems: true))
        var first = whole
        var second = whole
        for (index, text) in texts.enumerated() {
            try whole.add(prediction: text[0], references: [text[1]])
            if index < 250 {
                try first.add(prediction: text[0], references: [text[1]])
            } else {
                try second.add(prediction: text[0], references: [text[1]])
            }
        }
        first.merge(second)
        #expect(first.result() == whole.result())
    }

    private func values(_ scores: ROUGEScores) -> [Double] {
        [scores.rouge1, scores.rouge2, scores.rougeL, scores.rougeLsum].flatMap { [$0.precision, $0.recall, $0.f] }
    }
}

/// Makes the texts of Goldens/make_rouge.py.
private struct TextMaker {
    var words: [String]
    var pieces: [String]
    var state: UInt64 = 11

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    mutating func word() -> String {
        if next(4) == 0 { return pieces[next(pieces.count)] }
        return next(3) != 0 ? words[next(words.count)] : ["the", "of", "cat", "Sat", "mats", "dogs"][next(6)]
    }

    mutating func text() -> String {
        var lines: [String] = []
        for _ in 0..<next(6) {
            let length = next(10) == 0 ? next(90) : next(12)
            var line: [String] = []
            for _ in 0..<length { line.append(word()) }
            lines.append(line.joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }

    mutating func like(_ other: String) -> String {
        var kept: [String] = []
        for part in other.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        where next(4) != 0 {
            kept.append(String(decoding: part, as: UTF8.self))
        }
        for index in kept.indices {
            let action = next(9)
            if action == 0 { kept[index] = word() }
            if action == 1 { kept[index] += next(2) != 0 ? "\n" : "s" }
            if action == 2, index > 0 { kept.swapAt(index, index - 1) }
        }
        return kept.joined(separator: " ")
    }
}
