/// A piece of a word while it is merged: where it is, what it is, what it and its successor would merge to.
struct MergeSymbol: BitwiseCopyable {
    var id: TokenID
    var start: Int32
    var length: Int32
    /// Rank of the merge with the next symbol, `Int32.max` for none.
    var rank: Int32
    /// What that merge makes.
    var merged: TokenID
    var previous: Int32
    var next: Int32

    init(id: TokenID, start: Int, length: Int) {
        self.id = id
        self.start = Int32(truncatingIfNeeded: start)
        self.length = Int32(truncatingIfNeeded: length)
        rank = .max
        merged = -1
        previous = -1
        next = -1
    }
}

/// Says what two neighbours merge to.
protocol MergeRules {
    func pair(_ left: MergeSymbol, _ right: MergeSymbol, in word: Bytes) -> (rank: Int32, id: TokenID)
}

/// Byte-pair encoding proper: merge the pair of lowest rank, the leftmost of equals, until none is left.
///
/// Sennrich, Haddow, Birch: Neural Machine Translation of Rare Words with Subword Units (2016).
enum MergeLoop {
    /// Words up to this many symbols are scanned for the minimum, longer ones use a heap.
    private static let scanLimit = 48

    /// Merges the symbols in place and returns how many are left, in order.
    @inline(__always)
    static func run<Rules: MergeRules>(
        _ rules: Rules, _ symbols: UnsafeMutablePointer<MergeSymbol>, count: Int, word: Bytes, scratch: EncodeScratch
    ) -> Int {
        if count < 2 { return count }
        for index in 0..<(count - 1) {
            let found = rules.pair(symbols[index], symbols[index + 1], in: word)
            symbols[index].rank = found.rank
            symbols[index].merged = found.id
        }
        symbols[count - 1].rank = .max
        return count <= scanLimit
            ? scan(rules, symbols, count: count, word: word, scratch: scratch)
            : queue(rules, symbols, count: count, word: word, scratch: scratch)
    }

    @inline(__always)
    private static func scan<Rules: MergeRules>(
        _ rules: Rules, _ symbols: UnsafeMutablePointer<MergeSymbol>, count: Int, word: Bytes, scratch: EncodeScratch
    ) -> Int {
        var count = count
        while true {
            scratch.work &+= count
            var best = Int32.max
            var at = 0
            for index in 0..<(count - 1) where symbols[index].rank < best {
                best = symbols[index].rank
                at = index
            }
            if best == .max { return count }
            symbols[at].id = symbols[at].merged
            symbols[at].length += symbols[at + 1].length
            count -= 1
            if at + 1 < count { (symbols + at + 1).update(from: symbols + at + 2, count: count - at - 1) }
            refresh(rules, symbols, at, at + 1 < count ? at + 1 : -1, word)
            if at > 0 { refresh(rules, symbols, at - 1, at, word) }
            if count == 1 { return 1 }
        }
    }

    @inline(__always)
    private static func refresh<Rules: MergeRules>(
        _ rules: Rules, _ symbols: UnsafeMutablePointer<MergeSymbol>, _ left: Int, _ right: Int, _ word: Bytes
    ) {
        if right < 0 {
            symbols[left].rank = .max
        } else {
            let found = rules.pair(symbols[left], symbols[right], in: word)
            symbols[left].rank = found.rank
            symbols[left].merged = found.id
        }
    }

    /// A binary heap of rank and position; an entry counts only while its symbol still has that rank.
    private static func queue<Rules: MergeRules>(
        _ rules: Rules, _ symbols: UnsafeMutablePointer<MergeSymbol>, count: Int, word: Bytes, scratch: EncodeScratch
    ) -> Int {
        scratch.work &+= count
        var queue = MinimumHeap(scratch.heap)
        for index in 0..<count {
            symbols[index].previous = Int32(index) - 1
            symbols[index].next = index + 1 < count ? Int32(index) + 1 : -1
            if symbols[index].rank != .max { queue.push(rank: symbols[index].rank, position: index) }
        }
        while let (rank, position) = queue.pop() {
            scratch.work &+= 1
            guard symbols[position].length > 0, symbols[position].rank == rank else { continue }
            let right = Int(symbols[position].next)
            symbols[position].id = symbols[position].merged
            symbols[position].length += symbols[right].length
            symbols[right].length = 0
            let after = symbols[right].next
            symbols[position].next = after
            if after >= 0 { symbols[Int(after)].previous = Int32(position) }
            refresh(rules, symbols, position, Int(after), word)
            if symbols[position].rank != .max { queue.push(rank: symbols[position].rank, position: position) }
            let before = Int(symbols[position].previous)
            if before >= 0 {
                refresh(rules, symbols, before, position, word)
                if symbols[before].rank != .max { queue.push(rank: symbols[before].rank, position: before) }
            }
        }
        var left = 0
        for index in 0..<count where symbols[index].length > 0 {
            symbols[left] = symbols[index]
            left += 1
        }
        return left
    }
}

/// A heap of (rank, position) packed in 64 bits, smallest first.
private struct MinimumHeap {
    private let buffer: GrowingBuffer<UInt64>
    private var count = 0

    init(_ buffer: GrowingBuffer<UInt64>) { self.buffer = buffer }

    mutating func push(rank: Int32, position: Int) {
        let items = buffer.ensure(count + 1)
        let item = UInt64(UInt32(bitPattern: rank) ^ 0x8000_0000) << 32 | UInt64(UInt32(truncatingIfNeeded: position))
        var child = count
        count += 1
        while child > 0 {
            let parent = (child - 1) / 2
            if items[parent] <= item { break }
            items[child] = items[parent]
            child = parent
        }
        items[child] = item
    }

    mutating func pop() -> (rank: Int32, position: Int)? {
        guard count > 0 else { return nil }
        let items = buffer.pointer
        let top = items[0]
        count -= 1
        let last = items[count]
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child >= count { break }
            if child + 1 < count, items[child + 1] < items[child] { child += 1 }
            if items[child] >= last { break }
            items[parent] = items[child]
            parent = child
        }
        if count > 0 { items[parent] = last }
        return (Int32(bitPattern: UInt32(truncatingIfNeeded: top >> 32) ^ 0x8000_0000), Int(top & 0xFFFF_FFFF))
    }
}
