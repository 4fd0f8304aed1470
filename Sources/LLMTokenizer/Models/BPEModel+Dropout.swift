extension BPEModel {
    /// Appends the ids of a word, passing over merges at random, so that it comes out in other parts each time.
    ///
    /// A merge that was passed over is considered again once another one has been done. Whole words are not looked
    /// up, even where merges are to be ignored, as in the reference.
    func encodeDropping(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        let symbols = scratch.symbols.ensure(count * (1 + options.continuingPrefix.count) + options.endSuffix.count + 1)
        let number = splitUnits(word, 0, count, wordLength: count, symbols)
        if options.dropout < 1 {
            merge(symbols, number, scratch)
            return
        }
        for index in 0..<number { scratch.append(symbols[index].id, length: Int(symbols[index].length)) }
    }

    private func merge(_ symbols: UnsafeMutablePointer<MergeSymbol>, _ count: Int, _ scratch: EncodeScratch) {
        var next = Array(1...max(count, 1))
        var previous = Array(-1..<(count - 1 + (count == 0 ? 1 : 0)))
        var isGone = [Bool](repeating: false, count: count)
        var queue = MergeQueue()
        var skipped: [MergeQueue.Candidate] = []
        func consider(_ left: Int) {
            guard left >= 0, next[left] < count else { return }
            let (rank, id) = merges.find(symbols[left].id, symbols[next[left]].id)
            if id >= 0 { queue.insert(.init(rank: rank, position: Int32(truncatingIfNeeded: left), id: id)) }
        }
        for index in 0..<count { consider(index) }
        while let top = queue.removeFirst() {
            if Float.random(in: 0..<1, using: &scratch.random) < options.dropout {
                skipped.append(top)
                continue
            }
            for candidate in skipped { queue.insert(candidate) }
            skipped.removeAll()
            let left = Int(top.position)
            guard !isGone[left], next[left] < count else { continue }
            let right = next[left]
            // The pair may have become another one meanwhile.
            let (_, id) = merges.find(symbols[left].id, symbols[right].id)
            guard id == top.id else { continue }
            symbols[left].id = id
            symbols[left].length += symbols[right].length
            isGone[right] = true
            next[left] = next[right]
            if next[right] < count { previous[next[right]] = left }
            consider(previous[left])
            consider(left)
        }
        for index in 0..<count where !isGone[index] {
            scratch.append(symbols[index].id, length: Int(symbols[index].length))
        }
    }
}

/// Merges that could be done, the best first, the leftmost of equals.
private struct MergeQueue {
    struct Candidate {
        var rank: Int32
        var position: Int32
        var id: TokenID

        var key: (Int32, Int32) { (rank, position) }
    }

    private var heap: [Candidate] = []

    mutating func insert(_ candidate: Candidate) {
        heap.append(candidate)
        var index = heap.count - 1
        while index > 0, heap[index].key < heap[(index - 1) / 2].key {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() -> Candidate? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].key < heap[least].key {
                least = child
            }
            guard least != index else { return first }
            heap.swapAt(index, least)
            index = least
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct DropoutGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
