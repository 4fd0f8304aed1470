/// Short words as two integers: up to fifteen bytes, and their number in the topmost byte.
enum WordKey {
    static let longestWord = 15

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
        let raw = UnsafeRawPointer(word)
        let length = UInt64(count) << 56
        if count >= 8 {
            // The last eight bytes, less those that are among the first eight.
            let last = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            return (raw.loadUnaligned(as: UInt64.self), (last >> 8) >> UInt64(8 * (15 - count)) | length)
        }
        if count >= 4 {
            let last = UInt64(raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            return (UInt64(raw.loadUnaligned(as: UInt32.self)) | last << UInt64(8 * (count - 4)), length)
        }
        let middle = UInt64(word[count >> 1]) << UInt64(8 * (count >> 1))
        return (UInt64(word[0]) | middle | UInt64(word[count - 1]) << UInt64(8 * (count - 1)), length)
    }
}
