/// Counts the n-grams of sentences, for ``NGramModel``. Parts of a corpus can be counted apart and merged.
///
/// One owner at a time. Memory: about 20 bytes per different n-gram of each order.
public struct NGramCounts: Sendable {
    /// The longest n-gram.
    public let order: Int
    /// The words.
    public private(set) var vocabulary: NGramVocabulary
    /// Sentences added.
    public private(set) var sentences = 0
    /// Words added, sentence ends included.
    public private(set) var words = 0
    /// By order, from 1.
    var tables: [NGramTable]
    /// How often each n-gram was seen, by order and number.
    var counts: [[UInt32]]
    private var window: [UInt32] = []

    /// Counts of words.
    ///
    /// - Throws: ``NGramError/invalidOption(name:value:expected:)`` for an order outside 1...10.
    public init(order: Int = 5) throws(NGramError) {
        try self.init(order: order, vocabulary: NGramVocabulary())
    }

    /// Counts of token ids below `tokenCount`.
    public init(order: Int = 5, tokenCount: Int) throws(NGramError) {
        guard (1...(1 << 28)).contains(tokenCount) else {
            throw .invalidOption(name: "token count", value: "\(tokenCount)", expected: "1 to \(1 << 28)")
        }
        try self.init(order: order, vocabulary: NGramVocabulary(tokenCount: tokenCount))
    }

    private init(order: Int, vocabulary: NGramVocabulary) throws(NGramError) {
        guard (1...10).contains(order) else {
            throw .invalidOption(name: "order", value: "\(order)", expected: "1 to 10")
        }
        self.order = order
        self.vocabulary = vocabulary
        tables = Array(repeating: NGramTable(), count: order)
        counts = Array(repeating: [], count: order)
    }

    /// Adds a text: one sentence per line, words between white space. Empty lines are no sentences.
    public mutating func add(text: String) throws(NGramError) {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) { try add(line: Array(line)) }
    }

    private mutating func add(line: [UInt8]) throws(NGramError) {
        window.removeAll(keepingCapacity: true)
        window.append(NGramVocabulary.sentenceStart)
        var vocabulary = self.vocabulary
        self.vocabulary = NGramVocabulary(tokenCount: 0)
        NGramVocabulary.split(line) { window.append(vocabulary.insert($0)) }
        self.vocabulary = vocabulary
        if window.count > 1 { try addWindow() }
    }

    /// Adds a sentence of token ids.
    public mutating func add(tokens: some Sequence<Int32>) throws(NGramError) {
        window.removeAll(keepingCapacity: true)
        window.append(NGramVocabulary.sentenceStart)
        for token in tokens { window.append(vocabulary.number(ofToken: token)) }
        if window.count > 1 { try addWindow() }
    }

    private mutating func addWindow() throws(NGramError) {
        window.append(NGramVocabulary.sentenceEnd)
        sentences += 1
        words += window.count - 1
        for end in window.indices {
            var parent = 0
            for length in 1...min(order, end + 1) {
                let key = NGramTable.key(parent: parent, word: window[end + 1 - length])
                parent = tables[length - 1].insert(key)
                if parent == counts[length - 1].count {
                    guard parent < Int(Int32.max) else { throw .tooLarge(order: length) }
                    counts[length - 1].append(0)
                }
                counts[length - 1][parent] &+= 1
            }
        }
    }

    /// Takes in the counts of another part of the corpus.
    ///
    /// - Throws: ``NGramError/mismatch(what:expected:found:)`` for counts of another order or kind of words.
    public mutating func merge(_ other: NGramCounts) throws(NGramError) {
        guard other.order == order else {
            throw .mismatch(what: "order", expected: "\(order)", found: "\(other.order)")
        }
        guard other.vocabulary.tokenCount == vocabulary.tokenCount else {
            throw .mismatch(
                what: "token count", expected: "\(vocabulary.tokenCount)", found: "\(other.vocabulary.tokenCount)")
        }
        var wordNumbers = (0..<UInt32(other.vocabulary.count)).map { $0 }
        if let words = other.vocabulary.words { wordNumbers = words.map { vocabulary.insert(Array($0.utf8)) } }
        var parents = [0]
        for level in 0..<order {
            var numbers: [Int] = []
            numbers.reserveCapacity(other.tables[level].count)
            for (number, key) in other.tables[level].keys.enumerated() {
                let parent = level == 0 ? 0 : parents[key.nGramParent]
                let mine = tables[level].insert(
                    NGramTable.key(parent: parent, word: wordNumbers[Int(key.nGramWord)]))
                if mine == counts[level].count { counts[level].append(0) }
                let (sum, overflow) = counts[level][mine].addingReportingOverflow(other.counts[level][number])
                counts[level][mine] = overflow ? .max : sum
                numbers.append(mine)
            }
            parents = numbers
        }
        sentences += other.sentences
        words += other.words
    }

    /// Different n-grams by order, from 1.
    public var distinct: [Int] { tables.map(\.count) }
}
