/// SentencePiece's byte-pair encoding: two neighbours merge when their text is a token, the highest score first.
///
/// Kudo, Richardson: SentencePiece (2018). Scalars that no token contains become byte tokens.
final class ScoredBPEModel: Sendable {
    let vocabulary: Vocabulary
    let ranks: ConstantBuffer<Int32>
    private let byteTokens: ConstantBuffer<TokenID>
    private let unknown: TokenID?
    private let fusesUnknown: Bool
    private let seams: Seams

    /// - Parameter vocabulary: the tokens that text can become, others not indexed.
    /// - Parameter byteTokens: the token for each byte, -1 for none.
    init(vocabulary: Vocabulary, scores: [Float], byteTokens: [TokenID], unknown: TokenID?, fusesUnknown: Bool = false)
    {
        self.vocabulary = vocabulary
        ranks = ConstantBuffer(scores.map(ScoredBPEModel.rank))
        self.byteTokens = ConstantBuffer(byteTokens)
        self.unknown = unknown
        self.fusesUnknown = fusesUnknown
        seams = Seams(vocabulary)
    }

    /// A number that is smaller for higher scores and the same for the same.
    private static func rank(_ score: Float) -> Int32 {
        if score.isNaN { return .max - 1 }
        let bits = Int32(bitPattern: (score + 0).bitPattern)
        let ascending = bits >= 0 ? bits : bits ^ 0x7FFF_FFFF
        return ~ascending
    }

    /// Appends the ids of a word, which may be a whole text.
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        let before = scratch.count
        defer { if fusesUnknown, let unknown { scratch.fuse(unknown, from: before) } }
        var start = 0
        while start < count {
            let end = seams.next(word, from: start, count)
            encodeSegment(word, start, end, scratch)
            start = end
        }
    }

    private func encodeSegment(_ word: Bytes, _ start: Int, _ end: Int, _ scratch: EncodeScratch) {
        let length = end - start
        if length <= WordCache.longestWord {
            scratch.cache.growIfCrowded()
            let key = WordCache.key(word + start, length)
            let entry = scratch.cache.entry(key)
            if !scratch.tracksLengths, entry.pointee.low == key.low, entry.pointee.high == key.high {
                scratch.append(cached: entry)
                return
            }
            let first = scratch.count
            merge(word, start, end, scratch)
            if !scratch.tracksLengths { scratch.remember(key, entry, from: first) }
            return
        }
        merge(word, start, end, scratch)
    }

    private func merge(_ word: Bytes, _ start: Int, _ end: Int, _ scratch: EncodeScratch) {
        let symbols = scratch.symbols.ensure(end - start + 1)
        var count = 0
        var position = start
        while position < end {
            let length = UTF8Text.length(word[position])
            symbols[count] = MergeSymbol(
                id: vocabulary.id(word + position, length), start: position, length: length)
            count += 1
            position += length
        }
        let rules = Rules(vocabulary: vocabulary, ranks: ranks, longest: Int32(vocabulary.longest))
        count = MergeLoop.run(rules, symbols, count: count, word: word, heap: scratch.heap)
        for index in 0..<count {
            let symbol = symbols[index]
            if symbol.id >= 0 {
                scratch.append(symbol.id, length: Int(symbol.length))
            } else {
                fallBack(word + Int(symbol.start), Int(symbol.length), scratch)
            }
        }
    }

    private func fallBack(_ text: Bytes, _ length: Int, _ scratch: EncodeScratch) {
        for index in 0..<length where byteTokens.pointer[Int(text[index])] < 0 {
            if let unknown { scratch.append(unknown, length: length) }
            return
        }
        for index in 0..<length { scratch.append(byteTokens.pointer[Int(text[index])], length: 1) }
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
