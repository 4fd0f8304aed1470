/// Which parts of a text are taken: intervals over the coordinates that matter, so that a long text costs nothing.
struct IntervalCover {
    private let coordinates: [Int]
    private var taken: [Bool]

    init(_ ranges: [Range<Int>]) {
        var all: [Int] = []
        all.reserveCapacity(ranges.count * 2)
        for range in ranges {
            all.append(range.lowerBound)
            all.append(range.upperBound)
        }
        all.sort()
        var unique: [Int] = []
        for value in all where unique.last != value { unique.append(value) }
        coordinates = unique
        taken = [Bool](repeating: false, count: unique.count)
    }

    /// Takes a range; false, and nothing changes, when part of it is taken.
    mutating func insert(_ range: Range<Int>) -> Bool {
        let first = position(range.lowerBound)
        let last = position(range.upperBound)
        for index in first..<last where taken[index] { return false }
        for index in first..<last { taken[index] = true }
        return true
    }

    private func position(_ value: Int) -> Int {
        var low = 0
        var high = coordinates.count
        while low < high {
            let middle = (low + high) / 2
            if coordinates[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
