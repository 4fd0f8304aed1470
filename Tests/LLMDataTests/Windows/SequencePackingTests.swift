import LLMTensor
import Testing

@testable import LLMData

@Suite struct SequencePackingTests {
    private func check(_ packing: SequencePacking, _ lengths: [Int]) {
        var parts: [Int: [Range<Int>]] = [:]
        for row in packing.rows {
            #expect(row.reduce(0) { $0 + $1.tokens.count } <= packing.rowLength)
            for piece in row { parts[piece.sequence, default: []].append(piece.tokens) }
        }
        for (index, length) in lengths.enumerated() {
            let ranges = (parts[index] ?? []).sorted { $0.lowerBound < $1.lowerBound }
            #expect(ranges.flatMap { Array($0) } == Array(0..<length))
        }
    }

    @Test func `best fit decreasing fills rows with whole sequences`() {
        let packing = SequencePacking.bestFitDecreasing(lengths: [4, 8, 1, 4, 2, 1], rowLength: 10)
        #expect(
            packing.rows.map { $0.map(\.sequence) } == [[1, 2, 5], [0, 3, 4]])
        #expect(packing.efficiency == 1)
        check(packing, [4, 8, 1, 4, 2, 1])
    }

    @Test func `no token is lost or doubled, and short sequences waste little`() {
        var generator = CounterGenerator(seed: 21)
        for rowLength in [1, 7, 64, 65, 512] {
            let lengths = (0..<2000).map { _ in Int(generator.next(upperBound: UInt(rowLength * 2))) }
            let packing = SequencePacking.bestFitDecreasing(lengths: lengths, rowLength: rowLength)
            check(packing, lengths)
            #expect(packing == SequencePacking.bestFitDecreasing(lengths: lengths, rowLength: rowLength))
            // The guarantee of the method: at most 11/9 of the best possible number of rows, and 4 more.
            let least = (lengths.reduce(0, +) + rowLength - 1) / rowLength
            let sizes = lengths.flatMap { length in
                stride(from: 0, to: length, by: rowLength).map { min(length - $0, rowLength) }
            }
            let best = max(least, sizes.filter { $0 * 2 > rowLength }.count)
            #expect(Double(packing.rows.count) <= 11 / 9 * Double(best) + 4)
        }
        let short = (0..<5000).map { _ in 1 + Int(generator.next(upperBound: UInt(200))) }
        #expect(SequencePacking.bestFitDecreasing(lengths: short, rowLength: 1024).efficiency > 0.995)
    }

    @Test func `concatenated rows are full, and the rest is kept when asked for`() {
        let lengths = [3, 0, 9, 4]
        let chopped = SequencePacking.concatenated(lengths: lengths, rowLength: 5)
        #expect(chopped.rows.count == 3 && chopped.efficiency == 1)
        let all = SequencePacking.concatenated(lengths: lengths, rowLength: 5, keepsShortRow: true)
        check(all, lengths)
        #expect(all.rows.count == 4 && all.efficiency == 0.8)
        #expect(SequencePacking.concatenated(lengths: [], rowLength: 5).efficiency == 1)
    }
}
