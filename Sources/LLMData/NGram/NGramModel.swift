internal import LLMTensor

/// An n-gram language model with back-off weights: immutable, compact, for use from any thread.
///
/// ```swift
/// var counts = try NGramCounts(order: 5)
/// try counts.add(text: corpus)
/// let model = try NGramModel(counts)
/// let perplexity = model.perplexity(ofText: "a sentence\nanother one").perplexity
/// ```
public struct NGramModel: Sendable {
    /// The longest n-gram.
    public let order: Int
    /// The words.
    public let vocabulary: NGramVocabulary
    /// By order, from 1.
    let tables: [NGramTable]
    /// Natural logarithms of the last word's probability, by order and number.
    let logProbabilities: [[Float]]
    /// Natural logarithms of the context's back-off weight, by order and number.
    let logBackoffs: [[Float]]
    /// Of words that are not in ``tables``.
    let unseenLogProbability: Float

    /// Estimates a model.
    ///
    /// - Parameter pruning: by order from 1: n-grams counted at most so often are left out; nothing by default.
    ///   Unigrams are never left out.
    /// - Throws: ``NGramError/noText``.
    public init(_ counts: NGramCounts, pruning: [Int] = []) throws(NGramError) {
        guard counts.words > 0 else { throw .noText }
        let estimation = NGramEstimation(counts, pruning: pruning)
        var tables: [NGramTable] = []
        var (probabilities, backoffs): ([[Float]], [[Float]]) = ([], [])
        var parents: [Int] = []
        for level in 0..<counts.order {
            let kept = estimation.isKept[level]
            var table = NGramTable(minimumCapacity: kept.count { $0 })
            var numbers = [Int](repeating: 0, count: kept.count)
            var (probability, backoff): ([Float], [Float]) = ([], [])
            for (number, key) in counts.tables[level].keys.enumerated() where kept[number] {
                let parent = level == 0 ? 0 : parents[key.nGramParent]
                numbers[number] = table.insert(NGramTable.key(parent: parent, word: key.nGramWord))
                probability.append(estimation.logProbabilities[level][number])
                backoff.append(estimation.logBackoffs[level][number])
            }
            parents = numbers
            tables.append(table)
            probabilities.append(probability)
            backoffs.append(backoff)
        }
        self.init(
            order: counts.order, vocabulary: counts.vocabulary, tables: tables, logProbabilities: probabilities,
            logBackoffs: backoffs, unseenLogProbability: estimation.unseenLogProbability)
    }

    init(
        order: Int, vocabulary: NGramVocabulary, tables: [NGramTable], logProbabilities: [[Float]],
        logBackoffs: [[Float]], unseenLogProbability: Float
    ) {
        self.order = order
        self.vocabulary = vocabulary
        self.tables = tables
        self.logProbabilities = logProbabilities
        self.logBackoffs = logBackoffs
        self.unseenLogProbability = unseenLogProbability
    }

    /// N-grams by order, from 1.
    public var sizes: [Int] { tables.map(\.count) }
}

/// What an ``NGramModel`` remembers of the words so far.
public struct NGramState: Sendable, Equatable {
    /// Numbers of the n-grams that end here, the shortest first.
    var contexts: [Int32] = []
}

extension NGramModel {
    /// The state at the beginning of a sentence.
    public var sentenceStart: NGramState {
        var state = NGramState()
        _ = advance(&state, word: NGramVocabulary.sentenceStart)
        return state
    }

    /// The natural logarithm of a word's probability after a state, which moves on behind the word.
    public func advance(_ state: inout NGramState, word: UInt32) -> Float {
        // Words of the context, from the last one back: the extensions that made its n-grams.
        var found: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32)
        found = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        return withUnsafeMutableBytes(of: &found) { bytes in
            let numbers = bytes.bindMemory(to: Int32.self)
            var length = 0
            var parent = 0
            let longest = min(order, state.contexts.count + 1)
            while length < longest {
                let next = length == 0 ? word : tables[length - 1].keys[Int(state.contexts[length - 1])].nGramWord
                let number = tables[length].find(NGramTable.key(parent: parent, word: next))
                if number < 0 { break }
                numbers[length] = Int32(truncatingIfNeeded: number)
                parent = number
                length += 1
            }
            var score = length == 0 ? unseenLogProbability : logProbabilities[length - 1][parent]
            // The contexts that did not hold the word pass it on, each with its weight.
            for index in max(length - 1, 0)..<max(state.contexts.count, length - 1, 0) {
                score += logBackoffs[index][Int(state.contexts[index])]
            }
            state.contexts.removeAll(keepingCapacity: true)
            for index in 0..<min(length, order - 1) { state.contexts.append(numbers[index]) }
            return score
        }
    }

    /// Natural logarithms of the probabilities of a sentence's words, its end included.
    public func scores(ofWords words: some Sequence<UInt32>) -> [Float] {
        var state = sentenceStart
        var scores = words.map { advance(&state, word: $0) }
        scores.append(advance(&state, word: NGramVocabulary.sentenceEnd))
        return scores
    }

    /// The probabilities of all words after a state, by their numbers; they sum to 1. `<s>` has none.
    ///
    /// Complexity: O(words · order).
    public func probabilities(after state: NGramState) -> [Float] {
        var result = [Float](repeating: 0, count: vocabulary.count)
        for word in 0..<UInt32(vocabulary.count) where word != NGramVocabulary.sentenceStart {
            var next = state
            result[Int(word)] = Float(exponential(Double(advance(&next, word: word))))
        }
        return result
    }
}

/// How well an ``NGramModel`` predicts a text.
public struct NGramPerplexity: Sendable, Equatable {
    /// Sum of the natural logarithms of the probabilities.
    public var logProbability = 0.0
    /// Words predicted, sentence ends included.
    public var words = 0
    /// Words that are not in the vocabulary.
    public var unknownWords = 0

    /// Nothing scored.
    public init() {}

    /// exp of minus the mean; infinite for no words.
    public var perplexity: Double { words > 0 ? exponential(-logProbability / Double(words)) : .infinity }

    /// Takes in another part of the text.
    public mutating func merge(_ other: NGramPerplexity) {
        logProbability += other.logProbability
        words += other.words
        unknownWords += other.unknownWords
    }
}

extension NGramModel {
    /// The perplexity of a text of one sentence per line.
    public func perplexity(ofText text: String) -> NGramPerplexity {
        var result = NGramPerplexity()
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            var words: [UInt32] = []
            NGramVocabulary.split(line) { words.append(vocabulary.number(of: $0)) }
            if !words.isEmpty { add(words, to: &result) }
        }
        return result
    }

    /// The perplexity of a sentence of token ids.
    public func perplexity(ofTokens tokens: some Sequence<Int32>) -> NGramPerplexity {
        var result = NGramPerplexity()
        add(tokens.map { vocabulary.number(ofToken: $0) }, to: &result)
        return result
    }

    private func add(_ words: [UInt32], to result: inout NGramPerplexity) {
        for score in scores(ofWords: words) { result.logProbability += Double(score) }
        result.words += words.count + 1
        result.unknownWords += words.count { $0 == NGramVocabulary.unknown }
    }

    /// Words drawn one after the other until a sentence ends, or `limit` is reached. The same seed draws the same.
    public func sample(seed: UInt64, limit: Int = 100, temperature: Double = 1) -> [UInt32] {
        var generator = CounterGenerator(seed: seed)
        var state = sentenceStart
        var words: [UInt32] = []
        while words.count < limit {
            let weights = probabilities(after: state).map { power(Double($0), 1 / max(temperature, 1e-3)) }
            var left = generator.nextDouble() * weights.reduce(0, +)
            var word = NGramVocabulary.sentenceEnd
            for (number, weight) in weights.enumerated() where weight > 0 {
                word = UInt32(number)
                left -= weight
                if left < 0 { break }
            }
            if word == NGramVocabulary.sentenceEnd { break }
            _ = advance(&state, word: word)
            words.append(word)
        }
        return words
    }
}
