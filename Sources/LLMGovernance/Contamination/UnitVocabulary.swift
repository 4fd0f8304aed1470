/// Numbers for the units of the test items: 1 and up; units that no test item has are 0 and match nothing.
///
/// Identity is by bytes, not by hash.
struct UnitVocabulary: Sendable {
    private var slots: [Int32] = Array(repeating: 0, count: 1024)
    private var starts: [Int] = [0]
    private var arena: [UInt8] = []
    private(set) var count = 0

    /// The number of a word, given a new one if it has none.
    mutating func insert(_ word: UnsafeBufferPointer<UInt8>) -> UInt32 {
        if 2 * (count + 1) > slots.count { grow() }
        var slot = Int(truncatingIfNeeded: Self.hash(word)) & (slots.count - 1)
        while slots[slot] != 0 {
            if matches(word, slots[slot]) { return UInt32(slots[slot]) }
            slot = (slot + 1) & (slots.count - 1)
        }
        count += 1
        arena.append(contentsOf: word)
        starts.append(arena.count)
        slots[slot] = Int32(count)
        return UInt32(count)
    }

    /// The number of a word, 0 if it has none.
    func find(_ word: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var slot = Int(truncatingIfNeeded: Self.hash(word)) & (slots.count - 1)
        while slots[slot] != 0 {
            if matches(word, slots[slot]) { return UInt32(slots[slot]) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return 0
    }

    /// The word of a number.
    func word(_ number: UInt32) -> String {
        guard number > 0, Int(number) < starts.count else { return "" }
        return String(decoding: arena[starts[Int(number) - 1]..<starts[Int(number)]], as: UTF8.self)
    }

    private func matches(_ word: UnsafeBufferPointer<UInt8>, _ number: Int32) -> Bool {
        let start = starts[Int(number) - 1]
        guard starts[Int(number)] - start == word.count else { return false }
        for index in word.indices where arena[start + index] != word[index] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in 1..<starts.count {
            arena.withUnsafeBufferPointer { arena in
                let word = UnsafeBufferPointer(rebasing: arena[starts[number - 1]..<starts[number]])
                var slot = Int(truncatingIfNeeded: Self.hash(word)) & (slots.count - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = Int32(number)
            }
        }
    }

    @inline(__always)
    private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in word { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return UnitHash.mix(state)
    }
}

enum UnitHash {
    /// SplitMix64's finalizer.
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
