/// The topics of the words around a candidate, with how many words away they stand.
struct NearbyTopics {
    private var hits: [Hit] = []

    private struct Hit {
        var topics: UInt64
        var distance: Int32
    }

    /// Bytes that are read before and after a candidate.
    static let reachBefore = 96
    static let reachAfter = 40

    /// Reads the words around `range`.
    init(_ bytes: UnsafePointer<UInt8>, _ count: Int, around range: Range<Int>, lexicon: ContextLexicon) {
        var first = max(0, range.lowerBound - Self.reachBefore)
        // Not in the middle of a word.
        if first > 0 {
            while first < range.lowerBound, Self.isContextWord(bytes[first]) { first += 1 }
        }
        let words = Self.read(bytes, first..<range.lowerBound, lexicon, into: &hits)
        for index in hits.indices { hits[index].distance = Int32(words) - hits[index].distance }
        let before = hits.count
        var last = min(count, range.upperBound + Self.reachAfter)
        for index in range.upperBound..<last {
            let byte = bytes[index]
            if byte == 0x0A || byte == UInt8(ascii: ";")
                || (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "!"))
                    && index + 1 < count && bytes[index + 1] == 0x20
            {
                last = index
                break
            }
        }
        Self.read(bytes, range.upperBound..<last, lexicon, into: &hits)
        for index in before..<hits.count { hits[index].distance += 3 }
    }

    /// How many words away the nearest word of some topics stands; 1 is the neighbour.
    func distance(to topics: UInt64) -> Int? {
        var best: Int32?
        for hit in hits where hit.topics & topics != 0 {
            if best.map({ hit.distance < $0 }) ?? true { best = hit.distance }
        }
        return best.map { Int($0) }
    }

    private static func isContextWord(_ byte: UInt8) -> Bool { ByteClass.isLetter(byte) || byte >= 0x80 }

    /// Reads words and notes those with topics; the distance is the word's index. Returns the number of words.
    @discardableResult
    private static func read(
        _ bytes: UnsafePointer<UInt8>, _ range: Range<Int>, _ lexicon: ContextLexicon,
        into hits: inout [Hit]
    ) -> Int {
        var index = range.lowerBound
        var words = 0
        var previous: UInt64?
        // The parts of a word in camel case so far.
        var joined: UInt64?
        while index < range.upperBound {
            let byte = bytes[index]
            guard isContextWord(byte) || ByteClass.isDigit(byte) else {
                // A line feed ends a pair of words, not the reading.
                if byte == 0x0A || byte == UInt8(ascii: ",") { previous = nil }
                joined = nil
                index += 1
                continue
            }
            var hash = ContextLexicon.seed
            var pair = previous.map { ContextLexicon.step($0, 0x20) }
            var topics: UInt64 = 0
            let start = index
            var isPart = false
            while index < range.upperBound {
                let byte = bytes[index]
                guard isContextWord(byte) || ByteClass.isDigit(byte) else { break }
                // phoneNumber is two words, WhatsApp is one: both readings count.
                if index > start, ByteClass.isUpper(byte), ByteClass.isLower(bytes[index - 1]) {
                    isPart = true
                    break
                }
                if byte >= 0xE3 && byte < 0xF0 {
                    topics |= ideographs(bytes, index, range.upperBound, lexicon)
                }
                let length = fold(bytes, index, range.upperBound) { folded in
                    hash = ContextLexicon.step(hash, folded)
                    if let open = pair { pair = ContextLexicon.step(open, folded) }
                    if let open = joined { joined = ContextLexicon.step(open, folded) }
                }
                index += length
                if index - start >= 3 {
                    topics |= lexicon.topics(hash).prefix
                    if let pair { topics |= lexicon.topics(pair).prefix }
                }
            }
            topics |= lexicon.topics(hash).word
            if let pair { topics |= lexicon.topics(pair).word }
            if let joined { topics |= lexicon.topics(joined).word }
            joined = isPart ? joined ?? hash : nil
            if topics != 0 { hits.append(Hit(topics: topics, distance: Int32(words))) }
            words += 1
            previous = hash
        }
        return words
    }

    /// The topics of the two, three and four ideographs or syllables that start here: such scripts put no space between words.
    private static func ideographs(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ lexicon: ContextLexicon
    ) -> UInt64 {
        var hash = ContextLexicon.seed
        var topics: UInt64 = 0
        var index = start
        for length in 1...4 {
            guard index + 3 <= end, bytes[index] >= 0xE3 else { break }
            for byte in 0..<3 { hash = ContextLexicon.step(hash, bytes[index + byte]) }
            index += 3
            if length >= 2 {
                let found = lexicon.topics(hash)
                topics |= found.word | found.prefix
            }
        }
        return topics
    }

    /// Hands over the lower-case bytes of the character at `index`; returns how many bytes it took.
    @inline(__always)
    private static func fold(
        _ bytes: UnsafePointer<UInt8>, _ index: Int, _ end: Int, _ take: (UInt8) -> Void
    ) -> Int {
        let byte = bytes[index]
        guard byte >= 0xC3, byte <= 0xD0, index + 1 < end else {
            take(ByteClass.lowercased(byte))
            return 1
        }
        let next = bytes[index + 1]
        switch (byte, next) {
        case (0xC3, 0x80...0x96), (0xC3, 0x98...0x9E), (0xCE, 0x91...0x9F), (0xD0, 0x90...0x9F):
            take(byte)
            take(next + 0x20)
        case (0xD0, 0xA0...0xAF), (0xCE, 0xA0...0xA9):
            take(byte + 1)
            take(next - 0x20)
        case (0xC4, 0x80...0xB7) where next & 1 == 0, (0xC5, 0x8A...0xB7) where next & 1 == 0:
            take(byte)
            take(next + 1)
        case (0xC5, 0xB9...0xBD) where next & 1 == 1:
            take(byte)
            take(next + 1)
        default:
            take(byte)
            take(next)
        }
        return 2
    }
}
