/// Byte-pair encoding as tiktoken does it: two neighbours merge when their bytes are a token, the lowest rank first,
/// and a word that is a token needs no merging.
final class RankedBPEModel: Sendable {
    let vocabulary: Vocabulary
    let ranks: ConstantBuffer<Int32>
    private let unknown: TokenID?

    /// - Parameter ranks: for each id, when it is merged; by default the ids themselves.
    init(vocabulary: Vocabulary, ranks: [Int32]? = nil, unknown: TokenID? = nil) {
        self.vocabulary = vocabulary
        self.ranks = ConstantBuffer(ranks ?? (0..<Int32(vocabulary.count)).map { $0 })
        self.unknown = unknown
    }

    /// Appends the ids of a word.
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        let whole = vocabulary.id(word, count)
        if whole >= 0 {
            scratch.append(whole, length: count)
            return
        }
        let symbols = scratch.symbols.ensure(count + 1)
        for index in 0..<count {
            symbols[index] = MergeSymbol(id: vocabulary.id(word + index, 1), start: index, length: 1)
        }
        let rules = Rules(vocabulary: vocabulary, ranks: ranks, longest: Int32(vocabulary.longest))
        let left = MergeLoop.run(rules, symbols, count: count, word: word, scratch: scratch)
        for index in 0..<left {
            let id = symbols[index].id >= 0 ? symbols[index].id : unknown
            if let id { scratch.append(id, length: Int(symbols[index].length)) }
        }
    }

    private struct Rules: MergeRules {
        let vocabulary: Vocabulary
        let ranks: ConstantBuffer<Int32>
        let longest: Int32

        @inline(__always)
        func pair(_ left: MergeSymbol, _ right: MergeSymbol, in word: Bytes) -> (rank: Int32, id: TokenID) {
            let length = left.length + right.length
            if length > longest { return (.max, -1) }
            let id = vocabulary.id(word + Int(left.start), Int(length))
            return id < 0 ? (.max, -1) : (ranks.pointer[Int(id)], id)
        }
    }
}
