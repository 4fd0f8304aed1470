internal import LLMTokenizer

/// Counts of the tokens inside the penalty window, updated in constant time and without allocation per token.
struct TokenHistory: Sendable {
    private let window: Int?
    /// The window's tokens; empty when all tokens count.
    private var ring: [TokenID] = []
    private var oldest = 0
    /// Occurrences per vocabulary entry.
    private var counts: [Int32]
    /// Where a counted token stands in `distinct`.
    private var places: [Int32]
    private(set) var distinct: [TokenID] = []

    /// A history over `vocabularySize` tokens; `window` `nil` counts everything.
    init(vocabularySize: Int, window: Int?) {
        self.window = window
        counts = Array(repeating: 0, count: vocabularySize)
        places = Array(repeating: 0, count: vocabularySize)
        distinct.reserveCapacity(min(window ?? 4096, vocabularySize))
        if let window { ring.reserveCapacity(min(window, 1 << 20)) }
    }

    /// How often a token of ``distinct`` occurs in the window.
    func count(of token: TokenID) -> Int32 { counts[Int(token)] }

    /// Records a token; `token` must be inside the vocabulary.
    mutating func append(_ token: TokenID) {
        if let window {
            guard window > 0 else { return }
            if ring.count < window {
                ring.append(token)
            } else {
                remove(ring[oldest])
                ring[oldest] = token
                oldest = oldest + 1 == window ? 0 : oldest + 1
            }
        }
        let index = Int(token)
        if counts[index] == 0 {
            places[index] = Int32(distinct.count)
            distinct.append(token)
        }
        counts[index] += 1
    }

    private mutating func remove(_ token: TokenID) {
        let index = Int(token)
        counts[index] -= 1
        guard counts[index] == 0, let last = distinct.popLast(), last != token else { return }
        distinct[Int(places[index])] = last
        places[Int(last)] = places[index]
    }
}
