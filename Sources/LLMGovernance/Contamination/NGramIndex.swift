/// The n-grams of the test items, and which of them were met in training.
///
/// Memory depends on the test items only. Found by a rolling 64-bit hash, then compared unit by unit, so a hit is a
/// hit. Time per training unit is constant, plus the places of the n-grams that are met when spans are wanted.
struct NGramIndex: Sendable {
    let length: Int
    /// Places at which spans may disagree; nil when only n-grams are asked for.
    let skips: Int?
    private let table: NGramTable
    /// By first place of an n-gram: whether training has it.
    private(set) var isSeen: [Bool]
    /// By place: whether a span that stands in training covers it.
    private(set) var isCovered: [Bool]
    /// By item: the longest span that agrees with training everywhere.
    private(set) var longest: [Range<Int>]

    init(items: UnitItems, length: Int, skips: Int?) {
        self.length = length
        self.skips = skips
        table = NGramTable(items: items, length: length)
        isSeen = Array(repeating: false, count: items.units.count)
        isCovered = Array(repeating: false, count: skips == nil ? 0 : items.units.count)
        longest = Array(repeating: 0..<0, count: skips == nil ? 0 : items.count)
    }

    /// The n-gram at a place of the items was met in training.
    func wasSeen(at place: Int) -> Bool { table.head[place] >= 0 && isSeen[Int(table.head[place])] }

    /// Looks up the n-grams of one training document.
    mutating func add(_ document: UnsafeBufferPointer<UInt32>, items: UnitItems) {
        guard document.count >= length else { return }
        var rolling = RollingHash(length: length)
        for end in document.indices {
            let unit = document[end]
            guard unit != 0 else {
                rolling.reset()
                continue
            }
            rolling.append(unit, leaving: end >= length ? document[end - length] : 0)
            guard rolling.isFull else { continue }
            let start = end + 1 - length
            guard let head = table.find(rolling.value, document, at: start, units: items.units) else { continue }
            isSeen[head] = true
            if let skips {
                var place = head
                while place >= 0 {
                    extend(place, document, from: start, skips: skips, items: items)
                    place = Int(table.next[place])
                }
            }
        }
    }

    /// Follows two equal n-grams, but only from where the agreement begins: later starts reach no farther.
    private mutating func extend(
        _ place: Int, _ document: UnsafeBufferPointer<UInt32>, from start: Int, skips: Int, items: UnitItems
    ) {
        let item = Int(items.owner[place])
        let bounds = items.bounds(item)
        if place > bounds.lowerBound, start > 0, items.units[place - 1] == document[start - 1] { return }
        let limit = min(bounds.upperBound - place, document.count - start)
        var agreed = length
        while agreed < limit, items.units[place + agreed] == document[start + agreed] { agreed += 1 }
        if agreed > longest[item].count { longest[item] = place..<place + agreed }
        var reach = agreed
        var position = agreed
        var left = skips
        while position < limit {
            if items.units[place + position] == document[start + position] {
                reach = position + 1
            } else {
                if left == 0 { break }
                left -= 1
            }
            position += 1
        }
        if reach > length {
            for covered in place..<place + reach { isCovered[covered] = true }
        }
    }

    mutating func merge(_ other: NGramIndex) {
        for place in isSeen.indices where other.isSeen[place] { isSeen[place] = true }
        for place in isCovered.indices where other.isCovered[place] { isCovered[place] = true }
        for item in longest.indices where other.longest[item].count > longest[item].count {
            longest[item] = other.longest[item]
        }
    }
}

/// Units of all items in one row.
struct UnitItems: Sendable, Equatable {
    private(set) var units: [UInt32] = []
    /// By place: its item.
    private(set) var owner: [Int32] = []
    private var ends: [Int] = []

    var count: Int { ends.count }

    mutating func append(_ item: [UInt32]) {
        units.append(contentsOf: item)
        owner.append(contentsOf: repeatElement(Int32(ends.count), count: item.count))
        ends.append(units.count)
    }

    func bounds(_ item: Int) -> Range<Int> { (item == 0 ? 0 : ends[item - 1])..<ends[item] }
}

/// Polynomial hash of the last n units modulo 2^64.
struct RollingHash {
    private(set) var value: UInt64 = 0
    private let length: Int
    private var held = 0
    private var highest: UInt64 = 1
    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(length: Int) {
        self.length = length
        for _ in 1..<max(length, 2) where length > 1 { highest = highest &* Self.base }
    }

    var isFull: Bool { held == length }

    mutating func reset() { (value, held) = (0, 0) }

    @inline(__always)
    mutating func append(_ unit: UInt32, leaving: UInt32) {
        if held == length {
            value = value &- UnitHash.mix(UInt64(leaving)) &* highest
        } else {
            held += 1
        }
        value = value &* Self.base &+ UnitHash.mix(UInt64(unit))
    }
}

/// Open addressing from the hash of an n-gram to its first place; places with the same n-gram are chained.
struct NGramTable: Sendable {
    /// By place: the first place with the same n-gram, -1 where no n-gram starts.
    private(set) var head: [Int32]
    /// By place: the next place with the same n-gram, -1 at the end.
    private(set) var next: [Int32]
    private var slots: [Int32]
    private var hashes: [UInt64]
    private let length: Int
    private let mask: Int

    init(items: UnitItems, length: Int) {
        self.length = length
        head = Array(repeating: -1, count: items.units.count)
        next = Array(repeating: -1, count: items.units.count)
        var size = 16
        while size < 2 * items.units.count { size *= 2 }
        mask = size - 1
        slots = Array(repeating: -1, count: size)
        hashes = Array(repeating: 0, count: size)
        var last = [Int32](repeating: -1, count: items.units.count)
        items.units.withUnsafeBufferPointer { units in
            for item in 0..<items.count {
                let bounds = items.bounds(item)
                var rolling = RollingHash(length: length)
                for end in bounds {
                    rolling.append(units[end], leaving: end - length >= bounds.lowerBound ? units[end - length] : 0)
                    if rolling.isFull { insert(rolling.value, place: end + 1 - length, units, &last) }
                }
            }
        }
    }

    private mutating func insert(
        _ hash: UInt64, place: Int, _ units: UnsafeBufferPointer<UInt32>, _ last: inout [Int32]
    ) {
        var slot = Int(truncatingIfNeeded: UnitHash.mix(hash)) & mask
        while slots[slot] >= 0 {
            let first = Int(slots[slot])
            if hashes[slot] == hash, (0..<length).allSatisfy({ units[first + $0] == units[place + $0] }) {
                head[place] = Int32(first)
                next[Int(last[first])] = Int32(place)
                last[first] = Int32(place)
                return
            }
            slot = (slot + 1) & mask
        }
        slots[slot] = Int32(place)
        hashes[slot] = hash
        head[place] = Int32(place)
        last[place] = Int32(place)
    }

    @inline(__always)
    func find(_ hash: UInt64, _ document: UnsafeBufferPointer<UInt32>, at start: Int, units: [UInt32]) -> Int? {
        var slot = Int(truncatingIfNeeded: UnitHash.mix(hash)) & mask
        while slots[slot] >= 0 {
            let first = Int(slots[slot])
            if hashes[slot] == hash {
                var index = 0
                while index < length, units[first + index] == document[start + index] { index += 1 }
                if index == length { return first }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
