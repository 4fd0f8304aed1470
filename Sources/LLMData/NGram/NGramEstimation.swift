/// Interpolated modified Kneser-Ney smoothing (Chen and Goodman 1998, "An Empirical Study of Smoothing Techniques for
/// Language Modeling", section 3), with the conventions of KenLM's `lmplz`: lower orders count different left
/// neighbours, n-grams at the beginning of a sentence keep their own counts, unigrams are interpolated with the uniform
/// distribution over all words but `<s>`, and `<unk>` is one of them.
struct NGramEstimation {
    /// Natural logarithms by order and number.
    var logProbabilities: [[Float]] = []
    var logBackoffs: [[Float]] = []
    /// Which n-grams stay, by order and number.
    var isKept: [[Bool]] = []
    /// Three discounts by order: for counts of 1, of 2, of 3 and more.
    var discounts: [[Double]] = []

    private let counts: NGramCounts

    /// - Parameter pruning: by order from 1, n-grams counted at most so often are dropped; missing entries are 0.
    init(_ counts: NGramCounts, pruning: [Int]) {
        self.counts = counts
        let adjusted = Self.adjusted(counts)
        let contexts = Self.contexts(counts)
        keep(adjusted, contexts, pruning)
        var lower: [Double] = []
        for level in 0..<counts.order {
            discounts.append(Self.discounts(adjusted[level], counts.tables[level], level))
            lower = estimate(level, adjusted[level], contexts[level], lower)
        }
    }

    /// Kneser-Ney counts: of the longest n-grams and of those that begin a sentence how often they were seen, of others
    /// how many different words stand in front of them.
    private static func adjusted(_ counts: NGramCounts) -> [[UInt32]] {
        (0..<counts.order).map { level in
            guard level + 1 < counts.order else { return counts.counts[level] }
            var adjusted = [UInt32](repeating: 0, count: counts.tables[level].count)
            for key in counts.tables[level + 1].keys { adjusted[key.nGramParent] += 1 }
            for (number, key) in counts.tables[level].keys.enumerated()
            where key.nGramWord == NGramVocabulary.sentenceStart {
                adjusted[number] = counts.counts[level][number]
            }
            return adjusted
        }
    }

    /// The n-gram without its last word, by order and number: the context in which the last word is predicted.
    static func contexts(_ counts: NGramCounts) -> [[Int32]] {
        var contexts: [[Int32]] = [Array(repeating: 0, count: counts.tables[0].count)]
        for level in 1..<max(counts.order, 1) {
            let shorter = counts.tables[level - 1]
            contexts.append(
                counts.tables[level].keys.map { key in
                    let parent = level == 1 ? 0 : Int(contexts[level - 1][key.nGramParent])
                    return Int32(truncatingIfNeeded: shorter.find(NGramTable.key(parent: parent, word: key.nGramWord)))
                })
        }
        return contexts
    }

    private mutating func keep(_ adjusted: [[UInt32]], _ contexts: [[Int32]], _ pruning: [Int]) {
        isKept = adjusted.enumerated().map { level, counts in
            let limit = level < pruning.count && level > 0 ? pruning[level] : 0
            return counts.map { limit == 0 || Int($0) > limit }
        }
        // A longer n-gram needs its shorter ones: to be found, and for the weight of its context.
        for level in stride(from: counts.order - 1, to: 0, by: -1) {
            for (number, key) in counts.tables[level].keys.enumerated() where isKept[level][number] {
                isKept[level - 1][key.nGramParent] = true
                isKept[level - 1][Int(contexts[level][number])] = true
            }
        }
    }

    /// Discounts from the counts of counts; fixed ones for texts too small or too regular to tell.
    private static func discounts(_ counts: [UInt32], _ table: NGramTable, _ level: Int) -> [Double] {
        var seen = [Double](repeating: 0, count: 5)
        for (number, count) in counts.enumerated() where (1...4).contains(count) {
            if level == 0, table.keys[number].nGramWord == NGramVocabulary.sentenceStart { continue }
            seen[Int(count)] += 1
        }
        let fallback = [0.5, 1, 1.5]
        guard seen[1...].allSatisfy({ $0 > 0 }) else { return fallback }
        let y = seen[1] / (seen[1] + 2 * seen[2])
        let found = (1...3).map { Double($0) - Double($0 + 1) * y * seen[$0 + 1] / seen[$0] }
        return zip(found, 1...3).allSatisfy { $0 >= 0 && $0 <= Double($1) } ? found : fallback
    }

    /// Probabilities of one order; returns them for the next.
    private mutating func estimate(
        _ level: Int, _ adjusted: [UInt32], _ contexts: [Int32], _ lower: [Double]
    ) -> [Double] {
        let table = counts.tables[level]
        let contextCount = level == 0 ? 1 : counts.tables[level - 1].count
        var totals = [Double](repeating: 0, count: contextCount)
        var freed = [Double](repeating: 0, count: contextCount)
        func isStart(_ number: Int) -> Bool {
            level == 0 && table.keys[number].nGramWord == NGramVocabulary.sentenceStart
        }
        func discounted(_ count: UInt32) -> Double {
            count == 0 ? 0 : max(0, Double(count) - discounts[level][min(Int(count), 3) - 1])
        }
        for (number, count) in adjusted.enumerated() where !isStart(number) {
            let context = Int(contexts[number])
            totals[context] += Double(count)
            freed[context] += Double(count) - (isKept[level][number] ? discounted(count) : 0)
        }
        let weights = zip(freed, totals).map { $1 > 0 ? $0 / $1 : 1 }
        if level > 0 { logBackoffs.append(weights.map { Float(naturalLogarithm($0)) }) }
        // Words that never occur share the uniform part only.
        let uniform = 1 / Double(max(counts.vocabulary.count - 1, 1))
        var probabilities = [Double](repeating: 0, count: adjusted.count)
        for (number, count) in adjusted.enumerated() where !isStart(number) {
            let context = Int(contexts[number])
            let shorter = level == 0 ? uniform : lower[table.keys[number].nGramParent]
            probabilities[number] = discounted(count) / max(totals[context], 1) + weights[context] * shorter
        }
        logProbabilities.append(
            probabilities.enumerated().map { isStart($0.offset) ? -100 : Float(naturalLogarithm($0.element)) })
        if level == 0 { unseenLogProbability = Float(naturalLogarithm(weights[0] * uniform)) }
        if level == counts.order - 1 { logBackoffs.append(Array(repeating: 0, count: adjusted.count)) }
        return probabilities
    }

    /// Of a word of the vocabulary that was never seen, and of `<unk>`.
    private(set) var unseenLogProbability: Float = 0
}
