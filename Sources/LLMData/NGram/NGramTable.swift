/// The n-grams of one order: an open-addressing table from (shorter n-gram, word in front) to a number.
///
/// An n-gram is found from its end: `a b c` is the extension of `b c` by `a`. Numbers are given in the order of first
/// insertion, so a shorter n-gram always has its number before a longer one asks for it.
struct NGramTable {
    /// Parent in the upper, word in the lower half.
    private(set) var keys: [UInt64] = []
    private var slots: [UInt32]
    private var mask: Int

    init(minimumCapacity: Int = 16) {
        var capacity = 16
        while capacity < minimumCapacity * 2 { capacity *= 2 }
        slots = Array(repeating: 0, count: capacity)
        mask = capacity - 1
    }

    var count: Int { keys.count }

    static func key(parent: Int, word: UInt32) -> UInt64 { UInt64(parent) << 32 | UInt64(word) }

    @inline(__always)
    static func hash(_ key: UInt64) -> Int {
        var mixed = key &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 32
        return Int(truncatingIfNeeded: mixed)
    }

    /// The number of an n-gram; -1 when it is not there.
    @inline(__always)
    func find(_ key: UInt64) -> Int {
        var slot = Self.hash(key) & mask
        while true {
            let number = slots[slot]
            if number == 0 { return -1 }
            if keys[Int(number) - 1] == key { return Int(number) - 1 }
            slot = (slot + 1) & mask
        }
    }

    /// The number of an n-gram, which is put in when it is not there.
    @inline(__always)
    mutating func insert(_ key: UInt64) -> Int {
        var slot = Self.hash(key) & mask
        while true {
            let number = slots[slot]
            if number == 0 { break }
            if keys[Int(number) - 1] == key { return Int(number) - 1 }
            slot = (slot + 1) & mask
        }
        keys.append(key)
        slots[slot] = UInt32(keys.count)
        if keys.count * 2 > slots.count { grow() }
        return keys.count - 1
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        mask = slots.count - 1
        for (number, key) in keys.enumerated() {
            var slot = Self.hash(key) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number + 1)
        }
    }
}

extension UInt64 {
    /// The shorter n-gram of a key.
    @inline(__always)
    var nGramParent: Int { Int(truncatingIfNeeded: self >> 32) }
    /// The word in front of it.
    @inline(__always)
    var nGramWord: UInt32 { UInt32(truncatingIfNeeded: self) }
}
