import LLMTensor
import Testing

@testable import LLMGovernance

@Suite struct ContaminationTests {
    private static func golden() throws -> JSONValue {
        try JSONValue.parse(GuardGolden.bytes("Contamination/contamination.json"))
    }

    @Test func `Words are cut as the reference cuts them`() throws {
        let golden = try Self.golden()
        for (text, words) in zip(golden["items"]?.arrayValue ?? [], golden["words"]?.arrayValue ?? []) {
            #expect(WordUnits.words(try #require(text.stringValue)) == words.arrayValue?.compactMap(\.stringValue))
        }
    }

    @Test func `Five rules say what a brute-force reference says, item by item`() throws {
        let golden = try Self.golden()
        let items = try #require(golden["items"]?.arrayValue).compactMap(\.stringValue)
        let documents = try #require(golden["documents"]?.arrayValue).compactMap(\.stringValue)
        let expected = try #require(golden["expected"]?.arrayValue)
        var check = try ContaminationCheck(items: items)
        for document in documents { check.add(document) }
        let report = check.report()
        for rule in ContaminationRule.published {
            let result = try #require(report[rule.name])
            for (index, item) in result.items.enumerated() {
                let entry = expected[index][rule.name]
                #expect(item.verdict.rawValue == entry?[0]?.stringValue, "\(rule.name), item \(index)")
                #expect(abs(item.share - (entry?[1]?.doubleValue ?? -1)) < 1e-12, "\(rule.name), item \(index)")
            }
        }
    }

    @Test func `Parts of the training data, merged, give what the whole gives`() throws {
        let golden = try Self.golden()
        let items = try #require(golden["items"]?.arrayValue).compactMap(\.stringValue)
        let documents = try #require(golden["documents"]?.arrayValue).compactMap(\.stringValue)
        let empty = try ContaminationCheck(items: items)
        var whole = empty
        var parts = [empty, empty, empty]
        for (index, document) in documents.enumerated() {
            whole.add(document)
            parts[index % 3].add(document)
        }
        var merged = parts[2]
        try merged.merge(parts[0])
        try merged.merge(parts[1])
        let (one, other) = (whole.report(), merged.report())
        #expect(one.unitCount == other.unitCount)
        for (left, right) in zip(one.results, other.results) {
            #expect(left.items.map(\.share) == right.items.map(\.share))
            #expect(left.items.map(\.verdict) == right.items.map(\.verdict))
        }
        let strangers = try ContaminationCheck(items: ["something else"])
        #expect(throws: ContaminationError.otherItems) { try merged.merge(strangers) }
    }

    @Test(arguments: [UInt64](0..<40)) func `Random tokens of a small alphabet agree with brute force`(seed: UInt64)
        throws
    {
        var generator = CounterGenerator(seed: seed)
        // Few different tokens make many overlapping and repeated matches.
        let alphabet = Int32.random(in: 2...4, using: &generator)
        func sequence(_ count: Int) -> [Int32] {
            (0..<count).map { _ in Int32.random(in: 1...alphabet, using: &generator) }
        }
        let items = (0..<6).map { _ in sequence(Int.random(in: 0...25, using: &generator)) }
        let documents = (0..<5).map { _ in sequence(Int.random(in: 0...60, using: &generator)) }
        let length = Int.random(in: 1...6, using: &generator)
        let skips = Int.random(in: 0...min(3, length), using: &generator)
        var check = try ContaminationCheck(
            tokenItems: items,
            rules: [
                ContaminationRule(name: "grams", length: length, measure: .shareOfNGrams(1)),
                ContaminationRule(name: "spans", length: length, measure: .spans(skips: skips, clean: 0, dirty: 1)),
                ContaminationRule(name: "longest", length: length, measure: .longestSpan(1)),
            ])
        for document in documents { check.add(tokens: document) }
        let report = check.report()
        for (index, item) in items.enumerated() where item.count >= length {
            let expected = BruteForce(item: item, documents: documents, length: length, skips: skips)
            #expect(report["grams"]?.items[index].share == expected.shareOfNGrams)
            #expect(report["spans"]?.items[index].share == expected.shareInSpans)
            #expect(report["longest"]?.items[index].share == expected.longestShare)
        }
    }

    @Test(arguments: ContaminationRule.published)
    func `Planted contamination of 0, 10 and 50 percent is found and ranked`(rule: ContaminationRule) throws {
        var generator = CounterGenerator(seed: 11)
        func text(_ count: Int) -> String {
            (0..<count).map { _ in "w\(Int.random(in: 0..<2000, using: &generator))" }.joined(separator: " ")
        }
        let items = (0..<200).map { _ in text(40) }
        let background = (0..<300).map { _ in text(200) }
        var shares: [Double] = []
        for planted in [0, 20, 100] {
            var check = try ContaminationCheck(items: items, rules: [rule])
            for document in background { check.add(document) }
            for item in items.prefix(planted) { check.add("Seen: " + text(10) + " " + item.uppercased() + "!") }
            let result = check.report().results[0]
            #expect(result.items.prefix(planted).allSatisfy { $0.verdict == .dirty })
            shares.append(result.dirtyShare)
        }
        #expect(shares == [0, 0.1, 0.5])
    }

    @Test func `Scores are told for clean, dirty and all items`() throws {
        var check = try ContaminationCheck(
            items: ["one two three four five six seven eight nine ten", "a b c d e f g h i j k", "short"],
            rules: [.palm, .longest])
        check.add("I said: one two three four five six seven eight nine ten.")
        let report = check.report()
        let scores = try #require(report["palm"]).split([1, 0, 0.5])
        #expect(scores.dirty.mean == 1 && scores.clean.mean == 0 && scores.all.mean == 0.5)
        #expect(scores.all.count == 3 && scores.notDirty.count == 2 && scores.inflation == 0.5)
        #expect(report["longest"]?.items[0].longestText == "one two three four five six seven eight nine ten")
        #expect(report["longest"]?.items[2].verdict == .tooShort)
        #expect(throws: ContaminationError.scoreCount(scores: 1, items: 3)) {
            try report["palm"]?.split([1])
        }
    }

    @Test func `Rules that make no sense are refused`() {
        let rules = [
            ContaminationRule(name: "r", length: 0, measure: .anyNGram),
            ContaminationRule(name: "r", length: 3, measure: .shareOfUnits(1.5)),
            ContaminationRule(name: "r", length: 3, measure: .shareOfUnits(.nan)),
            ContaminationRule(name: "r", length: 3, measure: .spans(skips: -1, clean: 0, dirty: 1)),
            ContaminationRule(name: "r", length: 3, measure: .spans(skips: 1, clean: 0.9, dirty: 0.1)),
        ]
        for rule in rules {
            #expect(throws: ContaminationError.self) { try ContaminationCheck(items: ["a b c d"], rules: [rule]) }
        }
    }

    @Test func `GPT-3's n follows the lengths of the items`() {
        #expect(ContaminationRule.gpt3(itemLengths: Array(repeating: 5, count: 40)).length == 8)
        #expect(ContaminationRule.gpt3(itemLengths: Array(repeating: 11, count: 40)).length == 11)
        #expect(ContaminationRule.gpt3(itemLengths: Array(repeating: 50, count: 40)).length == 13)
    }
}

/// What the definitions say, without any index.
private struct BruteForce {
    var shareOfNGrams = 0.0
    var shareInSpans = 0.0
    var longestShare = 0.0

    init(item: [Int32], documents: [[Int32]], length: Int, skips: Int) {
        let starts = item.count - length + 1
        var seen = 0
        for start in 0..<starts {
            let gram = Array(item[start..<start + length])
            let isSeen = documents.contains { document in
                document.count >= length
                    && (0...document.count - length).contains { Array(document[$0..<$0 + length]) == gram }
            }
            if isSeen { seen += 1 }
        }
        shareOfNGrams = Double(seen) / Double(starts)
        var covered = Array(repeating: false, count: item.count)
        var longest = 0
        for document in documents {
            for place in item.indices {
                for start in document.indices {
                    let limit = min(item.count - place, document.count - start)
                    let agrees = (0..<limit).map { item[place + $0] == document[start + $0] }
                    let exact = agrees.firstIndex(of: false) ?? limit
                    if exact >= length { longest = max(longest, exact) }
                    guard exact >= length else { continue }
                    for reach in stride(from: limit, to: length, by: -1)
                    where agrees[reach - 1] && agrees.prefix(reach).count(where: { !$0 }) <= skips {
                        for index in place..<place + reach { covered[index] = true }
                        break
                    }
                }
            }
        }
        shareInSpans = Double(covered.count { $0 }) / Double(item.count)
        longestShare = Double(longest) / Double(item.count)
    }
}
