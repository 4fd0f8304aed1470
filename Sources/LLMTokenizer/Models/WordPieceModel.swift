internal import CLLMKernels

/// The longest token from the left, again and again (Schuster, Nakajima 2012; BERT).
final class WordPieceModel: Sendable {
    /// Tokens and words are looked up by the codes of their characters; nil where tokens have parts of characters, as RWKV's, and
    /// bytes are their own codes.
    let alphabet: PieceAlphabet?
    private let first: ByteTrie
    private let following: ByteTrie
    private let unknown: TokenID?
    let longestWord: Int

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
        let keys = (starts + rest).map(\.key)
        let haveCharacters = keys.allSatisfy {
            UTF8Text.wellFormedPrefix(UnsafeRawBufferPointer($0)) == $0.count
        }
        let alphabet = haveCharacters ? PieceAlphabet(keys) : nil
        self.alphabet = alphabet
        first = Self.trie(starts, alphabet)
        following = Self.trie(rest, alphabet)
    }

    private static func trie(
        _ tokens: [(key: UnsafeBufferPointer<UInt8>, value: Int32)], _ alphabet: PieceAlphabet?
    ) -> ByteTrie {
        guard let alphabet else { return ByteTrie(tokens) }
        let most = tokens.reduce(0) { max($0, 4 * $1.key.count) }
        var bytes: [UInt8] = []
        var ends: [Int] = []
        ends.reserveCapacity(tokens.count)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: most + 4) { codes in
            guard let out = codes.baseAddress else { return }
            for token in tokens {
                let count = token.key.baseAddress.flatMap { alphabet.write($0, token.key.count, to: out) } ?? 0
                bytes += codes[..<count]
                ends.append(bytes.count)
            }
        }
        return bytes.withUnsafeBufferPointer { bytes in
            ByteTrie(
                count: tokens.count, value: { (tokens[$0].value, 0) },
                key: { UnsafeBufferPointer(rebasing: bytes[($0 == 0 ? 0 : ends[$0 - 1])..<ends[$0]]) })
        }
    }

    /// Appends the ids of a word, or the unknown token when some part of it is no token.
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        guard count > 0 else { return }
        let isTooLong = count > longestWord && Self.scalarCount(word, count) > longestWord
        guard let alphabet else {
            if isTooLong || !encode(codes: word, count, scratch) { appendUnknown(count, scratch) }
            return
        }
        let codes = scratch.codedText.ensure(isTooLong ? 0 : 4 * count + 4)
        let before = scratch.count
        if !isTooLong, let number = alphabet.write(word, count, to: codes), encode(codes: codes, number, scratch) {
            if scratch.tracksLengths { measure(word, alphabet, scratch.lengths + before, scratch.count - before) }
        } else {
            appendUnknown(count, scratch)
        }
    }

    /// Appends the ids of a word of up to ``longestWord`` characters, or returns false when some part of it is no token.
    @inline(__always)
    func encode(codes: Bytes, _ count: Int, _ scratch: EncodeScratch) -> Bool {
        scratch.reserve(count)
        scratch.work &+= count
        let number = llmk_word_pieces(
            first.places, following.places, codes, Int64(count), scratch.ids + scratch.count,
            scratch.tracksLengths ? scratch.lengths + scratch.count : nil)
        guard number >= 0 else { return false }
        scratch.advance(Int(number))
        return true
    }

    /// Appends what stands for a word of so many bytes.
    func appendUnknown(_ count: Int, _ scratch: EncodeScratch) {
        if let unknown { scratch.append(unknown, length: count) }
    }

    /// Makes bytes of the text out of bytes of codes.
    private func measure(
        _ word: Bytes, _ alphabet: PieceAlphabet, _ lengths: UnsafeMutablePointer<Int32>, _ count: Int
    ) {
        var position = 0
        for index in 0..<count {
            let start = position
            var rest = Int(lengths[index])
            while rest > 0 {
                let (scalar, length) = UTF8Text.scalar(word, at: position)
                rest -= alphabet.code(scalar).count
                position += length
            }
            lengths[index] = Int32(truncatingIfNeeded: position - start)
        }
    }

    private static func scalarCount(_ word: Bytes, _ count: Int) -> Int {
        var scalars = 0
        for index in 0..<count where word[index] & 0xC0 != 0x80 { scalars += 1 }
        return scalars
    }
}
