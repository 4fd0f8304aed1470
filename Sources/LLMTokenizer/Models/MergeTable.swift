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

    /// - Parameter merges: left id, right id and the id of both together, the earliest merge first. Of a pair that
    ///   comes twice, the last one counts, as in a dictionary that is filled in order.
    init(_ merges: [(left: TokenID, right: TokenID, id: TokenID, rank: Int32)]) {
        var bits: UInt64 = 4
        while 1 << bits < merges.count * 2 { bits += 1 }
        shift = 64 - bits
        mask = 1 << Int(bits) - 1
        var table = [llmk_merge](repeating: llmk_merge(key: Self.free, rank: .max, id: -1), count: 1 << Int(bits))
        for merge in merges {
            let key = UInt64(UInt32(bitPattern: merge.left)) << 32 | UInt64(UInt32(bitPattern: merge.right))
            var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
            while table[slot].key != Self.free, table[slot].key != key { slot = (slot + 1) & mask }
            table[slot] = llmk_merge(key: key, rank: merge.rank, id: merge.id)
        }
        entries = ConstantBuffer(table)
        let filterBits = bits + 2
        filterShift = 64 - filterBits
        var filter = [UInt64](repeating: 0, count: max((1 << Int(filterBits)) >> 6, 1))
        for entry in table where entry.key != Self.free {
            let bit = Int((entry.key &* 0x9E37_79B9_7F4A_7C15) >> filterShift)
            filter[bit >> 6] |= 1 << UInt64(bit & 63)
        }
        self.filter = ConstantBuffer(filter)
    }

    /// The rank of a pair and what it merges to; a rank of `Int32.max` when it does not.
    @inline(__always)
    func find(_ left: TokenID, _ right: TokenID) -> (rank: Int32, id: TokenID) {
        let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
        let hash = key &* 0x9E37_79B9_7F4A_7C15
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

    /// All merges, the earliest first.
    var pairs: [(left: TokenID, right: TokenID, id: TokenID)] {
        let used = (0..<entries.count).map { entries[$0] }.filter { $0.key != Self.free }
        return used.sorted { ($0.rank, $0.key) < ($1.rank, $1.key) }.map { entry in
            (TokenID(truncatingIfNeeded: entry.key >> 32), TokenID(truncatingIfNeeded: entry.key), entry.id)
        }
    }
}
