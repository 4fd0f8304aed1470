/// SentencePiece's byte-pair encoding: two neighbours merge when their text is a token, the highest score first.
///
/// Kudo, Richardson: SentencePiece (2018). Scalars that no token contains become byte tokens.
final class ScoredBPEModel: Sendable {
    let vocabulary: Vocabulary
    let ranks: ConstantBuffer<Int32>
    private let byteTokens: ConstantBuffer<TokenID>
    private let unknown: TokenID?
    private let fusesUnknown: Bool
    let seams: Seams
    /// Whether there is a token for every byte, so that nothing is unknown.
    let hasAllBytes: Bool
    /// What pairs of tokens merge to; nil for large vocabularies, where making it takes longer than it saves.
    private let merges: MergeTable?

    /// - Parameter vocabulary: the tokens that text can become, others not indexed.
    /// - Parameter byteTokens: the token for each byte, -1 for none.
    init(vocabulary: Vocabulary, scores: [Float], byteTokens: [TokenID], unknown: TokenID?, fusesUnknown: Bool = false)
    {
        self.vocabulary = vocabulary
        ranks = ConstantBuffer(scores.map(ScoredBPEModel.rank))
        self.byteTokens = ConstantBuffer(byteTokens)
        self.unknown = unknown
        self.fusesUnknown = fusesUnknown
        hasAllBytes = byteTokens.count == 256 && byteTokens.allSatisfy { $0 >= 0 }
        seams = Seams(vocabulary)
        merges = vocabulary.count <= 1 << 17 ? MergeTable(Self.merges(vocabulary, ranks)) : nil
    }

    /// All pairs of tokens that are a token together.
    private static func merges(
        _ vocabulary: Vocabulary, _ ranks: ConstantBuffer<Int32>
    ) -> [(left: TokenID, right: TokenID, id: TokenID, rank: Int32)] {
        var found: [(left: TokenID, right: TokenID, id: TokenID, rank: Int32)] = []
        found.reserveCapacity(vocabulary.count * 4)
        for id in 0..<Int32(vocabulary.count) {
            let token = vocabulary.bytes(of: id)
            guard token.count > 1, let text = token.baseAddress, vocabulary.id(text, token.count) == id else {
                continue
            }
            for place in 1..<token.count where text[place] & 0xC0 != 0x80 {
                let left = vocabulary.id(text, place)
                guard left >= 0 else { continue }
                let right = vocabulary.id(text + place, token.count - place)
                if right >= 0 { found.append((left, right, id, ranks[Int(id)])) }
            }
        }
        return found
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
        if scratch.tracksLengths || end - start > WordKey.longestWord {
            merge(word, start, end, scratch)
        } else {
            scratch.appendPart(word + start, end - start) { merge(word, start, end, scratch) }
        }
    }

    /// Appends the ids of a part between seams.
    func encodePart(_ part: Bytes, _ count: Int, _ scratch: EncodeScratch) { merge(part, 0, count, scratch) }

    private func merge(_ word: Bytes, _ start: Int, _ end: Int, _ scratch: EncodeScratch) {
        let symbols = scratch.symbols.ensure(end - start + 1)
        var count = 0
        var position = start
        var isKnown = true
        while position < end {
            let length = UTF8Text.length(word[position])
            let id = vocabulary.id(word + position, length)
            if id < 0 { isKnown = false }
            symbols[count] = MergeSymbol(id: id, start: position, length: length)
            count += 1
            position += length
        }
        // What is no token may still become a part of one, which only the text can tell.
        if let merges, isKnown {
            count = MergeLoop.run(PairRules(merges: merges), symbols, count: count, word: word, scratch: scratch)
        } else {
            let rules = Rules(vocabulary: vocabulary, ranks: ranks, longest: Int32(vocabulary.longest))
            count = MergeLoop.run(rules, symbols, count: count, word: word, scratch: scratch)
        }
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

    private struct PairRules: MergeRules {
        let merges: MergeTable

        @inline(__always)
        func pair(_ left: MergeSymbol, _ right: MergeSymbol, in word: Bytes) -> (rank: Int32, id: TokenID) {
            merges.find(left.id, right.id)
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
