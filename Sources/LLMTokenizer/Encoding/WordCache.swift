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
    static let bits = 16
    let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: 1 << Self.bits)
        entries.initialize(repeating: Entry(), count: 1 << Self.bits)
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
    func entry(_ key: (low: UInt64, high: UInt64)) -> UnsafeMutablePointer<Entry> { Self.entry(key, in: entries) }

    @inline(__always)
    static func entry(
        _ key: (low: UInt64, high: UInt64), in entries: UnsafeMutablePointer<Entry>
    ) -> UnsafeMutablePointer<Entry> {
        let mixed = ByteHash.mix(key.low ^ 0xA076_1D64_78BD_642F, key.high ^ 0xE703_7ED1_A0B4_28DB)
        return entries + Int(mixed >> UInt64(64 - Self.bits))
    }
}

/// The same for words of up to 48 bytes and 15 ids: scripts of three bytes a letter, and of many tokens a word.
struct LongWordCache: ~Copyable {
    static let longestWord = 48
    static let mostIDs = 15
    private static let bits = 15
    /// Each entry: the length and the bytes of the word, then the number of ids and the ids.
    private let words: UnsafeMutablePointer<UInt8>
    private let ids: UnsafeMutablePointer<TokenID>

    init() {
        words = .allocate(capacity: 64 << Self.bits)
        words.initialize(repeating: 0, count: 64 << Self.bits)
        ids = .allocate(capacity: 16 << Self.bits)
        ids.initialize(repeating: 0, count: 16 << Self.bits)
    }

    deinit {
        words.deallocate()
        ids.deallocate()
    }

    /// The place of a word.
    @inline(__always)
    func place(_ word: Bytes, _ count: Int) -> Int { Int(ByteHash.hash(word, count) >> UInt64(64 - Self.bits)) }

    /// The ids of a word, if it is the one in its place.
    @inline(__always)
    func find(_ word: Bytes, _ count: Int, at place: Int) -> UnsafeBufferPointer<TokenID>? {
        let entry = words + place * 64
        guard Int(entry[0]) == count, ByteHash.equal(word, entry + 1, count) else { return nil }
        let found = ids + place * 16
        return UnsafeBufferPointer(start: found + 1, count: Int(found[0]))
    }

    func put(_ word: Bytes, _ count: Int, at place: Int, _ tokens: UnsafeBufferPointer<TokenID>) {
        guard tokens.count <= Self.mostIDs, let source = tokens.baseAddress else { return }
        let entry = words + place * 64
        entry[0] = UInt8(truncatingIfNeeded: count)
        (entry + 1).update(from: word, count: count)
        let target = ids + place * 16
        target[0] = TokenID(tokens.count)
        (target + 1).update(from: source, count: tokens.count)
    }
}
