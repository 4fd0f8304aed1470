/// The longest token from the left, again and again (Schuster, Nakajima 2012; BERT).
final class WordPieceModel: Sendable {
    private let first: ByteTrie
    private let following: ByteTrie
    private let unknown: TokenID?
    private let longestWord: Int

    /// - Parameters:
    ///   - longestWord: words of more scalars than this are unknown.
    ///   - isFirst: the text of a token that can begin a word; nil for others.
    ///   - isFollowing: the text of a token that can go on, without its prefix; nil for others.
    init(
        vocabulary: Vocabulary, unknown: TokenID?, longestWord: Int,
        isFirst: (UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>?,
        isFollowing: (UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>?
    ) {
        self.unknown = unknown
        self.longestWord = longestWord
        var starts: [(key: UnsafeBufferPointer<UInt8>, value: Int32)] = []
        var rest = starts
        for id in 0..<Int32(vocabulary.count) {
            let token = vocabulary.bytes(of: id)
            if let text = isFirst(token) { starts.append((text, id)) }
            if let text = isFollowing(token) { rest.append((text, id)) }
        }
        first = ByteTrie(starts)
        following = ByteTrie(rest)
    }

    /// Appends the ids of a word, or the unknown token when some part of it is no token.
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        let before = scratch.count
        var position = 0
        let isTooLong = count > longestWord && Self.scalarCount(word, count) > longestWord
        while position < count, !isTooLong {
            let trie = position == 0 ? first : following
            guard let (id, length) = trie.longest(word, position, count) else { break }
            scratch.append(id, length: length)
            scratch.work &+= length
            position += length
        }
        if position < count {
            scratch.removeLast(scratch.count - before)
            if let unknown { scratch.append(unknown, length: count) }
        }
    }

    private static func scalarCount(_ word: Bytes, _ count: Int) -> Int {
        var scalars = 0
        for index in 0..<count where word[index] & 0xC0 != 0x80 { scalars += 1 }
        return scalars
    }
}
