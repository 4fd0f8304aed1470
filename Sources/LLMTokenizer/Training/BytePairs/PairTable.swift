/// Pairs of neighbouring symbols, each with a number of its own and how often it stands in the corpus.
///
/// One owner at a time.
struct PairTable: ~Copyable {
    struct Record: BitwiseCopyable {
        /// Left symbol in the upper half: numbers order as pairs do.
        var key: UInt64
        /// Occurrences, weighted by the words' counts.
        var count: Int64 = 0
        /// The word that was noted last for this pair, so that each is noted once.
        var lastWord: Int32 = -1
        /// Words noted since the pair was queued last.
        var pending: Int32 = 0
    }

    private(set) var records: UnsafeMutablePointer<Record>
    private(set) var count = 0
    private var capacity = 1 << 12
    /// Record numbers plus one, 0 in a free slot.
    private var slots: UnsafeMutablePointer<Int32>
    private var mask: Int

    init() {
        records = .allocate(capacity: capacity)
        mask = (1 << 13) - 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
    }

    deinit {
        records.deallocate()
        slots.deallocate()
    }

    @inline(__always)
    static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// The number of a pair, which is added if it is new.
    @inline(__always)
    mutating func number(_ key: UInt64) -> Int32 {
        var slot = Self.slot(key) & mask
        while slots[slot] != 0 {
            let number = slots[slot] - 1
            if records[Int(number)].key == key { return number }
            slot = (slot + 1) & mask
        }
        if count == capacity { growRecords() }
        records[count] = Record(key: key)
        count += 1
        slots[slot] = Int32(truncatingIfNeeded: count)
        if count * 2 > mask { growSlots() }
        return Int32(truncatingIfNeeded: count - 1)
    }

    @inline(__always)
    private static func slot(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: ByteHash.mix(key ^ 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB))
    }

    private mutating func growRecords() {
        let fresh = UnsafeMutablePointer<Record>.allocate(capacity: capacity * 2)
        fresh.update(from: records, count: count)
        records.deallocate()
        records = fresh
        capacity *= 2
    }

    private mutating func growSlots() {
        slots.deallocate()
        mask = (mask + 1) * 2 - 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
        for number in 0..<count {
            var slot = Self.slot(records[number].key) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(truncatingIfNeeded: number + 1)
        }
    }
}
