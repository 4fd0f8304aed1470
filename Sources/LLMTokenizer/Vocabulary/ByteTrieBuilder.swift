internal import CLLMKernels

/// Makes the double array of a ``ByteTrie``: node after node, a base at which all children are free.
///
/// Keys are parted by the byte that a node's children differ in, in place, while they are many (American flag sort,
/// McIlroy, Bostic and McIlroy 1993), and sorted once they are few. Each carries eight of its bytes, as the caching
/// radix sorts of Ng and Kakehi (2007) do: the keys themselves lie all over memory and are read once per eight bytes.
///
/// What only one key has, the most of a vocabulary, is placed last: it fits into any gap.
struct ByteTrieBuilder {
    private struct Entry: BitwiseCopyable {
        /// Eight bytes of the key, zeros behind its end; of a tail, the node it begins behind and that node's depth.
        var window: UInt64
        var key: UnsafePointer<UInt8>
        var count: Int32
        var value: Int32
        var weight: Float
        /// Whether what is left of the key is its own.
        var isTail = false

        init(_ text: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>, _ value: Int32, _ weight: Float) {
            (window, key, count) = (0, base, Int32(truncatingIfNeeded: text.count))
            (self.value, self.weight) = (value, weight)
            read(0)
        }

        /// Reads the window at a depth.
        mutating func read(_ depth: Int) {
            let rest = Int(count) - depth
            if rest >= 8 {
                window = UInt64(bigEndian: UnsafeRawPointer(key + depth).loadUnaligned(as: UInt64.self))
            } else {
                window = 0
                for index in 0..<max(rest, 0) { window |= UInt64(key[depth + index]) << UInt64(56 - 8 * index) }
            }
        }

        /// A byte of the window that this depth is in.
        @inline(__always)
        func byte(_ depth: Int) -> UInt8 { UInt8(truncatingIfNeeded: window >> UInt64(56 - 8 * (depth & 7))) }
    }

    private struct Work {
        var node: Int32
        var low: Int32
        var high: Int32
        var depth: Int32
        var isSorted: Bool
    }

    private typealias Entries = UnsafeMutablePointer<Entry>

    /// The byte of a child, and its first entry.
    private typealias Labels = UnsafeMutableBufferPointer<(byte: UInt8, low: Int32)>

    /// So many entries are sorted by insertion.
    private static let few = 24

    private static let nobody = ByteTrie.Unit(base: 0, check: -1, value: -1, weight: 0)

    /// Free places are a ring: `base` is the next one, `-1 - check` the one before.
    private var units: UnsafeMutablePointer<ByteTrie.Unit>
    private var memory: LargeMemory
    private var count = 0
    private var capacity: Int
    private var firstFree: Int32 = -1

    static func build(
        count: Int, _ value: (Int) -> (value: Int32, weight: Float), _ key: (Int) -> UnsafeBufferPointer<UInt8>
    ) -> ConstantBuffer<ByteTrie.Unit> {
        let memory = LargeMemory(byteCount: count * MemoryLayout<Entry>.stride, isZeroed: false)
        defer { withExtendedLifetime(memory) {} }
        let entries = memory.pointer.bindMemory(to: Entry.self, capacity: count)
        var number = 0
        var bytes = 0
        for index in 0..<count {
            let text = key(index)
            guard let base = text.baseAddress, !text.isEmpty else { continue }
            let (value, weight) = value(index)
            (entries + number).initialize(to: Entry(text, base, value, weight))
            number += 1
            bytes += text.count
        }
        // Nodes are no more than bytes, and much fewer where keys share beginnings.
        var builder = ByteTrieBuilder(capacity: bytes + 1024)
        builder.fill(entries, number)
        builder.memory.giveBack(behind: builder.count * MemoryLayout<ByteTrie.Unit>.stride)
        return ConstantBuffer(taking: builder.memory, count: builder.count)
    }

    // MARK: Keys

    /// The keys below a node that go on behind it, and where those with each next byte begin; returns how many bytes
    /// there are.
    private static func part(_ entries: Entries, _ work: Work, _ labels: Labels) -> Int {
        let depth = Int(work.depth)
        var number = 0
        if work.isSorted {
            for index in work.low..<work.high {
                let byte = entries[Int(index)].byte(depth)
                if number == 0 || byte != labels[number - 1].byte {
                    labels[number] = (byte, index)
                    number += 1
                }
            }
        } else {
            withUnsafeTemporaryAllocation(of: (next: Int32, end: Int32).self, capacity: 256) { places in
                places.initialize(repeating: (0, 0))
                for index in work.low..<work.high { places[Int(entries[Int(index)].byte(depth))].end += 1 }
                var low = work.low
                for byte in 0..<256 where places[byte].end > 0 {
                    labels[number] = (UInt8(truncatingIfNeeded: byte), low)
                    number += 1
                    places[byte].next = low
                    low += places[byte].end
                    places[byte].end = low
                }
                guard number > 1 else { return }
                for label in 0..<number {
                    let byte = Int(labels[label].byte)
                    while places[byte].next < places[byte].end {
                        var entry = entries[Int(places[byte].next)]
                        var target = Int(entry.byte(depth))
                        // Every entry goes to its place and takes the one there along.
                        while target != byte {
                            swap(&entry, &entries[Int(places[target].next)])
                            places[target].next += 1
                            target = Int(entry.byte(depth))
                        }
                        entries[Int(places[byte].next)] = entry
                        places[byte].next += 1
                    }
                }
            }
        }
        labels[number] = (0, work.high)
        return number
    }

    /// Sorts few entries by their windows, which need not tell where a key ends.
    private static func sort(_ entries: Entries, _ count: Int) {
        for index in 1..<max(count, 1) {
            let entry = entries[index]
            var place = index
            while place > 0, entries[place - 1].window > entry.window {
                entries[place] = entries[place - 1]
                place -= 1
            }
            entries[place] = entry
        }
    }

    /// Notes what ends at a node and moves it before the entries that go on; returns where these begin.
    private func takeEnds(_ entries: Entries, _ work: Work) -> Int32 {
        var low = work.low
        for index in work.low..<work.high where entries[Int(index)].count == work.depth {
            let entry = entries[Int(index)]
            end(entry, at: work.node)
            if work.isSorted {
                // Bytes of 0 are before it; they stay in order.
                for place in stride(from: Int(index), to: Int(low), by: -1) { entries[place] = entries[place - 1] }
            } else {
                entries[Int(index)] = entries[Int(low)]
            }
            entries[Int(low)] = entry
            low += 1
        }
        return low
    }

    // MARK: Units

    /// What is never touched of the memory costs nothing.
    private init(capacity: Int) {
        self.capacity = capacity
        memory = Self.memory(capacity)
        units = memory.pointer.bindMemory(to: ByteTrie.Unit.self, capacity: capacity)
    }

    private static func memory(_ capacity: Int) -> LargeMemory {
        LargeMemory(byteCount: capacity * MemoryLayout<ByteTrie.Unit>.stride, isZeroed: false)
    }

    private mutating func fill(_ entries: Entries, _ number: Int) {
        // The first block belongs to the root's number and to no child: a leaf's base of 0 leads here.
        units.initialize(repeating: Self.nobody, count: 256)
        count = 256
        guard number > 0 else { return }
        var queue = [Work(node: 0, low: 0, high: Int32(number), depth: 0, isSorted: false)]
        withUnsafeTemporaryAllocation(of: (byte: UInt8, low: Int32).self, capacity: 257) { labels in
            while var work = queue.popLast() {
                let depth = Int(work.depth)
                if work.high - work.low == 1 {
                    entries[Int(work.low)].isTail = true
                    entries[Int(work.low)].window = UInt64(work.node) << 32 | UInt64(depth)
                    continue
                }
                if depth > 0, depth & 7 == 0 {
                    read(entries, work)
                    work.isSorted = false
                }
                work.low = takeEnds(entries, work)
                guard work.low < work.high else { continue }
                if !work.isSorted, work.high - work.low <= Self.few {
                    Self.sort(entries + Int(work.low), Int(work.high - work.low))
                    work.isSorted = true
                }
                let number = Self.part(entries, work, labels)
                let base = place(labels, number)
                units[Int(work.node)].base = base
                for label in 0..<number {
                    let child = base ^ Int32(labels[label].byte)
                    take(child, parent: work.node)
                    queue.append(
                        Work(
                            node: child, low: labels[label].low, high: labels[label + 1].low, depth: work.depth + 1,
                            isSorted: work.isSorted))
                }
            }
        }
        let ahead = 12
        for index in 0..<number {
            if index + ahead < number { llmk_prefetch(entries[index + ahead].key) }
            if entries[index].isTail { addTail(entries[index]) }
        }
    }

    /// Reads the next windows.
    private func read(_ entries: Entries, _ work: Work) {
        let ahead: Int32 = 12
        for index in work.low..<work.high {
            if index + ahead < work.high { llmk_prefetch(entries[Int(index + ahead)].key + Int(work.depth)) }
            entries[Int(index)].read(Int(work.depth))
        }
    }

    private mutating func addTail(_ entry: Entry) {
        var node = Int32(truncatingIfNeeded: entry.window >> 32)
        for depth in Int(entry.window & 0xFFFF_FFFF)..<Int(entry.count) {
            if firstFree < 0 { _ = addBlock() }
            let child = firstFree
            units[Int(node)].base = child ^ Int32(entry.key[depth])
            take(child, parent: node)
            node = child
        }
        end(entry, at: node)
    }

    private func end(_ entry: Entry, at node: Int32) {
        guard entry.value >= units[Int(node)].value else { return }
        units[Int(node)].value = entry.value
        units[Int(node)].weight = entry.weight
    }

    /// A base at which all labels are free.
    private mutating func place(_ labels: Labels, _ number: Int) -> Int32 {
        var free = firstFree
        var tries = 0
        while free >= 0, tries < 24 {
            let base = free ^ Int32(labels[0].byte)
            var fits = true
            for index in 1..<max(number, 1) where fits {
                let place = base ^ Int32(labels[index].byte)
                fits = place >= 256 && isFree(place)
            }
            if fits { return base }
            tries += 1
            free = units[Int(free)].base
            if free == firstFree { break }
        }
        return addBlock() ^ Int32(labels[0].byte)
    }

    private func isFree(_ place: Int32) -> Bool { units[Int(place)].check < 0 }

    private mutating func addBlock() -> Int32 {
        if count + 256 > capacity {
            capacity *= 2
            let larger = Self.memory(capacity)
            let target = larger.pointer.bindMemory(to: ByteTrie.Unit.self, capacity: capacity)
            target.update(from: units, count: count)
            (memory, units) = (larger, target)
        }
        let start = Int32(count)
        for place in start..<(start + 256) {
            (units + Int(place)).initialize(to: ByteTrie.Unit(base: place + 1, check: -place, value: -1, weight: 0))
        }
        count += 256
        // New places go to the front, so that nearly full blocks are given up.
        if firstFree >= 0 {
            let last = -1 - units[Int(firstFree)].check
            units[Int(last)].base = start
            units[Int(start)].check = -1 - last
            units[Int(start) + 255].base = firstFree
            units[Int(firstFree)].check = -1 - (start + 255)
        } else {
            units[Int(start) + 255].base = start
            units[Int(start)].check = -1 - (start + 255)
        }
        firstFree = start
        return start
    }

    private mutating func take(_ place: Int32, parent: Int32) {
        let next = units[Int(place)].base
        let previous = -1 - units[Int(place)].check
        units[Int(place)] = ByteTrie.Unit(base: 0, check: parent, value: -1, weight: 0)
        if next == place {
            firstFree = -1
            return
        }
        units[Int(previous)].base = next
        units[Int(next)].check = -1 - previous
        if firstFree == place { firstFree = next }
    }
}
