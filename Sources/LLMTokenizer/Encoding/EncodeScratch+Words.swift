/// Words met before, one at a time. Where many are looked up together, see `PipelineTokenizer+FastEncode.swift` and
/// `PipelineTokenizer+Segments.swift`.
extension EncodeScratch {
    /// So many ids may be written when a word is known.
    static let mostKnown = KnownWords.longestWord + 4

    /// Appends the ids of a word, known ones or those that `encode` appends, which are remembered.
    ///
    /// - Parameter isReadable: whether 16 bytes may be read.
    @inline(__always)
    func appendWord(_ word: Bytes, _ length: Int, isReadable: Bool, _ encode: () -> Void) {
        let table = knownWords()
        reserve(Self.mostKnown)
        if let end = table.copy(table.key(word, length, isReadable: isReadable), word, length, to: ids + count) {
            advance(to: end)
            return
        }
        let first = count
        encode()
        remember(word, length, isReadable: isReadable, from: first)
    }

    /// The same for a part of a word, of up to ``WordKey/longestWord`` bytes. Parts are marked: as a word of its own, the
    /// same text may be other tokens.
    func appendPart(_ part: Bytes, _ length: Int, _ encode: () -> Void) {
        let (low, high) = WordKey.key(part, length)
        let mark = high | 1 << 63
        let table = knownWords()
        if let entry = table.find(low, mark, in: table.bucket(low, mark)) {
            reserve(Self.mostKnown)
            advance(to: table.copy(entry, to: ids + count))
            return
        }
        let first = count
        encode()
        let now = knownWords()
        now.insert(low, mark, in: now.bucket(low, mark), ids + first, count - first, &writer)
    }

    /// Remembers the ids since `first`, in the table there is now.
    @inline(never)
    func remember(_ word: Bytes, _ length: Int, isReadable: Bool, from first: Int) {
        let table = knownWords()
        let key = table.key(word, length, isReadable: isReadable)
        table.insert(key, word, length, ids + first, count - first, &writer)
    }
}
