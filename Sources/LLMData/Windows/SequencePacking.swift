/// How sequences of tokens are put into rows of a fixed length.
///
/// The same lengths give the same rows, on every machine.
public struct SequencePacking: Sendable, Equatable {
    /// A part of a sequence in a row.
    public struct Piece: Sendable, Equatable {
        /// The number of the sequence.
        public var sequence: Int
        /// Its tokens, counted from its start.
        public var tokens: Range<Int>

        /// Makes a piece.
        public init(sequence: Int, tokens: Range<Int>) {
            self.sequence = sequence
            self.tokens = tokens
        }
    }

    /// Tokens that fit a row.
    public let rowLength: Int
    /// The pieces of each row, in the order they lie there.
    public let rows: [[Piece]]

    /// Tokens in all rows.
    public var tokenCount: Int { rows.reduce(0) { $1.reduce($0) { $0 + $1.tokens.count } } }

    /// The share of the rows that tokens fill, 0...1; 1 without rows.
    public var efficiency: Double {
        rows.isEmpty ? 1 : Double(tokenCount) / (Double(rows.count) * Double(rowLength))
    }

    /// Whole sequences, longest first, each into the fullest row that still has room: best fit decreasing.
    ///
    /// Sequences longer than a row are cut into rows of their own and a rest. Empty ones are left out. Equal lengths keep
    /// their order. Source: D. S. Johnson, "Near-optimal bin packing algorithms", MIT, 1973; for training rows: H. Ding
    /// et al., "Fewer Truncations Improve Language Modeling", 2024.
    ///
    /// - Complexity: O(n log n) and a short scan for each sequence.
    /// - Precondition: `rowLength` is positive.
    public static func bestFitDecreasing(lengths: [Int], rowLength: Int) -> SequencePacking {
        precondition(rowLength > 0, "rows of \(rowLength) tokens")
        var pieces: [Piece] = []
        for (sequence, length) in lengths.enumerated() {
            for start in stride(from: 0, to: length, by: rowLength) {
                pieces.append(Piece(sequence: sequence, tokens: start..<min(length, start + rowLength)))
            }
        }
        let order = pieces.indices.sorted {
            (pieces[$1].tokens.count, $0) < (pieces[$0].tokens.count, $1)
        }
        var rows: [[Piece]] = []
        var free = FreeRows(rowLength: rowLength)
        for index in order {
            let piece = pieces[index]
            let length = piece.tokens.count
            if let (row, room) = free.take(atLeast: length) {
                rows[row].append(piece)
                free.add(row: row, room: room - length)
            } else {
                rows.append([piece])
                free.add(row: rows.count - 1, room: rowLength - length)
            }
        }
        return SequencePacking(rowLength: rowLength, rows: rows)
    }

    /// All sequences end to end, cut every `rowLength` tokens.
    ///
    /// - Parameter keepsShortRow: whether the rest, which fills no row, is kept.
    /// - Precondition: `rowLength` is positive.
    public static func concatenated(lengths: [Int], rowLength: Int, keepsShortRow: Bool = false) -> SequencePacking {
        precondition(rowLength > 0, "rows of \(rowLength) tokens")
        var rows: [[Piece]] = []
        var row: [Piece] = []
        var room = rowLength
        for (sequence, length) in lengths.enumerated() {
            var start = 0
            while start < length {
                let end = min(length, start + room)
                row.append(Piece(sequence: sequence, tokens: start..<end))
                room -= end - start
                start = end
                if room == 0 {
                    rows.append(row)
                    row = []
                    room = rowLength
                }
            }
        }
        if keepsShortRow, !row.isEmpty { rows.append(row) }
        return SequencePacking(rowLength: rowLength, rows: rows)
    }
}

/// Rows by the room they have left; of equal ones the row added last comes first.
private struct FreeRows {
    private var rows: [[Int]]
    /// One bit per room that some row has.
    private var occupied: [UInt64]

    init(rowLength: Int) {
        rows = Array(repeating: [], count: rowLength)
        occupied = Array(repeating: 0, count: rowLength / 64 + 1)
    }

    mutating func add(row: Int, room: Int) {
        guard room > 0 else { return }
        rows[room].append(row)
        occupied[room / 64] |= 1 << UInt64(room % 64)
    }

    /// Takes the row with the least room that is enough.
    mutating func take(atLeast length: Int) -> (row: Int, room: Int)? {
        guard length < rows.count else { return nil }
        var word = length / 64
        var bits = occupied[word] & (UInt64.max << UInt64(length % 64))
        while bits == 0 {
            word += 1
            guard word < occupied.count else { return nil }
            bits = occupied[word]
        }
        let room = word * 64 + bits.trailingZeroBitCount
        guard let row = rows[room].popLast() else { return nil }
        if rows[room].isEmpty { occupied[word] &= ~(1 << UInt64(room % 64)) }
        return (row, room)
    }
}
