/// Gives every distinct byte string a small number; a hash table that is emptied in constant time.
struct WordTable: Sendable {
    private struct Slot {
        var hash: UInt32 = 0
        var generation: UInt32 = 0
        var word: Int32 = 0
        /// Where the letters are.
        var start: Int32 = 0
        var length: Int32 = 0
    }

    private var slots: [Slot]
    private var generation: UInt32 = 1
    private var starts: [Int32] = [0]
    private var letters: [UInt8] = []

    /// Distinct words so far.
    var count: Int { starts.count - 1 }

    init() { slots = Array(repeating: Slot(), count: 256) }

    /// Forgets all words.
    mutating func removeAll() {
        starts.removeLast(starts.count - 1)
        letters.removeAll(keepingCapacity: true)
        if generation == .max {
            slots = Array(repeating: Slot(), count: slots.count)
            generation = 0
        }
        generation += 1
    }

    /// The number of a word, given out in order of first appearance.
    mutating func insert(_ word: UnsafeBufferPointer<UInt8>) -> Int32 {
        let hash = Self.hash(word)
        let (index, found) = slots.withUnsafeBufferPointer { slots in
            letters.withUnsafeBufferPointer { letters in
                Self.find(word, hash: hash, generation: generation, in: slots, letters)
            }
        }
        if found >= 0 { return found }
        let number = Int32(truncatingIfNeeded: count)
        slots[index] = Slot(
            hash: hash, generation: generation, word: number, start: Int32(truncatingIfNeeded: letters.count),
            length: Int32(truncatingIfNeeded: word.count))
        for letter in word { letters.append(letter) }
        starts.append(Int32(truncatingIfNeeded: letters.count))
        if count * 2 > slots.count { grow() }
        return number
    }

    /// The bytes of a word.
    func bytes(of word: Int32) -> ArraySlice<UInt8> {
        letters[Int(starts[Int(word)])..<Int(starts[Int(word) + 1])]
    }

    /// The slot where the word is or would be, and its number, −1 when it is new.
    @inline(__always) private static func find(
        _ word: UnsafeBufferPointer<UInt8>, hash: UInt32, generation: UInt32, in slots: UnsafeBufferPointer<Slot>,
        _ letters: UnsafeBufferPointer<UInt8>
    ) -> (index: Int, word: Int32) {
        let mask = slots.count &- 1
        var index = Int(hash) & mask
        while slots[index].generation == generation {
            let slot = slots[index]
            if slot.hash == hash, Int(slot.length) == word.count,
                isEqual(word, letters, from: Int(slot.start))
            {
                return (index, slot.word)
            }
            index = (index &+ 1) & mask
        }
        return (index, -1)
    }

    @inline(__always) private static func isEqual(
        _ word: UnsafeBufferPointer<UInt8>, _ letters: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Bool {
        for index in 0..<word.count where letters[start &+ index] != word[index] { return false }
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        let mask = slots.count - 1
        for slot in old where slot.generation == generation {
            var index = Int(slot.hash) & mask
            while slots[index].generation == generation { index = (index + 1) & mask }
            slots[index] = slot
        }
    }

    @inline(__always) private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let raw = UnsafeRawBufferPointer(word)
        var hash = UInt64(truncatingIfNeeded: word.count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index &+ 8 <= raw.count {
            hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < raw.count {
            rest = rest << 8 | UInt64(raw[index])
            index &+= 1
        }
        hash = mix(hash ^ rest)
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    @inline(__always) private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
