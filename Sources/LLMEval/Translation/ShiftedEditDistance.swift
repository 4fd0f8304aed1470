/// Edit distance where a run of words may also be moved as a whole at the price of one edit.
///
/// Finding the best sequence of moves is NP-hard; this follows Tercom's greedy search as sacrebleu has it, so that the
/// same moves are found: of all moves that put a matching run where it is wrong on both sides, take the one that lowers
/// the edit distance most, until none does. The distance itself is computed in a beam around the diagonal.
struct ShiftedEditDistance: Sendable {
    private static let maximumShiftLength = 10
    private static let maximumShiftDistance = 50
    private static let maximumCandidates = 1000

    private var distance = BeamEditDistance()
    private var alignment = WordAlignment()

    /// Edits that turn `hypothesis` into `reference`, moves included.
    mutating func edits(hypothesis: [Int32], reference: [Int32]) -> Int {
        guard !reference.isEmpty else { return hypothesis.count }
        var words = hypothesis
        var shifts = 0
        var candidates = 0
        distance.begin(reference: reference, hypothesisLength: words.count)
        while true {
            let before = Int(distance.align(words, &alignment))
            let best = bestShift(of: words, reference: reference, distanceBefore: before, candidates: &candidates)
            guard candidates < Self.maximumCandidates, let best, best.gain > 0 else { return shifts + before }
            shifts += 1
            words = Self.shifted(words, start: best.start, length: best.length, target: best.target)
        }
    }

    private struct Shift {
        var gain: Int
        var length: Int
        var start: Int
        var target: Int

        /// More gained, then longer, then from further left, then to further left.
        func isBetter(than other: Shift) -> Bool {
            (gain, length, -start, -target) > (other.gain, other.length, -other.start, -other.target)
        }
    }

    private mutating func bestShift(
        of words: [Int32], reference: [Int32], distanceBefore: Int, candidates: inout Int
    ) -> Shift? {
        var best: Shift?
        for start in words.indices {
            let first = max(0, start - Self.maximumShiftDistance)
            let last = min(reference.count - 1, start + Self.maximumShiftDistance)
            guard first <= last else { continue }
            for target in first...last where words[start] == reference[target] {
                var length = 0
                let limit = min(Self.maximumShiftLength, words.count - start, reference.count - target)
                while length < limit, words[start + length] == reference[target + length] {
                    length += 1
                    guard alignment.hasErrors(inHypothesis: start..<start + length),
                        alignment.hasErrors(inReference: target..<target + length),
                        !(start..<start + length).contains(alignment.positions[target])
                    else { continue }
                    tryTargets(
                        words, start: start, reference: target, length: length, distanceBefore: distanceBefore,
                        best: &best, candidates: &candidates)
                    if candidates >= Self.maximumCandidates { return best }
                }
            }
        }
        return best
    }

    /// Tries the places before and behind every word of the run's counterpart.
    private mutating func tryTargets(
        _ words: [Int32], start: Int, reference: Int, length: Int, distanceBefore: Int, best: inout Shift?,
        candidates: inout Int
    ) {
        var previous = -1
        for offset in -1..<length {
            let target = reference + offset == -1 ? 0 : alignment.positions[reference + offset] + 1
            if target == previous { continue }
            previous = target
            candidates += 1
            // Only a move that gains, and gains as much as the best one, can be taken.
            let needed = distanceBefore - max(1, best?.gain ?? 1)
            let after = distance.ofShifted(words, start: start, length: length, target: target, atMost: needed)
            guard let after else { continue }
            let shift = Shift(gain: distanceBefore - after, length: length, start: start, target: target)
            if best.map({ shift.isBetter(than: $0) }) ?? true { best = shift }
        }
    }

    private static func shifted(_ words: [Int32], start: Int, length: Int, target: Int) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(words.count)
        forEachShifted(count: words.count, start: start, length: length, target: target) { result.append(words[$0]) }
        return result
    }

    /// The order of words after `length` words from `start` are put before what stands at `target`.
    @inline(__always) static func forEachShifted(
        count: Int, start: Int, length: Int, target: Int, _ body: (Int) -> Void
    ) {
        let end = start + length
        if target < start {
            for index in 0..<target { body(index) }
            for index in start..<end { body(index) }
            for index in target..<start { body(index) }
            for index in end..<count { body(index) }
        } else {
            // Behind the run, `target` counts in the old order; inside the run, from its start on.
            let middle = min(count, target > end ? target : length + target)
            for index in 0..<start { body(index) }
            for index in end..<middle { body(index) }
            for index in start..<end { body(index) }
            for index in middle..<count { body(index) }
        }
    }
}

/// Which word of a hypothesis stands against each word of a reference, and where they differ.
struct WordAlignment: Sendable {
    /// Per reference word the index of the hypothesis word at or before it, −1 before the first.
    fileprivate(set) var positions: [Int] = []
    /// Running sums of the errors before each position.
    fileprivate var hypothesisErrors: [Int] = []
    fileprivate var referenceErrors: [Int] = []

    func hasErrors(inHypothesis range: Range<Int>) -> Bool {
        hypothesisErrors[range.upperBound] > hypothesisErrors[range.lowerBound]
    }

    func hasErrors(inReference range: Range<Int>) -> Bool {
        referenceErrors[range.upperBound] > referenceErrors[range.lowerBound]
    }
}

/// Edit distance of word sequences in a beam around the diagonal, with the rows of the last aligned sequence kept.
struct BeamEditDistance: Sendable {
    private static let beamWidth = 25
    /// More than any distance, and safe to add one to.
    private static let unreachable = Int32.max / 2

    private enum Step {
        static let none: UInt8 = 0
        static let match: UInt8 = 1
        static let substitution: UInt8 = 2
        static let deletion: UInt8 = 3
        static let insertion: UInt8 = 4
    }

    private var reference: [Int32] = []
    private var rowCount = 0
    private var columns = 0
    /// First and one past the last column of the beam, per row.
    private var beams: [(first: Int32, end: Int32)] = []
    /// `[rows, columns]`: distance between prefixes.
    private var costs: [Int32] = []
    private var steps: [UInt8] = []
    private var moved: [Int32] = []
    private var scratch: [Int32] = []
    private var trace: [UInt8] = []

    /// Sets the reference and the length of the hypotheses to come.
    mutating func begin(reference: [Int32], hypothesisLength: Int) {
        self.reference = reference
        columns = reference.count + 1
        rowCount = hypothesisLength + 1
        let ratio = hypothesisLength > 0 ? Double(reference.count) / Double(hypothesisLength) : 1
        let halfRatio = ratio / 2
        let width =
            Double(Self.beamWidth) < halfRatio
            ? Int((halfRatio + Double(Self.beamWidth)).rounded(.up)) : Self.beamWidth
        beams.removeAll(keepingCapacity: true)
        for row in 0..<rowCount {
            let diagonal = Int((Double(row) * ratio).rounded(.down))
            let isWhole = row == 0
            let end = row == hypothesisLength ? columns : min(columns, diagonal + width)
            beams.append(
                (first: isWhole ? 0 : Int32(max(0, diagonal - width)), end: isWhole ? Int32(columns) : Int32(end)))
        }
        costs = Array(repeating: Self.unreachable, count: rowCount * columns)
        steps = Array(repeating: Step.none, count: rowCount * columns)
        scratch = Array(repeating: Self.unreachable, count: rowCount * columns)
        for column in 0..<columns {
            costs[column] = Int32(column)
            steps[column] = Step.insertion
        }
    }

    /// The distance of `words`, which are kept as the sequence that moves are tried on, and their alignment.
    mutating func align(_ words: [Int32], _ alignment: inout WordAlignment) -> Int32 {
        for row in 1..<max(1, rowCount) {
            let (first, end) = (Int(beams[row].first), Int(beams[row].end))
            let (above, current) = ((row - 1) * columns, row * columns)
            for column in 0..<columns { costs[current + column] = Self.unreachable }
            for column in first..<end {
                if column == 0 {
                    costs[current] = costs[above] + 1
                    steps[current] = Step.deletion
                    continue
                }
                let isEqual = words[row - 1] == reference[column - 1]
                var cost = costs[above + column - 1] + (isEqual ? 0 : 1)
                var step = isEqual ? Step.match : Step.substitution
                if costs[above + column] + 1 < cost {
                    cost = costs[above + column] + 1
                    step = Step.deletion
                }
                if costs[current + column - 1] + 1 < cost {
                    cost = costs[current + column - 1] + 1
                    step = Step.insertion
                }
                costs[current + column] = cost
                steps[current + column] = step
            }
        }
        readAlignment(into: &alignment)
        return costs[rowCount * columns - 1]
    }

    private mutating func readAlignment(into alignment: inout WordAlignment) {
        trace.removeAll(keepingCapacity: true)
        var (row, column) = (rowCount - 1, columns - 1)
        while row > 0 || column > 0 {
            let step = steps[row * columns + column]
            trace.append(step)
            if step != Step.insertion { row -= 1 }
            if step != Step.deletion { column -= 1 }
        }
        alignment.positions.removeAll(keepingCapacity: true)
        alignment.hypothesisErrors = [0]
        alignment.referenceErrors = [0]
        var position = -1
        for step in trace.reversed() {
            let error = step == Step.match ? 0 : 1
            if step != Step.insertion {
                position += 1
                alignment.hypothesisErrors.append(
                    alignment.hypothesisErrors[alignment.hypothesisErrors.count - 1] + error)
            }
            if step != Step.deletion {
                alignment.positions.append(position)
                alignment.referenceErrors.append(alignment.referenceErrors[alignment.referenceErrors.count - 1] + error)
            }
        }
    }

    /// The distance of the aligned words after a move, nil when it is more than `limit`.
    mutating func ofShifted(_ words: [Int32], start: Int, length: Int, target: Int, atMost limit: Int) -> Int? {
        moved.removeAll(keepingCapacity: true)
        ShiftedEditDistance.forEachShifted(count: words.count, start: start, length: length, target: target) {
            moved.append(words[$0])
        }
        // Rows before the first moved word are those of the aligned sequence.
        let firstRow = min(start, target) + 1
        let rowCount = rowCount
        let columns = columns
        return costs.withUnsafeBufferPointer { known in
            scratch.withUnsafeMutableBufferPointer { rows in
                reference.withUnsafeBufferPointer { reference in
                    var above = UnsafePointer(known.baseAddress.unsafelyUnwrapped + (firstRow - 1) * columns)
                    for row in firstRow..<rowCount {
                        let current = rows.baseAddress.unsafelyUnwrapped + row * columns
                        let smallest = Self.fillRow(
                            current, above: above, word: moved[row - 1], reference: reference, beam: beams[row])
                        if Int(smallest) > limit { return nil }
                        above = UnsafePointer(current)
                    }
                    let distance = Int(above[columns - 1])
                    return distance > limit ? nil : distance
                }
            }
        }
    }

    /// Fills one row and returns its smallest distance. Cells outside of any row's beam keep `unreachable`.
    @inline(__always) private static func fillRow(
        _ current: UnsafeMutablePointer<Int32>, above: UnsafePointer<Int32>, word: Int32,
        reference: UnsafeBufferPointer<Int32>, beam: (first: Int32, end: Int32)
    ) -> Int32 {
        var column = Int(beam.first)
        let end = Int(beam.end)
        var left = unreachable
        var smallest = unreachable
        if column == 0 {
            left = above[0] &+ 1
            current[0] = left
            smallest = left
            column = 1
        }
        while column < end {
            let substitution = above[column &- 1] &+ (word == reference[column &- 1] ? 0 : 1)
            let cost = min(substitution, min(above[column], left) &+ 1)
            current[column] = cost
            left = cost
            smallest = min(smallest, cost)
            column &+= 1
        }
        return smallest
    }
}
