/// How often each word came: open addressing, words of up to 15 bytes inside the table, longer ones beside it.
///
/// One owner at a time.
final class WordTable {
    /// A word of 1...15 bytes; `high` ends with its length and is 0 in a free slot.
    private struct Short: BitwiseCopyable {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var count: Int64 = 0
    }

    /// A longer word; its length is 0 in a free slot.
    private struct Long: BitwiseCopyable {
        var hash: UInt64 = 0
        var offset = 0
        var length = 0
        var count: Int64 = 0
    }

    private var short: UnsafeMutablePointer<Short>
    private var shortMask: Int
    private var shortCount = 0
    private var long: UnsafeMutablePointer<Long>
    private var longMask: Int
    private var longCount = 0
    private let blob = GrowingBuffer<UInt8>(capacity: 1 << 12)
    private var blobCount = 0

    /// Different words.
    var count: Int { shortCount + longCount }

    init() {
        shortMask = (1 << 12) - 1
        short = .allocate(capacity: shortMask + 1)
        short.initialize(repeating: Short(), count: shortMask + 1)
        longMask = (1 << 8) - 1
        long = .allocate(capacity: longMask + 1)
        long.initialize(repeating: Long(), count: longMask + 1)
    }

    deinit {
        short.deallocate()
        long.deallocate()
    }

    /// Counts a word of at least one byte, of which 16 may be read when it is `isReadable`.
    @inline(__always)
    func add(_ word: Bytes, _ length: Int, isReadable: Bool, times: Int64 = 1) {
        guard length <= WordKey.longestWord else {
            addLong(word, length, times)
            return
        }
        let key = isReadable ? WordKey.key(readable: word, length) : WordKey.key(word, length)
        add(low: key.low, high: key.high, times)
    }

    @inline(__always)
    private func add(low: UInt64, high: UInt64, _ times: Int64) {
        var slot = Self.slot(low, high) & shortMask
        while true {
            let entry = short + slot
            if entry.pointee.low == low, entry.pointee.high == high {
                entry.pointee.count += times
                return
            }
            if entry.pointee.high == 0 { break }
            slot = (slot + 1) & shortMask
        }
        short[slot] = Short(low: low, high: high, count: times)
        shortCount += 1
        if shortCount * 2 > shortMask { growShort() }
    }

    @inline(__always)
    private static func slot(_ low: UInt64, _ high: UInt64) -> Int {
        Int(truncatingIfNeeded: ByteHash.mix(low ^ 0xA076_1D64_78BD_642F, high ^ 0xE703_7ED1_A0B4_28DB))
    }

    private func growShort() {
        let old = short
        let oldCount = shortMask + 1
        shortMask = oldCount * 2 - 1
        short = .allocate(capacity: oldCount * 2)
        short.initialize(repeating: Short(), count: oldCount * 2)
        for index in 0..<oldCount where old[index].high != 0 {
            var slot = Self.slot(old[index].low, old[index].high) & shortMask
            while short[slot].high != 0 { slot = (slot + 1) & shortMask }
            short[slot] = old[index]
        }
        old.deallocate()
    }

    private func addLong(_ word: Bytes, _ length: Int, _ times: Int64) {
        let hash = ByteHash.hash(word, length)
        var slot = Int(truncatingIfNeeded: hash) & longMask
        while long[slot].length != 0 {
            let entry = long[slot]
            if entry.hash == hash, entry.length == length,
                ByteHash.equal(blob.pointer + entry.offset, word, length)
            {
                long[slot].count += times
                return
            }
            slot = (slot + 1) & longMask
        }
        let target = blob.ensure(blobCount + length) + blobCount
        target.update(from: word, count: length)
        long[slot] = Long(hash: hash, offset: blobCount, length: length, count: times)
        blobCount += length
        longCount += 1
        if longCount * 2 > longMask { growLong() }
    }

    private func growLong() {
        let old = long
        let oldCount = longMask + 1
        longMask = oldCount * 2 - 1
        long = .allocate(capacity: oldCount * 2)
        long.initialize(repeating: Long(), count: oldCount * 2)
        for index in 0..<oldCount where old[index].length != 0 {
            var slot = Int(truncatingIfNeeded: old[index].hash) & longMask
            while long[slot].length != 0 { slot = (slot + 1) & longMask }
            long[slot] = old[index]
        }
        old.deallocate()
    }

    /// Calls `body` with every word, in no particular order; the bytes are valid during the call.
    func forEach(_ body: (_ word: UnsafeBufferPointer<UInt8>, _ count: Int64) -> Void) {
        var bytes: (UInt64, UInt64) = (0, 0)
        for index in 0...shortMask where short[index].high != 0 {
            bytes = (short[index].low.littleEndian, short[index].high.littleEndian)
            let length = Int(short[index].high >> 56)
            withUnsafeBytes(of: &bytes) { raw in
                body(UnsafeBufferPointer(rebasing: raw.bindMemory(to: UInt8.self)[..<length]), short[index].count)
            }
        }
        for index in 0...longMask where long[index].length != 0 {
            body(
                UnsafeBufferPointer(start: blob.pointer + long[index].offset, count: long[index].length),
                long[index].count)
        }
    }

    /// Adds the counts of another table.
    func merge(_ other: WordTable) {
        for index in 0...other.shortMask where other.short[index].high != 0 {
            add(low: other.short[index].low, high: other.short[index].high, other.short[index].count)
        }
        for index in 0...other.longMask where other.long[index].length != 0 {
            addLong(other.blob.pointer + other.long[index].offset, other.long[index].length, other.long[index].count)
        }
    }
}
