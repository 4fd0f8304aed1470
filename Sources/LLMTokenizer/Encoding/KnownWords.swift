internal import CLLMKernels
internal import Synchronization

/// The ids of words met before, read and filled by any number of threads at once without a lock.
///
/// Words only come in, and an entry never changes once it can be found: it is claimed, written, and then published by its
/// key. What finds no room is not remembered. A handle of plain pointers; ``WordStore`` owns the memory.
struct KnownWords: BitwiseCopyable {
    /// Two share a cache line.
    struct Entry: BitwiseCopyable {
        var low: UInt64
        /// Up to seven further bytes; the topmost byte is the word's length. 0 in a free entry; see ``claimed``.
        var high: UInt64
        /// -1 behind the last id; or the complement of a place in the arena, and how many ids are there.
        var ids: SIMD4<TokenID>
    }

    /// What one thread knows of a table that it writes to.
    struct Writer {
        fileprivate var next = 0
        fileprivate var end = 0
        /// Words put in since somebody asked.
        var inserted = 0
    }

    static let longestWord = 48
    static let mostIDs = 15
    private static let claimed = UInt64.max
    private static let chunk = 4096

    let entries: UnsafeMutablePointer<Entry>
    let bits: Int32
    /// For longer words: 32 bits of the hash, then one more than the place of a record in the arena; 0 when free.
    let places: UnsafeMutablePointer<Atomic<UInt64>>
    let placeBits: Int32
    /// Records: length and number of ids, the bytes, the ids; or ids only.
    let arena: UnsafeMutablePointer<Int32>
    let arenaCount: Int
    let arenaUsed: UnsafeMutablePointer<Atomic<Int>>

    @inline(__always)
    private static func high(_ entry: UnsafeMutablePointer<Entry>) -> UnsafeMutablePointer<Atomic<UInt64>> {
        (UnsafeMutableRawPointer(entry) + 8).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// The first of the two entries where a word is or would be.
    @inline(__always)
    func bucket(_ low: UInt64, _ high: UInt64) -> Int {
        let mixed = ByteHash.mix(low ^ 0xA076_1D64_78BD_642F, high ^ 0xE703_7ED1_A0B4_28DB)
        return Int(mixed >> UInt64(64 - bits)) & ~1
    }

    /// So many entries are where a word may be: the two of its bucket, then those of the three lines next to it.
    private static let ways = Int(LLMK_WORD_WAYS)

    @inline(__always)
    private func entry(_ bucket: Int, _ index: Int) -> UnsafeMutablePointer<Entry> {
        entries + ((bucket ^ (index & ~1)) | (index & 1))
    }

    /// The entry of a short word.
    @inline(__always)
    func find(_ low: UInt64, _ high: UInt64, in bucket: Int) -> UnsafeMutablePointer<Entry>? {
        for index in 0..<Self.ways {
            let entry = entry(bucket, index)
            let found = Self.high(entry).pointee.load(ordering: .acquiring)
            if found == high, entry.pointee.low == low { return entry }
            if found == 0 { return nil }
        }
        return nil
    }

    /// Writes the ids of an entry, with up to three more behind them, and returns their end.
    @inline(__always)
    func copy(
        _ entry: UnsafeMutablePointer<Entry>, to out: UnsafeMutablePointer<TokenID>
    ) -> UnsafeMutablePointer<TokenID> {
        let ids = entry.pointee.ids
        if ids[0] >= 0 {
            UnsafeMutableRawPointer(out).storeBytes(of: ids, as: SIMD4<TokenID>.self)
            let absent = ids &>> 31
            return out + (4 + Int(absent[1]) + Int(absent[2]) + Int(absent[3]))
        }
        return copy(arena + Int(~ids[0]), Int(ids[1]), to: out)
    }

    /// Writes up to three more than there are, which the arena and the output have room for.
    @inline(__always)
    private func copy(
        _ source: UnsafeMutablePointer<Int32>, _ count: Int, to out: UnsafeMutablePointer<TokenID>
    ) -> UnsafeMutablePointer<TokenID> {
        var index = 0
        while index < count {
            let four = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD4<Int32>.self)
            UnsafeMutableRawPointer(out + index).storeBytes(of: four, as: SIMD4<Int32>.self)
            index += 4
        }
        return out + count
    }

    /// Remembers the ids of a short word that was not found, if they are no more than its bytes.
    func insert(
        _ low: UInt64, _ high: UInt64, in bucket: Int, _ ids: UnsafePointer<TokenID>, _ count: Int,
        _ writer: inout Writer
    ) {
        // Readers have room for an id a byte.
        guard count >= 1, count <= min(Self.mostIDs, Int(high >> 56 & 0x7F)) else { return }
        for index in 0..<Self.ways {
            let entry = entry(bucket, index)
            let found = Self.high(entry).pointee.load(ordering: .acquiring)
            if found != 0 {
                if found == high, entry.pointee.low == low { return }
                continue
            }
            let claim = Self.high(entry).pointee.compareExchange(
                expected: 0, desired: Self.claimed, ordering: .acquiringAndReleasing)
            guard claim.exchanged else {
                if claim.original == high, entry.pointee.low == low { return }
                continue
            }
            var known = SIMD4<TokenID>(repeating: -1)
            if count <= 4 {
                for position in 0..<count { known[position] = ids[position] }
            } else {
                let place = reserve(count, &writer)
                // Claimed for good: there is no room for anything any more.
                guard place >= 0 else { return }
                (arena + place).update(from: ids, count: count)
                known = SIMD4(~Int32(truncatingIfNeeded: place), Int32(count), -1, -1)
            }
            entry.pointee.low = low
            entry.pointee.ids = known
            Self.high(entry).pointee.store(high, ordering: .releasing)
            writer.inserted += 1
            return
        }
    }

    private func reserve(_ count: Int, _ writer: inout Writer) -> Int {
        if writer.next + count > writer.end {
            // The last places stay free: reading goes up to three beyond a record.
            let start = arenaUsed.pointee.load(ordering: .relaxed)
            guard start + 2 * Self.chunk <= arenaCount else { return -1 }
            writer.next = arenaUsed.pointee.wrappingAdd(Self.chunk, ordering: .relaxed).oldValue
            writer.end = writer.next + Self.chunk
            guard writer.end + 4 <= arenaCount else {
                writer.next = 0
                writer.end = 0
                return -1
            }
        }
        defer { writer.next += count }
        return writer.next
    }
}

/// Words of any length.
extension KnownWords {
    /// What a word is looked up by.
    struct Key: BitwiseCopyable {
        /// As in ``WordKey``; for longer words the hash and 0, for those that are too long twice 0.
        var low: UInt64
        var high: UInt64
        var bucket: Int32

        /// One of so many places, a power of two.
        @inline(__always)
        func slot(of count: Int) -> Int { (high != 0 ? Int(bucket) >> 1 : Int(low >> 8 & 0xFFFF_FFFF)) & (count - 1) }
    }

    @inline(__always)
    func key(_ word: Bytes, _ length: Int, isReadable: Bool) -> Key {
        guard length <= WordKey.longestWord else {
            return Key(low: length <= Self.longestWord ? Self.hash(word, length) : 0, high: 0, bucket: 0)
        }
        let (low, high) = isReadable ? WordKey.key(readable: word, length) : WordKey.key(word, length)
        return Key(low: low, high: high, bucket: Int32(truncatingIfNeeded: bucket(low, high)))
    }

    /// Writes the ids of a word, with up to three more behind them, and returns their end; nil when it is not known.
    @inline(__always)
    func copy(
        _ key: Key, _ word: Bytes, _ length: Int, to out: UnsafeMutablePointer<TokenID>
    ) -> UnsafeMutablePointer<TokenID>? {
        guard key.high == 0 else {
            return find(key.low, key.high, in: Int(key.bucket)).map { copy($0, to: out) }
        }
        return key.low == 0 ? nil : copyLong(word, length, key.low, to: out)
    }

    /// Where the ids of a word are: the number of its entry, or the complement of the place of its record.
    typealias Place = Int32

    /// Where the ids of a word are that is known.
    @inline(__always)
    func place(_ key: Key, _ word: Bytes, _ length: Int) -> Place? {
        guard key.high == 0 else {
            return find(key.low, key.high, in: Int(key.bucket)).map { Place(truncatingIfNeeded: $0 - entries) }
        }
        return key.low == 0 ? nil : findLong(word, length, key.low).map { ~Place(truncatingIfNeeded: $0 - arena) }
    }

    /// Writes the ids of a word of this length, with up to three more behind them, and returns their end.
    @inline(__always)
    func copy(
        _ place: Place, _ length: Int, to out: UnsafeMutablePointer<TokenID>
    ) -> UnsafeMutablePointer<TokenID> {
        place >= 0 ? copy(entries + Int(place), to: out) : copyRecord(arena + Int(~place), length, to: out)
    }

    /// Remembers a word that was not found.
    func insert(
        _ key: Key, _ word: Bytes, _ length: Int, _ ids: UnsafePointer<TokenID>, _ count: Int, _ writer: inout Writer
    ) {
        if key.high != 0 {
            insert(key.low, key.high, in: Int(key.bucket), ids, count, &writer)
        } else if key.low != 0 {
            insertLong(word, length, key.low, ids, count, &writer)
        }
    }

    /// Asks for the memory where a word is looked for first.
    @inline(__always)
    func prefetch(_ key: Key) {
        if key.high != 0 { llmk_prefetch(entries + Int(key.bucket)) } else { prefetchPlace(key.low) }
    }
}

/// Words of 16 to 48 bytes.
extension KnownWords {
    /// What a long word is found by.
    @inline(__always)
    static func hash(_ word: Bytes, _ count: Int) -> UInt64 { ByteHash.hash(word, count) | 1 }

    @inline(__always)
    private func place(_ hash: UInt64, _ step: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        places + ((Int(hash >> UInt64(64 - placeBits)) + step) & ((1 << Int(placeBits)) - 1))
    }

    @inline(__always)
    func prefetchPlace(_ hash: UInt64) { llmk_prefetch(UnsafeRawPointer(place(hash, 0))) }

    @inline(__always)
    func prefetchRecord(_ hash: UInt64) {
        let found = place(hash, 0).pointee.load(ordering: .acquiring)
        if found != 0 { llmk_prefetch(arena + Int(found & 0xFFFF_FFFF) - 1) }
    }

    /// The record of a word that is known.
    @inline(__always)
    private func findLong(_ word: Bytes, _ count: Int, _ hash: UInt64) -> UnsafeMutablePointer<Int32>? {
        for step in 0..<4 {
            let found = place(hash, step).pointee.load(ordering: .acquiring)
            if found == 0 { return nil }
            guard found >> 32 == hash & 0xFFFF_FFFF else { continue }
            let record = arena + Int(found & 0xFFFF_FFFF) - 1
            guard Int(record[0] & 0xFF) == count else { continue }
            let bytes = UnsafeRawPointer(record + 1).assumingMemoryBound(to: UInt8.self)
            if ByteHash.equal(word, bytes, count) { return record }
        }
        return nil
    }

    @inline(__always)
    private func copyRecord(
        _ record: UnsafeMutablePointer<Int32>, _ count: Int, to out: UnsafeMutablePointer<TokenID>
    ) -> UnsafeMutablePointer<TokenID> {
        copy(record + 1 + (count + 3) / 4, Int(record[0] >> 8), to: out)
    }

    /// Writes the ids of a word and returns their end; nil when it is not known.
    @inline(__always)
    func copyLong(
        _ word: Bytes, _ count: Int, _ hash: UInt64, to out: UnsafeMutablePointer<TokenID>
    ) -> UnsafeMutablePointer<TokenID>? {
        findLong(word, count, hash).map { copyRecord($0, count, to: out) }
    }

    /// Remembers a word that was not found.
    func insertLong(
        _ word: Bytes, _ count: Int, _ hash: UInt64, _ ids: UnsafePointer<TokenID>, _ number: Int,
        _ writer: inout Writer
    ) {
        guard number >= 1, number <= count, count <= Self.longestWord else { return }
        let size = 1 + (count + 3) / 4
        let start = reserve(size + number, &writer)
        guard start >= 0 else { return }
        let record = arena + start
        record[0] = Int32(truncatingIfNeeded: count | number << 8)
        UnsafeMutableRawPointer(record + 1).copyMemory(from: word, byteCount: count)
        (record + size).update(from: ids, count: number)
        let value = (hash & 0xFFFF_FFFF) << 32 | UInt64(start + 1)
        for step in 0..<4 {
            if place(hash, step).pointee.compareExchange(expected: 0, desired: value, ordering: .releasing).exchanged {
                writer.inserted += 1
                return
            }
        }
    }
}
