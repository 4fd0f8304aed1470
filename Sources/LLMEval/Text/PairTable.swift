/// Gives every distinct pair of numbers a number, so that n-grams of any order have exact names: an n-gram is the pair
/// of the name of its first n − 1 parts and its last part. A hash table that is emptied in constant time.
struct PairTable: Sendable {
    private struct Slot {
        var key: UInt64 = 0
        var generation: UInt32 = 0
        var name: Int32 = 0
    }

    private var slots: [Slot]
    private var generation: UInt32 = 1

    /// Names given out.
    private(set) var count: Int32 = 0

    init() { slots = Array(repeating: Slot(), count: 1024) }

    /// Forgets all names and makes room for `capacity` new ones.
    mutating func removeAll(capacity: Int) {
        count = 0
        if capacity * 2 > slots.count || generation == .max {
            var size = slots.count
            while size < capacity * 2 { size *= 2 }
            slots = Array(repeating: Slot(), count: size)
            generation = 0
        }
        generation += 1
    }

    /// The name of a pair; at most `capacity` of `removeAll(capacity:)` distinct ones may be inserted.
    @inline(__always) mutating func insert(_ first: Int32, _ second: Int32) -> Int32 {
        let key = Self.key(first, second)
        let generation = generation
        let name = count
        let found = slots.withUnsafeMutableBufferPointer { slots -> Int32 in
            let mask = slots.count &- 1
            var index = Self.start(key) & mask
            while slots[index].generation == generation {
                if slots[index].key == key { return slots[index].name }
                index = (index &+ 1) & mask
            }
            slots[index] = Slot(key: key, generation: generation, name: name)
            return name
        }
        if found == name { count &+= 1 }
        return found
    }

    /// The name of a pair, −1 when it was not inserted.
    @inline(__always) func find(_ first: Int32, _ second: Int32) -> Int32 {
        let key = Self.key(first, second)
        let generation = generation
        return slots.withUnsafeBufferPointer { slots -> Int32 in
            let mask = slots.count &- 1
            var index = Self.start(key) & mask
            while slots[index].generation == generation {
                if slots[index].key == key { return slots[index].name }
                index = (index &+ 1) & mask
            }
            return -1
        }
    }

    @inline(__always) private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    }

    @inline(__always) private static func start(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) ^ Int(truncatingIfNeeded: key >> 33)
    }
}
