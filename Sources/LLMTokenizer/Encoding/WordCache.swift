/// The ids of words met before: direct-mapped, words of up to 15 bytes, up to four ids.
struct WordCache: ~Copyable {
    struct Entry: BitwiseCopyable {
        var low: UInt64 = 0
        /// Up to seven further bytes; the topmost byte is the word's length, 0 in a free entry.
        var high: UInt64 = 0
        /// -1 behind the last id.
        var ids: (TokenID, TokenID, TokenID, TokenID) = (-1, -1, -1, -1)
    }

    static let longestWord = 15
    private static let bits = 15
    private let entries: UnsafeMutablePointer<Entry>

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
    func entry(_ key: (low: UInt64, high: UInt64)) -> UnsafeMutablePointer<Entry> {
        let mixed = ByteHash.mix(key.low ^ 0xA076_1D64_78BD_642F, key.high ^ 0xE703_7ED1_A0B4_28DB)
        return entries + Int(mixed >> UInt64(64 - Self.bits))
    }
}
