import Testing

@testable import LLMData

@Suite struct DeduplicationTests {
    private static func sentence(_ numbers: inout TestNumbers, words: Int) -> [String] {
        (0..<words).map { _ in "w" + String(numbers.below(20000), radix: 36) }
    }

    @Test func `exact duplicates are found, all and no others`() throws {
        var numbers = TestNumbers(state: 1)
        var documents: [Document] = []
        var planted: [Int: Int] = [:]
        for index in 0..<2000 {
            if index > 10, numbers.below(4) == 0 {
                let original = numbers.below(index)
                planted[index] = planted[original] ?? original
                documents.append(Document(id: "\(index)", text: documents[original].text))
            } else {
                let text = Self.sentence(&numbers, words: 1 + numbers.below(40)).joined(separator: " ") + " \(index)"
                documents.append(Document(id: "\(index)", text: text))
            }
        }
        let stage = ExactDeduplication()
        let removals = stage.removals(signatures: documents.map(stage.signature))
        #expect(removals.map(\.index) == planted.keys.sorted())
        #expect(removals.allSatisfy { planted[$0.index] == $0.duplicateOf && $0.reason == "exact_duplicate" })

        let folded = ExactDeduplication(.init(simplification: TextSimplification()))
        let texts = ["Ein Käse, 3 Euro!", "ein kase 17 euro", "other"].map { Document(id: $0, text: $0) }
        #expect(folded.removals(signatures: texts.map(folded.signature)).map(\.index) == [1])
    }

    @Test func `near duplicates are found as often as theory says`() throws {
        var numbers = TestNumbers(state: 3)
        let stage = try MinHashDeduplication()
        var signatures: [[UInt8]] = []
        var isNear: [Bool] = []
        var similarities: [Double] = []
        for pair in 0..<600 {
            let words = Self.sentence(&numbers, words: 400)
            var changed = words
            // Each changed word touches five of the n-grams.
            let changes = [1, 2, 3, 5, 12, 20, 30, 60][pair % 8]
            for _ in 0..<changes { changed[numbers.below(changed.count)] = "new\(numbers.below(1_000_000))" }
            func grams(_ words: [String]) -> Set<String> {
                Set((0...(words.count - 5)).map { words[$0..<($0 + 5)].joined(separator: " ") })
            }
            let (a, b) = (grams(words), grams(changed))
            similarities.append(Double(a.intersection(b).count) / Double(a.union(b).count))
            isNear.append(changes <= 5)
            for words in [words, changed] {
                signatures.append(try stage.signature(of: Document(id: "", text: words.joined(separator: " "))))
            }
        }
        let found = Dictionary(uniqueKeysWithValues: try stage.removals(signatures: signatures).map { ($0.index, $0) })
        #expect(found.values.allSatisfy { $0.index % 2 == 1 && $0.duplicateOf == $0.index - 1 })
        let hits = isNear.indices.filter { found[2 * $0 + 1] != nil }
        let near = isNear.indices.filter { isNear[$0] }
        let recall = Double(near.count { found[2 * $0 + 1] != nil }) / Double(near.count)
        #expect(recall >= 0.95)
        // Pairs below 0.5 count as different; the theory finds less than one in eighteen of them.
        let wrong = hits.count { similarities[$0] < 0.5 }
        #expect(Double(hits.count - wrong) / Double(hits.count) >= 0.95)
        // Four standard deviations around the expected number of hits.
        func probability(_ similarity: Double) -> Double {
            var (row, miss) = (1.0, 1.0)
            for _ in 0..<8 { row *= similarity }
            for _ in 0..<14 { miss *= 1 - row }
            return 1 - miss
        }
        let expected = similarities.reduce(0) { $0 + probability($1) }
        let variance = similarities.reduce(0) { $0 + probability($1) * (1 - probability($1)) }
        let distance = Double(hits.count) - expected
        #expect(distance * distance < 16 * variance, "\(hits.count) hits, expected \(expected)")
    }

    @Test func `signatures written by workers are read again`() throws {
        let folder = TemporaryFolder()
        let stage = try MinHashDeduplication()
        let texts = ["one two three four five six", "too short", "a b c d e f g", "one two three four five six"]
        let signatures = try texts.map { try stage.signature(of: Document(id: $0, text: $0)) }
        #expect(signatures[1].isEmpty && signatures[0].count == 896)
        try MinHashSignatureFiles.write(signatures, to: folder.path, rank: 3, configuration: stage.configuration)
        let read = try MinHashSignatureFiles.read(from: folder.path, rank: 3, configuration: stage.configuration)
        #expect(read == signatures)
        #expect(try stage.removals(signatures: read + read).map(\.index) == [3, 4, 6, 7])
        #expect(throws: DataError.self) { try stage.removals(signatures: [[1, 2]]) }
        var none = MinHashDeduplication.Configuration()
        none.bucketCount = 0
        #expect(throws: DataError.self) { try MinHashDeduplication(none) }
    }
}
