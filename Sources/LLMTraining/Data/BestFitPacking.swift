/// Puts sequences into as few rows of a fixed length as a simple rule finds: longest first, each into the row it fills best.
///
/// Source: Ding et al., "Fewer Truncations Improve Language Modeling", 2024, arXiv 2404.10830.
enum BestFitPacking {
    /// The sequences of each row, by number; rows and their contents in the order in which they were begun.
    ///
    /// - Precondition: No length is above `capacity`.
    static func pack(lengths: [Int], capacity: Int) -> [[Int]] {
        precondition(lengths.allSatisfy { $0 <= capacity }, "a sequence is longer than a row")
        let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        var rows: [[Int]] = []
        // For each number of free places the rows with so many, the last one put there first.
        var rowsByRoom = [[Int]](repeating: [], count: capacity + 1)
        var occupied = RoomSet(count: capacity + 1)
        for index in order where lengths[index] > 0 {
            let length = lengths[index]
            let row: Int
            if let room = occupied.first(from: length), let found = rowsByRoom[room].popLast() {
                if rowsByRoom[room].isEmpty { occupied.remove(room) }
                rows[found].append(index)
                row = found
                move(row, to: room - length)
            } else {
                row = rows.count
                rows.append([index])
                move(row, to: capacity - length)
            }
        }
        func move(_ row: Int, to room: Int) {
            rowsByRoom[room].append(row)
            occupied.insert(room)
        }
        return rows
    }
}

/// A set of small numbers that finds the next member quickly.
private struct RoomSet {
    private var words: [UInt64]

    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    mutating func insert(_ number: Int) { words[number >> 6] |= 1 << UInt64(number & 63) }
    mutating func remove(_ number: Int) { words[number >> 6] &= ~(1 << UInt64(number & 63)) }

    /// The smallest member that is not below `start`.
    func first(from start: Int) -> Int? {
        var index = start >> 6
        guard index < words.count else { return nil }
        var word = words[index] & (~0 << UInt64(start & 63))
        while word == 0 {
            index += 1
            guard index < words.count else { return nil }
            word = words[index]
        }
        return index << 6 + word.trailingZeroBitCount
    }
}
