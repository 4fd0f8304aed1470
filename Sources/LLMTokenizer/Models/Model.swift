/// How a word becomes tokens.
enum Model: Sendable {
    case bpe(BPEModel)
    case scoredBPE(ScoredBPEModel)
    case rankedBPE(RankedBPEModel)
    case wordPiece(WordPieceModel)
    case unigram(UnigramModel)
    case wordLevel(WordLevelModel)

    /// Appends the ids of a word to the scratch.
    @inline(__always)
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        switch self {
        case .bpe(let model): model.encode(word, count, scratch)
        case .scoredBPE(let model): model.encode(word, count, scratch)
        case .rankedBPE(let model): model.encode(word, count, scratch)
        case .wordPiece(let model): model.encode(word, count, scratch)
        case .unigram(let model): model.encode(word, count, scratch)
        case .wordLevel(let model): model.encode(word, count, scratch)
        }
    }

    /// Whether words come in short pieces, so that remembering them pays; the others look after themselves.
    var isCacheable: Bool {
        switch self {
        case .bpe(let model): model.options.dropout == 0
        case .rankedBPE, .wordPiece, .unigram: true
        case .scoredBPE, .wordLevel: false
        }
    }
}
