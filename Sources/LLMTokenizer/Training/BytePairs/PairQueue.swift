/// Pairs to be merged: the most frequent one first, of equals the one with the smaller ids.
///
/// A heap with four children a node. One owner at a time.
struct PairQueue: ~Copyable {
    struct Entry: BitwiseCopyable {
        /// How often the pair stood in the corpus when it was queued.
        var count: Int64
        var key: UInt64
        /// The words that the pair was found in, in the learner's list of places.
        var start: Int
        var length: Int32
        /// The pair's number.
        var pair: Int32

        @inline(__always)
        func precedes(_ other: Entry) -> Bool {
            count != other.count ? count > other.count : key < other.key
        }
    }

    private let buffer = GrowingBuffer<Entry>(capacity: 1 << 12)
    private(set) var count = 0

    var first: Entry? { count > 0 ? buffer.pointer[0] : nil }

    mutating func push(_ entry: Entry) {
        let heap = buffer.ensure(count + 1)
        var place = count
        count += 1
        while place > 0 {
            let parent = (place - 1) / 4
            guard entry.precedes(heap[parent]) else { break }
            heap[place] = heap[parent]
            place = parent
        }
        heap[place] = entry
    }

    /// Takes the first entry out; the queue must not be empty.
    mutating func removeFirst() {
        count -= 1
        if count > 0 { sink(buffer.pointer[count]) }
    }

    /// Gives the first entry another count; the queue must not be empty.
    mutating func updateFirst(count newCount: Int64) {
        var entry = buffer.pointer[0]
        entry.count = newCount
        sink(entry)
    }

    private func sink(_ entry: Entry) {
        let heap = buffer.pointer
        var place = 0
        while true {
            let first = 4 * place + 1
            guard first < count else { break }
            var best = first
            for child in (first + 1)..<max(min(first + 4, count), first + 1) where heap[child].precedes(heap[best]) {
                best = child
            }
            guard heap[best].precedes(entry) else { break }
            heap[place] = heap[best]
            place = best
        }
        heap[place] = entry
    }
}
