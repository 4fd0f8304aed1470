internal import CLLMKernels

/// The ids of words met before: direct-mapped, words of up to 15 bytes, up to four ids.
struct WordCache: ~Copyable {
    struct Entry: BitwiseCopyable {
        var low: UInt64 = 0
        /// Up to seven further bytes; the topmost byte is the word's length, 0 in a free entry.
        var high: UInt64 = 0
        /// -1 behind the last id.
        var ids = SIMD4<TokenID>(repeating: -1)

        /// How many ids.
        @inline(__always)
        var count: Int {
            1 + Int(UInt32(bitPattern: ~ids[1]) >> 31) + Int(UInt32(bitPattern: ~ids[2]) >> 31)
                + Int(UInt32(bitPattern: ~ids[3]) >> 31)
        }
    }

    static let longestWord = 15
    private static let mostBits = 19
    private(set) var bits = 13
    private(set) var entries: UnsafeMutablePointer<Entry>
    /// How many words were put in since it grew, those that drove out others included.
    private var inserted = 0

    init() {
        entries = .allocate(capacity: 1 << bits)
        entries.initialize(repeating: Entry(), count: 1 << bits)
    }

    /// Counts words put in.
    @inline(__always)
    mutating func noteInsertion() { inserted += 1 }

    /// Makes room when many words were new; not to be called while somebody holds an entry.
    @inline(__always)
    mutating func growIfCrowded() {
        if inserted > 1 << (bits - 1), bits < Self.mostBits { grow() }
    }

    private mutating func grow() {
        let old = entries
        let count = 1 << bits
        bits = min(bits + 2, Self.mostBits)
        entries = .allocate(capacity: 1 << bits)
        entries.initialize(repeating: Entry(), count: 1 << bits)
        for index in 0..<count where old[index].high != 0 {
            entry((old[index].low, old[index].high)).pointee = old[index]
        }
        old.deallocate()
        inserted = 0
    }

    deinit { entries.deallocate() }

    /// The key of a word of 1...15 bytes, of which 16 may be read.
    @inline(__always)
    static func key(readable word: Bytes, _ count: Int) -> (low: UInt64, high: UInt64) {
        let raw = UnsafeRawPointer(word)
        var low = raw.loadUnaligned(as: UInt64.self)
        var high: UInt64 = 0
        if count < 8 {
            low &= (1 << UInt64(count * 8)) &- 1
        } else {
            high = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self) & ((1 << UInt64((count - 8) * 8)) &- 1)
        }
        return (low, high | UInt64(count) << 56)
    }

    /// The key of a word of 1...15 bytes.
    @inline(__always)
    static func key(_ word: Bytes, _ count: Int) -> (low: UInt64, high: UInt64) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for index in 0..<count {
            let byte = UInt64(word[index])
            if index < 8 { low |= byte << UInt64(index * 8) } else { high |= byte << UInt64(index * 8 - 64) }
        }
        return (low, high | UInt64(count) << 56)
    }

    /// The entry where a word is, or would be.
    @inline(__always)
    func entry(_ key: (low: UInt64, high: UInt64)) -> UnsafeMutablePointer<Entry> { Self.entry(key, entries, bits) }

    @inline(__always)
    static func entry(
        _ key: (low: UInt64, high: UInt64), _ entries: UnsafeMutablePointer<Entry>, _ bits: Int
    ) -> UnsafeMutablePointer<Entry> {
        entries + slot(key, bits)
    }

    @inline(__always)
    static func slot(_ key: (low: UInt64, high: UInt64), _ bits: Int) -> Int {
        let mixed = ByteHash.mix(key.low ^ 0xA076_1D64_78BD_642F, key.high ^ 0xE703_7ED1_A0B4_28DB)
        return Int(mixed >> UInt64(64 - bits))
    }
}

/// The same for words of up to 48 bytes and 15 ids: scripts of three bytes a letter, and of many tokens a word.
struct LongWordCache: ~Copyable {
    static let longestWord = 48
    static let mostIDs = 15
    private static let mostBits = 18
    private var bits = 10
    private var inserted = 0
    /// Each entry: the length and the bytes of the word, then the number of ids and the ids.
    private var words: UnsafeMutablePointer<UInt8>
    private var ids: UnsafeMutablePointer<TokenID>

    init() {
        words = .allocate(capacity: 64 << bits)
        words.initialize(repeating: 0, count: 64 << bits)
        ids = .allocate(capacity: 16 << bits)
        ids.initialize(repeating: 0, count: 16 << bits)
    }

    private mutating func grow() {
        let (oldWords, oldIDs, count) = (words, ids, 1 << bits)
        bits = min(bits + 2, Self.mostBits)
        words = .allocate(capacity: 64 << bits)
        words.initialize(repeating: 0, count: 64 << bits)
        ids = .allocate(capacity: 16 << bits)
        ids.initialize(repeating: 0, count: 16 << bits)
        for index in 0..<count where oldWords[index * 64] != 0 {
            let place = place(oldWords + index * 64 + 1, Int(oldWords[index * 64]))
            (words + place * 64).update(from: oldWords + index * 64, count: 64)
            (ids + place * 16).update(from: oldIDs + index * 16, count: 16)
        }
        oldWords.deallocate()
        oldIDs.deallocate()
        inserted = 0
    }

    deinit {
        words.deallocate()
        ids.deallocate()
    }

    /// The place of a word.
    @inline(__always)
    func place(_ word: Bytes, _ count: Int) -> Int { Int(ByteHash.hash(word, count) >> UInt64(64 - bits)) }

    /// The place of a word with this hash.
    @inline(__always)
    func place(hash: UInt64) -> Int { Int(hash >> UInt64(64 - bits)) }

    /// Asks for the memory of a place.
    @inline(__always)
    func prefetch(at place: Int) {
        llmk_prefetch(words + place * 64)
        llmk_prefetch(ids + place * 16)
    }

    /// Asks for the memory of a word's place.
    @inline(__always)
    func prefetch(_ word: Bytes, _ count: Int) {
        let place = place(word, count)
        llmk_prefetch(words + place * 64)
        llmk_prefetch(ids + place * 16)
    }

    /// The ids of a word, if it is the one in its place.
    @inline(__always)
    func find(_ word: Bytes, _ count: Int, at place: Int) -> UnsafeBufferPointer<TokenID>? {
        let entry = words + place * 64
        guard Int(entry[0]) == count, ByteHash.equal(word, entry + 1, count) else { return nil }
        let found = ids + place * 16
        return UnsafeBufferPointer(start: found + 1, count: Int(found[0]))
    }

    mutating func put(_ word: Bytes, _ count: Int, at known: Int, _ tokens: UnsafeBufferPointer<TokenID>) {
        guard tokens.count <= Self.mostIDs, let source = tokens.baseAddress else { return }
        var place = known
        inserted += 1
        if inserted > 1 << (bits - 1), bits < Self.mostBits {
            grow()
            place = self.place(word, count)
        }
        let entry = words + place * 64
        entry[0] = UInt8(truncatingIfNeeded: count)
        (entry + 1).update(from: word, count: count)
        let target = ids + place * 16
        target[0] = TokenID(tokens.count)
        (target + 1).update(from: source, count: tokens.count)
    }
}
