/// A word is a token, or unknown.
final class WordLevelModel: Sendable {
    private let vocabulary: Vocabulary
    private let unknown: TokenID?

    init(vocabulary: Vocabulary, unknown: TokenID?) {
        self.vocabulary = vocabulary
        self.unknown = unknown
    }

    /// Appends the id of a word.
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        scratch.work &+= count
        let id = vocabulary.id(word, count)
        if id >= 0 {
            scratch.append(id, length: count)
        } else if let unknown {
            scratch.append(unknown, length: count)
        }
    }
}
