/// Makes the double array of a ``ByteTrie``: keys in order, then node after node a base at which all children are free.
struct ByteTrieBuilder {
    typealias Keys = (Int) -> (key: UnsafeBufferPointer<UInt8>, value: Int32)

    private struct Entry: BitwiseCopyable {
        /// The first sixteen bytes, zeros behind the end, so that most comparisons are of integers.
        var head: UInt64
        var next: UInt64
        var index: Int32
        var count: Int32

        /// One of the first sixteen bytes.
        @inline(__always)
        func byte(_ depth: Int) -> UInt8 {
            UInt8(truncatingIfNeeded: (depth < 8 ? head : next) >> UInt64(56 - 8 * (depth & 7)))
        }
    }

    private struct Work {
        var node: Int32
        var low: Int32
        var high: Int32
        var depth: Int32
    }

    /// Free places are a ring: `base` is the next one, `-1 - check` the one before.
    private var units: UnsafeMutablePointer<ByteTrie.Unit>
    private var memory: LargeMemory
    private var count = 0
    private var capacity: Int
    private var firstFree: Int32 = -1

    static func build(count: Int, weight: (Int32) -> Float, key: Keys) -> ConstantBuffer<ByteTrie.Unit> {
        let entries = sorted(count, key)
        var builder = ByteTrieBuilder(capacity: nodeCount(entries, key))
        builder.fill(entries, weight, key)
        return ConstantBuffer(taking: builder.memory, count: builder.count)
    }

    // MARK: Keys

    private static func sorted(_ count: Int, _ key: Keys) -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for index in 0..<count {
            let text = key(index).key
            guard !text.isEmpty else { continue }
            entries.append(
                Entry(
                    head: head(text), next: head(UnsafeBufferPointer(rebasing: text.dropFirst(8))),
                    index: Int32(truncatingIfNeeded: index), count: Int32(truncatingIfNeeded: text.count)))
        }
        entries.sort { left, right in
            if left.head != right.head { return left.head < right.head }
            if left.next != right.next { return left.next < right.next }
            return isLess(key(Int(left.index)), key(Int(right.index)))
        }
        return entries
    }

    private static func head(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if text.isEmpty { return 0 }
        guard text.count < 8, let base = text.baseAddress else {
            return text.baseAddress.map { UInt64(bigEndian: UnsafeRawPointer($0).loadUnaligned(as: UInt64.self)) } ?? 0
        }
        var head: UInt64 = 0
        for index in 0..<text.count { head |= UInt64(base[index]) << UInt64(56 - 8 * index) }
        return head
    }

    private static func isLess(
        _ left: (key: UnsafeBufferPointer<UInt8>, value: Int32),
        _ right: (key: UnsafeBufferPointer<UInt8>, value: Int32)
    ) -> Bool {
        let shared = sharedPrefix(left.key, right.key)
        let count = min(left.key.count, right.key.count)
        if shared < count { return left.key[shared] < right.key[shared] }
        return left.key.count != right.key.count ? left.key.count < right.key.count : left.value < right.value
    }

    private static func sharedPrefix(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let count = min(left.count, right.count)
        var index = 0
        while index < count, left[index] == right[index] { index += 1 }
        return index
    }

    private static func nodeCount(_ entries: [Entry], _ key: Keys) -> Int {
        var previous = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        var nodes = 1
        for entry in entries {
            let text = key(Int(entry.index)).key
            nodes += text.count - sharedPrefix(previous, text)
            previous = text
        }
        return nodes
    }

    // MARK: Units

    /// What is never touched of the memory costs nothing.
    private init(capacity nodes: Int) {
        capacity = nodes + nodes / 2 + 1024
        memory = Self.memory(capacity)
        units = memory.pointer.bindMemory(to: ByteTrie.Unit.self, capacity: capacity)
    }

    private static func memory(_ capacity: Int) -> LargeMemory {
        LargeMemory(byteCount: capacity * MemoryLayout<ByteTrie.Unit>.stride, isZeroed: false)
    }

    private mutating func fill(_ entries: [Entry], _ weight: (Int32) -> Float, _ key: Keys) {
        // The first block belongs to the root's number and to no child: a leaf's base of 0 leads here.
        units.initialize(repeating: ByteTrie.Unit(), count: 256)
        count = 256
        var queue = [Work(node: 0, low: 0, high: Int32(entries.count), depth: 0)]
        withUnsafeTemporaryAllocation(of: (byte: UInt8, low: Int32).self, capacity: 257) { labels in
            while let work = queue.popLast() {
                var index = work.low
                let depth = Int(work.depth)
                while index < work.high {
                    let entry = entries[Int(index)]
                    guard Int(entry.count) == depth else { break }
                    let value = key(Int(entry.index)).value
                    units[Int(work.node)].value = value
                    units[Int(work.node)].weight = weight(value)
                    index += 1
                }
                guard index < work.high else { continue }
                var number = 0
                while index < work.high {
                    let byte = Self.byte(entries[Int(index)], depth, key)
                    labels[number] = (byte, index)
                    number += 1
                    index = Self.end(of: byte, entries, index, work.high, depth, key)
                }
                labels[number] = (0, work.high)
                let base = place(labels, number)
                units[Int(work.node)].base = base
                for label in 0..<number {
                    let child = base ^ Int32(labels[label].byte)
                    take(child, parent: work.node)
                    queue.append(
                        Work(
                            node: child, low: labels[label].low, high: labels[label + 1].low, depth: Int32(depth + 1)))
                }
            }
        }
    }

    @inline(__always)
    private static func byte(_ entry: Entry, _ depth: Int, _ key: Keys) -> UInt8 {
        depth < 16 ? entry.byte(depth) : key(Int(entry.index)).key[depth]
    }

    /// Behind the keys that have a byte at a depth, looked for in growing steps.
    private static func end(
        of byte: UInt8, _ entries: [Entry], _ start: Int32, _ high: Int32, _ depth: Int, _ key: Keys
    ) -> Int32 {
        func has(_ index: Int32) -> Bool { Self.byte(entries[Int(index)], depth, key) == byte }
        var low = start
        var step: Int32 = 1
        while low + step < high, has(low + step) {
            low += step
            step *= 2
        }
        var end = min(low + step, high)
        // `low` has the byte, `end` does not.
        while end - low > 1 {
            let middle = low + (end - low) / 2
            if has(middle) { low = middle } else { end = middle }
        }
        return end
    }

    /// A base at which all labels are free.
    private mutating func place(
        _ labels: UnsafeMutableBufferPointer<(byte: UInt8, low: Int32)>, _ number: Int
    ) -> Int32 {
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
            (units + Int(place)).initialize(to: ByteTrie.Unit(base: place + 1, check: -place, value: -1))
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
        units[Int(place)] = ByteTrie.Unit(base: 0, check: parent, value: -1)
        if next == place {
            firstFree = -1
            return
        }
        units[Int(previous)].base = next
        units[Int(next)].check = -1 - previous
        if firstFree == place { firstFree = next }
    }
}
