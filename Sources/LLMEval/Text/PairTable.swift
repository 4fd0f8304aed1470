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

    /// Replaces each name by the name of the pair of it and the number beside it.
    ///
    /// At most `capacity` of `removeAll(capacity:)` distinct pairs may be inserted.
    /// - Parameters:
    ///   - names: names of n-grams without their last part.
    ///   - last: their last parts.
    mutating func insert(_ names: UnsafeMutableBufferPointer<Int32>, last: UnsafeBufferPointer<Int32>) {
        let generation = generation
        var count = count
        slots.withUnsafeMutableBufferPointer { slots in
            let mask = slots.count &- 1
            for position in 0..<names.count {
                let key = Self.key(names[position], last[position])
                var index = Self.start(key) & mask
                while slots[index].generation == generation, slots[index].key != key { index = (index &+ 1) & mask }
                if slots[index].generation != generation {
                    slots[index] = Slot(key: key, generation: generation, name: count)
                    count &+= 1
                }
                names[position] = slots[index].name
            }
        }
        self.count = count
    }

    /// Replaces each name by the name of the pair of it and the number beside it, −1 when the pair was not inserted;
    /// −1 stays −1.
    func find(_ names: UnsafeMutableBufferPointer<Int32>, last: UnsafeBufferPointer<Int32>) {
        let generation = generation
        slots.withUnsafeBufferPointer { slots in
            let mask = slots.count &- 1
            for position in 0..<names.count where names[position] != -1 {
                let key = Self.key(names[position], last[position])
                var index = Self.start(key) & mask
                while slots[index].generation == generation, slots[index].key != key { index = (index &+ 1) & mask }
                names[position] = slots[index].generation == generation ? slots[index].name : -1
            }
        }
    }

    @inline(__always) private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    }

    @inline(__always) private static func start(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) ^ Int(truncatingIfNeeded: key >> 33)
    }
}
