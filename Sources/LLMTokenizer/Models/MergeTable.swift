internal import CLLMKernels

/// Which two symbols merge to what, and how early: a flat table keyed by both ids.
final class MergeTable: Sendable {
    private static let free = UInt64.max
    private let entries: ConstantBuffer<llmk_merge>
    private let shift: UInt64
    private let mask: Int
    /// A bit for each hash of a pair that merges: most pairs do not, and this stays in the cache.
    private let filter: ConstantBuffer<UInt64>
    private let filterShift: UInt64

    /// The largest id in it.
    let largestID: TokenID
    /// How late the latest merge is.
    let largestRank: Int32
    /// Whether every merge has both symbols, what they make, and a rank.
    let isWhole: Bool

    /// - Parameter merges: left id, right id and the id of both together, the earliest merge first. Of a pair that
    ///   comes twice, the last one counts, as in a dictionary that is filled in order.
    convenience init(_ merges: [(left: TokenID, right: TokenID, id: TokenID, rank: Int32)]) {
        self.init(count: merges.count) { merges[$0] }
    }

    /// Ranked by their places in the list.
    convenience init(_ list: MergeList) {
        self.init(count: list.count) { index in
            let merge = list[index]
            return (merge.left, merge.right, merge.id, Int32(truncatingIfNeeded: index))
        }
    }

    private init(count: Int, _ merge: (Int) -> (left: TokenID, right: TokenID, id: TokenID, rank: Int32)) {
        var bits: UInt64 = 4
        // At most two thirds full: the filter lets few pairs through that are not there, and those that are come early.
        while 1 << bits < count + count / 2 { bits += 1 }
        let shift = 64 - bits
        let mask = 1 << Int(bits) - 1
        var largest: Int32 = 0
        var largestID: TokenID = 0
        var smallest: Int32 = 0
        // Places are asked for so far ahead.
        let ahead = 16
        let filterBits = bits + 2
        let filterShift = 64 - filterBits
        let words = 1 << Int(filterBits - 6)
        let filter = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        filter.initialize(repeating: 0, count: words)
        let free = llmk_merge(key: Self.free, rank: .max, id: -1)
        entries = ConstantBuffer(repeating: free, count: 1 << Int(bits)) { table in
            for index in 0..<count {
                if index + ahead < count {
                    let next = merge(index + ahead)
                    llmk_prefetch(table + Int(Self.hash(next.left, next.right).hash >> shift))
                }
                let merge = merge(index)
                let (key, hash) = Self.hash(merge.left, merge.right)
                var slot = Int(hash >> shift)
                while table[slot].key != Self.free, table[slot].key != key { slot = (slot + 1) & mask }
                table[slot] = llmk_merge(key: key, rank: merge.rank, id: merge.id)
                let bit = Int(hash >> filterShift)
                filter[bit >> 6] |= 1 << UInt64(bit & 63)
                largest = max(largest, merge.rank)
                largestID = max(largestID, merge.left, merge.right, merge.id)
                smallest = min(smallest, merge.rank, merge.left, merge.right, merge.id)
            }
        }
        self.filter = ConstantBuffer(taking: filter, count: words)
        (self.shift, self.mask, self.filterShift, largestRank) = (shift, mask, filterShift, largest)
        self.largestID = largestID
        isWhole = smallest >= 0
    }

    @inline(__always)
    private static func hash(_ left: TokenID, _ right: TokenID) -> (key: UInt64, hash: UInt64) {
        let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
        return (key, key &* 0x9E37_79B9_7F4A_7C15)
    }

    /// The rank of a pair and what it merges to; a rank of `Int32.max` when it does not.
    @inline(__always)
    func find(_ left: TokenID, _ right: TokenID) -> (rank: Int32, id: TokenID) {
        let (key, hash) = Self.hash(left, right)
        let bit = Int(hash >> filterShift)
        if filter.pointer[bit >> 6] >> UInt64(bit & 63) & 1 == 0 { return (.max, -1) }
        var slot = Int(hash >> shift)
        while true {
            let entry = entries.pointer[slot]
            if entry.key == key { return (entry.rank, entry.id) }
            if entry.key == Self.free { return (.max, -1) }
            slot = (slot + 1) & mask
        }
    }

    /// For merging in C: what it reads is owned by this table and the two buffers.
    func rules(
        _ byteTokens: ConstantBuffer<TokenID>, _ firstPairs: ConstantBuffer<llmk_first_pair>
    ) -> llmk_merge_rules {
        llmk_merge_rules(
            byte_tokens: byteTokens.pointer, first_pairs: firstPairs.pointer, entries: entries.pointer,
            filter: filter.pointer, mask: UInt64(mask), shift: Int32(shift), filter_shift: Int32(filterShift))
    }

    /// Calls `body` with every merge, in no order.
    func forEach(_ body: (_ left: TokenID, _ right: TokenID, _ id: TokenID, _ rank: Int32) -> Void) {
        for index in 0..<entries.count where entries[index].key != Self.free {
            let entry = entries[index]
            body(
                TokenID(truncatingIfNeeded: entry.key >> 32), TokenID(truncatingIfNeeded: entry.key), entry.id,
                entry.rank)
        }
    }

    /// All merges, the earliest first.
    var pairs: [(left: TokenID, right: TokenID, id: TokenID)] {
        let used = (0..<entries.count).map { entries[$0] }.filter { $0.key != Self.free }
        return used.sorted { ($0.rank, $0.key) < ($1.rank, $1.key) }.map { entry in
            (TokenID(truncatingIfNeeded: entry.key >> 32), TokenID(truncatingIfNeeded: entry.key), entry.id)
        }
    }
}
