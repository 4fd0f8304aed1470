/// A dictionary of byte strings to walk along a text: a double array (Aoe 1989), one load per byte.
final class ByteTrie: Sendable {
    private struct Unit: BitwiseCopyable {
        /// The child by byte `b` is at `base ^ b`.
        var base: Int32 = 0
        /// The parent, -1 for a free place.
        var check: Int32 = -1
    }

    private let units: ConstantBuffer<Unit>
    /// What ends at a node, -1 for nothing.
    private let values: ConstantBuffer<Int32>
    private let limit: Int

    static let root: Int32 = 0

    /// Of equal keys, the one with the larger value counts. Empty keys are left out.
    init(_ keys: [(key: UnsafeBufferPointer<UInt8>, value: Int32)]) {
        var builder = Builder(keys.filter { !$0.key.isEmpty })
        builder.build()
        units = ConstantBuffer(builder.units)
        values = ConstantBuffer(builder.values)
        limit = builder.units.count
    }

    /// The node behind one more byte, -1 when there is none.
    @inline(__always)
    func child(_ node: Int32, _ byte: UInt8) -> Int32 {
        let next = units.pointer[Int(node)].base ^ Int32(byte)
        return units.pointer[Int(next)].check == node ? next : -1
    }

    /// The value of the key that ends at a node, or -1.
    @inline(__always)
    func value(_ node: Int32) -> Int32 { values.pointer[Int(node)] }

    /// The longest key at a position: its value and its length.
    @inline(__always)
    func longest(_ text: Bytes, _ start: Int, _ end: Int) -> (value: Int32, length: Int)? {
        var node = Self.root
        var best: (Int32, Int)?
        var position = start
        while position < end {
            node = child(node, text[position])
            if node < 0 { break }
            position += 1
            let found = value(node)
            if found >= 0 { best = (found, position - start) }
        }
        return best
    }

    private struct Builder {
        var keys: [(key: UnsafeBufferPointer<UInt8>, value: Int32)]
        var units: [Unit] = []
        var values: [Int32] = []
        /// Free places as a ring: next and previous of each.
        private var nextFree: [Int32] = []
        private var previousFree: [Int32] = []
        private var firstFree: Int32 = -1

        init(_ keys: [(key: UnsafeBufferPointer<UInt8>, value: Int32)]) {
            self.keys = keys.sorted { left, right in
                let count = min(left.key.count, right.key.count)
                for index in 0..<count where left.key[index] != right.key[index] {
                    return left.key[index] < right.key[index]
                }
                return left.key.count != right.key.count ? left.key.count < right.key.count : left.value < right.value
            }
        }

        mutating func build() {
            // The first block belongs to the root's number and to no child: a leaf's base of 0 leads here.
            units = Array(repeating: Unit(), count: 256)
            values = Array(repeating: -1, count: 256)
            nextFree = Array(repeating: -1, count: 256)
            previousFree = nextFree
            var queue: [(node: Int32, low: Int, high: Int, depth: Int)] = [(0, 0, keys.count, 0)]
            while let (node, low, high, depth) = queue.popLast() {
                var first = low
                while first < high, keys[first].key.count == depth {
                    values[Int(node)] = keys[first].value
                    first += 1
                }
                guard first < high else { continue }
                var labels: [(byte: UInt8, low: Int, high: Int)] = []
                var index = first
                while index < high {
                    let byte = keys[index].key[depth]
                    let start = index
                    while index < high, keys[index].key[depth] == byte { index += 1 }
                    labels.append((byte, start, index))
                }
                let base = place(labels.map(\.byte))
                units[Int(node)].base = base
                for label in labels {
                    let child = base ^ Int32(label.byte)
                    take(child, parent: node)
                    queue.append((child, label.low, label.high, depth + 1))
                }
            }
        }

        /// A base at which all labels are free.
        private mutating func place(_ labels: [UInt8]) -> Int32 {
            var free = firstFree
            var tries = 0
            while free >= 0, tries < 24 {
                let base = free ^ Int32(labels[0])
                if labels.allSatisfy({ units[Int(base ^ Int32($0))].check < 0 && base ^ Int32($0) >= 256 }) {
                    return base
                }
                tries += 1
                free = nextFree[Int(free)]
                if free == firstFree { break }
            }
            return addBlock() ^ Int32(labels[0])
        }

        private mutating func addBlock() -> Int32 {
            let start = Int32(units.count)
            for place in start..<(start + 256) {
                units.append(Unit())
                values.append(-1)
                nextFree.append(place + 1)
                previousFree.append(place - 1)
            }
            // New places go to the front, so that nearly full blocks are given up.
            if firstFree >= 0 {
                let last = previousFree[Int(firstFree)]
                nextFree[Int(last)] = start
                previousFree[Int(start)] = last
                nextFree[Int(start + 255)] = firstFree
                previousFree[Int(firstFree)] = start + 255
            } else {
                nextFree[Int(start + 255)] = start
                previousFree[Int(start)] = start + 255
            }
            firstFree = start
            return start
        }

        private mutating func take(_ place: Int32, parent: Int32) {
            units[Int(place)].check = parent
            let next = nextFree[Int(place)]
            let previous = previousFree[Int(place)]
            if next == place {
                firstFree = -1
            } else {
                nextFree[Int(previous)] = next
                previousFree[Int(next)] = previous
                if firstFree == place { firstFree = next }
            }
        }
    }
}
