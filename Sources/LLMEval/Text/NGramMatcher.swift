/// Counts the n-grams that a hypothesis shares with its references, clipped to how often the references have them.
struct NGramMatcher: Sendable {
    private var table = PairTable()
    private var remaining: [Int32] = []
    private var occurrences: [Int32] = []
    private var names: [Int32] = []

    /// Matches of order 1 to `matches.count`; a reference n-gram counts as often as in the reference that has it most.
    ///
    /// - Parameters:
    ///   - hypothesis: numbers of words or characters, not negative.
    ///   - references: the numbers of all references, one after the other.
    ///   - ends: where each reference ends.
    ///   - matches: receives the matches per order.
    mutating func countMatches(
        hypothesis: [Int32], references: [Int32], ends: [Int], into matches: inout [Int]
    ) {
        let orders = matches.count
        for order in 0..<orders { matches[order] = 0 }
        table.removeAll(capacity: references.count * orders)
        Self.clear(&remaining, count: references.count * orders)
        if ends.count == 1 {
            addReference(references[...], orders: orders)
        } else {
            addReferences(references, ends: ends, orders: orders)
        }
        names.removeAll(keepingCapacity: true)
        names.append(contentsOf: repeatElement(-2, count: hypothesis.count))
        hypothesis.withUnsafeBufferPointer { hypothesis in
            names.withUnsafeMutableBufferPointer { names in
                remaining.withUnsafeMutableBufferPointer { remaining in
                    for order in 0..<orders where order < hypothesis.count {
                        let names = UnsafeMutableBufferPointer(rebasing: names[..<(hypothesis.count - order)])
                        table.find(names, last: UnsafeBufferPointer(rebasing: hypothesis[order...]))
                        var matched = 0
                        for name in names where name >= 0 && remaining[Int(name)] > 0 {
                            remaining[Int(name)] &-= 1
                            matched &+= 1
                        }
                        matches[order] = matched
                    }
                }
            }
        }
    }

    private mutating func addReference(_ reference: ArraySlice<Int32>, orders: Int) {
        names.removeAll(keepingCapacity: true)
        names.append(contentsOf: repeatElement(-2, count: reference.count))
        reference.withUnsafeBufferPointer { reference in
            names.withUnsafeMutableBufferPointer { names in
                remaining.withUnsafeMutableBufferPointer { remaining in
                    for order in 0..<orders where order < reference.count {
                        let names = UnsafeMutableBufferPointer(rebasing: names[..<(reference.count - order)])
                        table.insert(names, last: UnsafeBufferPointer(rebasing: reference[order...]))
                        for name in names { remaining[Int(name)] &+= 1 }
                    }
                }
            }
        }
    }

    private mutating func addReferences(_ references: [Int32], ends: [Int], orders: Int) {
        // `remaining` counts one reference at a time, `occurrences` keeps the largest count.
        Self.clear(&occurrences, count: references.count * orders)
        var start = 0
        for end in ends {
            addReference(references[start..<end], orders: orders)
            for name in 0..<Int(table.count) {
                occurrences[name] = max(occurrences[name], remaining[name])
                remaining[name] = 0
            }
            start = end
        }
        swap(&remaining, &occurrences)
    }

    private static func clear(_ array: inout [Int32], count: Int) {
        array.removeAll(keepingCapacity: true)
        array.append(contentsOf: repeatElement(0, count: count))
    }
}
