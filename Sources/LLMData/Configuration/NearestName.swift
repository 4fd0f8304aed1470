/// Finds what somebody who mistyped a name probably meant.
package enum NearestName {
    /// The known name with the fewest edits, if they are few for its length.
    package static func nearest(to name: String, among known: [String]) -> String? {
        let typed = folded(name)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let letters = folded(candidate)
            guard letters.count <= 100, typed.count <= 100 else { continue }
            let distance = distance(typed, letters)
            if distance <= max(1, min(typed.count, letters.count) / 3), distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// Lower case without separators, so that `learning_rate` and `learningRate` are the same.
    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.compactMap { byte in
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: " "): nil
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: byte
            }
        }
    }

    /// Edits between two names: insertions, deletions, replacements, swaps of neighbours.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: second.count + 1)
        var last = Array(0...second.count)
        for (row, letter) in first.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[second.count]
    }
}
