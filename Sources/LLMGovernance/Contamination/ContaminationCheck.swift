/// Finds test items in training data.
///
/// Made from the test items; training documents are then streamed through it in any order, in parts that are merged
/// if wished. Memory is bounded by the test items, whatever the size of the training data. Exact: hits are compared
/// unit by unit. A value; one owner at a time.
///
/// ```swift
/// var check = try ContaminationCheck(items: testTexts)
/// for document in training { check.add(document) }
/// let report = check.report()
/// ```
public struct ContaminationCheck: Sendable {
    /// The rules that are judged by.
    public let rules: [ContaminationRule]
    /// Training documents seen so far.
    public private(set) var documentCount = 0
    /// Units of training seen so far.
    public private(set) var unitCount = 0
    private let items: UnitItems
    private let vocabulary: UnitVocabulary?
    /// Tokens of the items by identifier; used when the units are tokens.
    private let tokenNumbers: [Int32: UInt32]
    private var indexes: [NGramIndex]
    /// The most units all test items may have together.
    public static let largestUnitCount = 1 << 28

    /// A check of texts, by words.
    ///
    /// - Throws: ``ContaminationError``
    public init(
        items texts: [String], rules: [ContaminationRule] = ContaminationRule.published
    ) throws(ContaminationError) {
        var vocabulary = UnitVocabulary()
        var items = UnitItems()
        for text in texts {
            var text = text
            var units: [UInt32] = []
            text.withUTF8 { WordUnits.forEach($0) { units.append(vocabulary.insert($0)) } }
            items.append(units)
        }
        try self.init(units: items, vocabulary: vocabulary, tokenNumbers: [:], rules: rules)
    }

    /// A check of token sequences, by token.
    ///
    /// - Throws: ``ContaminationError``
    public init(
        tokenItems: [[Int32]], rules: [ContaminationRule] = ContaminationRule.published
    ) throws(ContaminationError) {
        var numbers: [Int32: UInt32] = [:]
        var items = UnitItems()
        for tokens in tokenItems {
            items.append(
                tokens.map { token in
                    let number = numbers[token] ?? UInt32(numbers.count + 1)
                    numbers[token] = number
                    return number
                })
        }
        try self.init(units: items, vocabulary: nil, tokenNumbers: numbers, rules: rules)
    }

    private init(
        units: UnitItems, vocabulary: UnitVocabulary?, tokenNumbers: [Int32: UInt32], rules: [ContaminationRule]
    ) throws(ContaminationError) {
        guard units.units.count <= Self.largestUnitCount else {
            throw .tooLarge(units: units.units.count, limit: Self.largestUnitCount)
        }
        for rule in rules { _ = try rule.checked() }
        self.rules = rules
        self.items = units
        self.vocabulary = vocabulary
        self.tokenNumbers = tokenNumbers
        indexes = rules.map { rule in
            let skips: Int? =
                switch rule.measure {
                case .spans(let skips, _, _): skips
                case .longestSpan: 0
                default: nil
                }
            return NGramIndex(items: units, length: rule.length, skips: skips)
        }
    }

    /// Looks for the items in a training document; n-grams do not reach across documents.
    public mutating func add(_ document: String) {
        var document = document
        document.withUTF8 { add(utf8: $0) }
    }

    /// Looks for the items in a training document in UTF-8.
    public mutating func add(utf8 document: UnsafeBufferPointer<UInt8>) {
        guard let vocabulary else { return }
        var units: [UInt32] = []
        units.reserveCapacity(document.count / 5)
        WordUnits.forEach(document) { units.append(vocabulary.find($0)) }
        add(units: units)
    }

    /// Looks for the items in a training document of tokens.
    public mutating func add(tokens document: [Int32]) {
        add(units: document.map { tokenNumbers[$0] ?? 0 })
    }

    private mutating func add(units: [UInt32]) {
        documentCount += 1
        unitCount += units.count
        units.withUnsafeBufferPointer { units in
            for index in indexes.indices { indexes[index].add(units, items: items) }
        }
    }

    /// Adds what another check of the same items found in other documents.
    ///
    /// - Throws: ``ContaminationError/otherItems``
    public mutating func merge(_ other: ContaminationCheck) throws(ContaminationError) {
        guard other.items == items, other.rules == rules else { throw .otherItems }
        documentCount += other.documentCount
        unitCount += other.unitCount
        for index in indexes.indices { indexes[index].merge(other.indexes[index]) }
    }

    /// What was found so far, rule by rule.
    public func report() -> ContaminationReport {
        ContaminationReport(
            documentCount: documentCount, unitCount: unitCount,
            results: zip(rules, indexes).map { rule, index in
                ContaminationResult(rule: rule, items: (0..<items.count).map { judge($0, rule, index) })
            })
    }

    private func judge(_ item: Int, _ rule: ContaminationRule, _ index: NGramIndex) -> ContaminatedItem {
        let bounds = items.bounds(item)
        guard bounds.count >= rule.length else {
            return ContaminatedItem(verdict: .tooShort, share: 0, unitCount: bounds.count)
        }
        let starts = bounds.lowerBound..<bounds.upperBound - rule.length + 1
        let seen = starts.count { index.wasSeen(at: $0) }
        var result = ContaminatedItem(verdict: .clean, share: 0, unitCount: bounds.count)
        switch rule.measure {
        case .anyNGram:
            result.share = Double(seen) / Double(starts.count)
            result.verdict = seen > 0 ? .dirty : .clean
        case .shareOfNGrams(let threshold):
            result.share = Double(seen) / Double(starts.count)
            result.verdict = seen > 0 && result.share >= threshold ? .dirty : .clean
        case .shareOfUnits(let threshold):
            let covered = coveredByNGrams(bounds, length: rule.length, index)
            result.share = Double(covered) / Double(bounds.count)
            result.verdict = covered > 0 && result.share >= threshold ? .dirty : .clean
        case .spans(_, let clean, let dirty):
            result.share = Double(bounds.count { index.isCovered[$0] }) / Double(bounds.count)
            result.verdict = result.share >= dirty ? .dirty : result.share < clean ? .clean : .partial
        case .longestSpan(let threshold):
            result.share = Double(index.longest[item].count) / Double(bounds.count)
            result.verdict = !index.longest[item].isEmpty && result.share >= threshold ? .dirty : .clean
        }
        if rule.measure.hasSpans, !index.longest[item].isEmpty {
            let span = index.longest[item]
            result.longestSpan = span.lowerBound - bounds.lowerBound..<span.upperBound - bounds.lowerBound
            result.longestText = vocabulary.map { words in
                span.map { words.word(items.units[$0]) }.joined(separator: " ")
            }
        }
        return result
    }

    private func coveredByNGrams(_ bounds: Range<Int>, length: Int, _ index: NGramIndex) -> Int {
        var covered = 0
        var end = bounds.lowerBound
        for place in bounds {
            if place + length <= bounds.upperBound, index.wasSeen(at: place) { end = place + length }
            if place < end { covered += 1 }
        }
        return covered
    }
}

extension ContaminationRule.Measure {
    var hasSpans: Bool {
        switch self {
        case .spans, .longestSpan: true
        default: false
        }
    }
}
