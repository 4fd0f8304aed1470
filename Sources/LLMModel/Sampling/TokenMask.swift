public import LLMTokenizer

/// A set of tokens: one bit per entry of a vocabulary.
public struct TokenMask: Sendable, Hashable {
    /// Bit `id % 64` of word `id / 64`; what is behind the last word is not in the set.
    let words: [UInt64]

    /// Takes the words of a set.
    init(words: [UInt64]) { self.words = words }

    /// A set of the given tokens; negative ones are left out.
    public init(_ tokens: some Sequence<TokenID>) {
        var words: [UInt64] = []
        for token in tokens where token >= 0 {
            let word = Int(token) >> 6
            if word >= words.count { words += [UInt64](repeating: 0, count: word + 1 - words.count) }
            words[word] |= 1 << UInt64(token & 63)
        }
        self.words = words
    }

    /// Whether a token is in the set.
    public func contains(_ token: TokenID) -> Bool {
        let word = Int(token) >> 6
        return token >= 0 && word < words.count && words[word] >> UInt64(token & 63) & 1 == 1
    }

    /// Adds the tokens of the first words to a set of so many.
    func formUnion(into set: UnsafeMutablePointer<UInt64>, count: Int) {
        words.withUnsafeBufferPointer { words in
            for index in 0..<min(count, words.count) { set[index] |= words[index] }
        }
    }
}
