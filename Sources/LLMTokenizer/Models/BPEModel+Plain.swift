internal import CLLMKernels

/// What merging in C reads, for as long as the model lives that owns it.
struct FastMergeRules: @unchecked Sendable {
    let rules: llmk_merge_rules
}

/// Words of byte-level vocabularies in which every byte is a token: the usual case, with less to carry.
extension BPEModel {
    /// Longer words take the general way.
    static let longestPlain = 48
    /// Longer ones are cut first where they can be.
    static let longestUncut = 32
    private static let noRank = Int32(1 << 24)

    /// Appends the ids of a long word, cut where no token reaches over.
    func encodeCut(_ word: Bytes, _ count: Int, _ seams: ByteSeams, _ scratch: EncodeScratch) {
        var start = 0
        while start < count {
            let end = seams.next(word, from: start, count)
            let length = end - start
            if length <= WordKey.longestWord, length < count {
                scratch.appendPart(word + start, length) { encodePlain(word + start, length, scratch) }
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
        guard let fastRules else {
            encodePlainly(word, count, scratch)
            return
        }
        scratch.reserve(count)
        let out = scratch.ids + scratch.count
        scratch.advance(
            Int(withUnsafePointer(to: fastRules.rules) { llmk_merge_word($0, word, Int32(count), out) }))
    }

    /// The same in Swift.
    func encodePlainly(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * Self.longestPlain) { memory in
            guard let ids = memory.baseAddress else { return }
            let ranks = ids + Self.longestPlain
            let merged = ranks + Self.longestPlain
            for index in 0..<count { ids[index] = byteTokens.pointer[Int(word[index])] }
            for index in 0..<(count - 1) {
                let pair = firstPairs.pointer[Int(word[index]) << 8 | Int(word[index + 1])]
                ranks[index] = pair.rank & (Int32(LLMK_MERGES_AT_ONCE) - 1)
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
    ///
    /// A pair is marked when it may be merged before all others, as long as the pairs of bytes beside it rank behind it: no
    /// merge of one of its bytes with a longer symbol ranks before it, and neither does one of what it makes.
    static func firstPairs(
        _ table: MergeTable, _ byteTokens: ConstantBuffer<TokenID>
    ) -> ConstantBuffer<llmk_first_pair> {
        let bytes = (0..<256).map { Int(byteTokens[$0]) }
        let limit = max(bytes.max() ?? 0, Int(table.largestID)) + 1
        var isByte = [Bool](repeating: false, count: limit)
        for id in bytes { isByte[id] = true }
        // The earliest merge of a symbol with a longer one before it, behind it, and with any.
        var before = [Int32](repeating: noRank, count: limit)
        var behind = before
        var any = before
        table.forEach { left, right, _, rank in
            let (left, right) = (Int(left), Int(right))
            if !isByte[left] { before[right] = min(before[right], rank) }
            if !isByte[right] { behind[left] = min(behind[left], rank) }
            any[left] = min(any[left], rank)
            any[right] = min(any[right], rank)
        }
        var pairs = [llmk_first_pair](repeating: llmk_first_pair(rank: noRank, id: -1), count: 1 << 16)
        for left in 0..<256 {
            for right in 0..<256 {
                let found = table.find(byteTokens[left], byteTokens[right])
                guard found.rank < noRank else { continue }
                let isFirst =
                    found.rank < before[bytes[left]] && found.rank < behind[bytes[right]]
                    && found.rank < any[Int(found.id)]
                let mark = isFirst ? Int32(LLMK_MERGES_AT_ONCE) : 0
                pairs[left << 8 | right] = llmk_first_pair(rank: found.rank | mark, id: found.id)
            }
        }
        return ConstantBuffer(pairs)
    }
}
