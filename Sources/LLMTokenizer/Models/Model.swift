/// How a word becomes tokens.
enum Model: Sendable {
    case bpe(BPEModel)
    case scoredBPE(ScoredBPEModel)

    /// Appends the ids of a word to the scratch.
    @inline(__always)
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        switch self {
        case .bpe(let model): model.encode(word, count, scratch)
        case .scoredBPE(let model): model.encode(word, count, scratch)
        }
    }

    /// Whether equal words always become equal ids and are short enough that remembering them pays.
    var isCacheable: Bool {
        switch self {
        case .bpe: true
        case .scoredBPE: false
        }
    }
}
