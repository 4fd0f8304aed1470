/// Words of byte-level vocabularies in which every byte is a token: the usual case, with less to carry.
extension BPEModel {
    /// Longer words take the general way.
    static let longestPlain = 48
    private static let noRank = Int32(1 << 24)

    /// Appends the ids of a long word, cut where no token reaches over.
    func encodeCut(_ word: Bytes, _ count: Int, _ seams: ByteSeams, _ scratch: EncodeScratch) {
        var start = 0
        while start < count {
            let end = seams.next(word, from: start, count)
            let length = end - start
            if length <= WordCache.longestWord, length < count {
                // Parts are marked: as a word of its own, the same text may be another token.
                var key = WordCache.key(word + start, length)
                key.high |= 1 << 63
                let entry = scratch.cache.entry(key)
                if entry.pointee.low == key.low, entry.pointee.high == key.high {
                    scratch.append(cached: entry)
                } else {
                    let first = scratch.count
                    encodePlain(word + start, length, scratch)
                    scratch.remember(key, entry, from: first)
                }
            } else if length <= Self.longestPlain {
                encodePlain(word + start, length, scratch)
            } else {
                encodeSegment(word, start, end, wordLength: count, scratch)
            }
            start = end
        }
    }

    /// Appends the ids of up to ``longestPlain`` bytes.
    func encodePlain(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * Self.longestPlain) { memory in
            guard let ids = memory.baseAddress else { return }
            let ranks = ids + Self.longestPlain
            let merged = ranks + Self.longestPlain
            for index in 0..<count { ids[index] = byteTokens.pointer[Int(word[index])] }
            for index in 0..<(count - 1) {
                let pair = firstPairs.pointer[Int(word[index]) << 8 | Int(word[index + 1])]
                ranks[index] = pair.rank
                merged[index] = pair.id
            }
            var left = count
            while left > 1 {
                var best = Int32.max
                for index in 0..<(left - 1) { best = min(best, ranks[index] << 6 | Int32(truncatingIfNeeded: index)) }
                if best >> 6 >= Self.noRank { break }
                let place = Int(best & 63)
                ids[place] = merged[place]
                left -= 1
                if place + 1 < left {
                    for index in (place + 1)..<left { ids[index] = ids[index + 1] }
                    for index in (place + 1)..<left {
                        ranks[index] = ranks[index + 1]
                        merged[index] = merged[index + 1]
                    }
                    refresh(ids, ranks, merged, place)
                }
                if place > 0 { refresh(ids, ranks, merged, place - 1) }
            }
            scratch.append(ids, left)
        }
    }

    @inline(__always)
    private func refresh(
        _ ids: UnsafeMutablePointer<Int32>, _ ranks: UnsafeMutablePointer<Int32>, _ merged: UnsafeMutablePointer<Int32>,
        _ place: Int
    ) {
        let pair = merges.find(ids[place], ids[place + 1])
        ranks[place] = min(pair.rank, Self.noRank)
        merged[place] = pair.id
    }

    /// What two bytes merge to, for all pairs of bytes.
    struct FirstPair: BitwiseCopyable {
        var rank: Int32
        var id: TokenID
    }

    static func firstPairs(_ merges: MergeTable, _ byteTokens: ConstantBuffer<TokenID>) -> ConstantBuffer<FirstPair> {
        ConstantBuffer(repeating: FirstPair(rank: noRank, id: -1), count: 1 << 16) { pairs in
            for left in 0..<256 {
                for right in 0..<256 {
                    let found = merges.find(byteTokens[left], byteTokens[right])
                    pairs[left << 8 | right] = FirstPair(rank: min(found.rank, noRank), id: found.id)
                }
            }
        }
    }
}
