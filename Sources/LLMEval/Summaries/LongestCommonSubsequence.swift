/// Longest common subsequences by bit vectors, 64 positions to a word (Crochemore et al., 2001; Hyyrö, 2004).
///
/// After the first i words of one side, bit j of the row is 0 where word j of the other side adds one to the length.
struct LongestCommonSubsequence: Sendable {
    private var table: [Int32: Int] = [:]
    private var masks: [UInt64] = []
    /// Rows of bits: one, or all when positions are asked for.
    private var rows: [UInt64] = []
    private var wordsPerRow = 0

    /// The length, in O(first · second / 64).
    mutating func length(_ first: ArraySlice<Int32>, _ second: ArraySlice<Int32>) -> Int {
        guard !first.isEmpty, !second.isEmpty else { return 0 }
        prepare(second, rowCount: 1)
        for word in first { advance(from: 0, to: 0, by: word) }
        return zeros(row: 0, before: second.count)
    }

    /// Marks the positions in `first` of one longest subsequence: at a tie, the one that `rouge-score` walks back to.
    mutating func markPositions(
        of first: ArraySlice<Int32>, _ second: ArraySlice<Int32>, in marks: inout [Bool]
    ) {
        guard !first.isEmpty, !second.isEmpty else { return }
        prepare(second, rowCount: first.count + 1)
        for (index, word) in first.enumerated() { advance(from: index, to: index + 1, by: word) }
        var (i, j) = (first.count, second.count)
        // Lengths for prefixes (i, j) and (i − 1, j).
        var here = zeros(row: i, before: j)
        var above = zeros(row: i - 1, before: j)
        while i > 0, j > 0 {
            if first[first.startIndex + i - 1] == second[second.startIndex + j - 1] {
                marks[i - 1] = true
                i -= 1
                j -= 1
                here = above - (isZero(row: i, j) ? 1 : 0)
                above = i > 0 ? zeros(row: i - 1, before: j) : 0
            } else {
                let left = here - (isZero(row: i, j - 1) ? 1 : 0)
                if left > above {
                    j -= 1
                    here = left
                    above -= isZero(row: i - 1, j) ? 1 : 0
                } else {
                    i -= 1
                    here = above
                    above = i > 0 ? zeros(row: i - 1, before: j) : 0
                }
            }
        }
    }

    /// Bit masks of where each word stands in `second`, and the first row.
    private mutating func prepare(_ second: ArraySlice<Int32>, rowCount: Int) {
        wordsPerRow = (second.count + 63) / 64
        table.removeAll(keepingCapacity: true)
        masks.removeAll(keepingCapacity: true)
        for (position, word) in second.enumerated() {
            let start: Int
            if let known = table[word] {
                start = known
            } else {
                start = masks.count
                table[word] = start
                masks.append(contentsOf: repeatElement(0, count: wordsPerRow))
            }
            masks[start + position / 64] |= 1 << UInt64(position % 64)
        }
        rows.removeAll(keepingCapacity: true)
        rows.append(contentsOf: repeatElement(.max, count: wordsPerRow * rowCount))
    }

    private mutating func advance(from source: Int, to target: Int, by word: Int32) {
        let (from, to) = (source * wordsPerRow, target * wordsPerRow)
        guard let mask = table[word] else {
            if from != to { for index in 0..<wordsPerRow { rows[to + index] = rows[from + index] } }
            return
        }
        var carry: UInt64 = 0
        for index in 0..<wordsPerRow {
            let row = rows[from + index]
            let matches = row & masks[mask + index]
            let (sum, overflow) = row.addingReportingOverflow(matches)
            let (total, second) = sum.addingReportingOverflow(carry)
            carry = overflow || second ? 1 : 0
            rows[to + index] = total | row & ~matches
        }
    }

    private func isZero(row: Int, _ position: Int) -> Bool {
        rows[row * wordsPerRow + position / 64] >> UInt64(position % 64) & 1 == 0
    }

    private func zeros(row: Int, before end: Int) -> Int {
        let start = row * wordsPerRow
        var count = 0
        for index in 0..<end / 64 { count += (~rows[start + index]).nonzeroBitCount }
        if end % 64 != 0 { count += (~rows[start + end / 64] & (1 << UInt64(end % 64) - 1)).nonzeroBitCount }
        return count
    }
}
