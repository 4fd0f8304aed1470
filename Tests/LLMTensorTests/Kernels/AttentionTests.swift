import CLLMKernels
import LLMTensor
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Pages of one head with random keys and values, and what rows of queries see.
private final class AttentionFixture {
    let dimension: Int
    let width: Int
    let positions: Int
    let isHalf: Bool
    let rows: Int
    let queries: [Float]
    private let pages: [KernelMemory]
    private let addresses: [UnsafePointer<UInt8>?]
    private let keyOffset = 64

    private var elementBytes: Int { isHalf ? 2 : 4 }
    private var valueOffset: Int { keyOffset + dimension * 64 * elementBytes }

    init(dimension: Int, positions: Int, rows: Int, isHalf: Bool) {
        var generator = SeededGenerator(seed: UInt64(dimension + rows))
        (self.dimension, self.positions, self.rows, self.isHalf) = (dimension, positions, rows, isHalf)
        width = (dimension + 15) / 16 * 16
        queries = generator.floats(rows * dimension, in: -0.5...0.5)
        let elementBytes = isHalf ? 2 : 4
        let bytes = 64 + 64 * (dimension + width) * elementBytes
        pages = (0..<(positions + 63) / 64).map { _ in KernelMemory(byteCount: bytes) }
        addresses = pages.map { UnsafePointer($0.of(UInt8.self)) }
        for position in 0..<positions {
            for d in 0..<dimension {
                store(Float.random(in: -1...1, using: &generator), position, keyIndex: d)
                store(Float.random(in: -1...1, using: &generator), position, valueIndex: d)
            }
        }
    }

    private func offset(_ position: Int, key: Int?, value: Int?) -> Int {
        if let key { return keyOffset + (key * 64 + position % 64) * elementBytes }
        return valueOffset + (position % 64 * width + (value ?? 0)) * elementBytes
    }

    private func store(_ x: Float, _ position: Int, keyIndex: Int? = nil, valueIndex: Int? = nil) {
        let address = pages[position / 64].base + offset(position, key: keyIndex, value: valueIndex)
        if isHalf {
            address.storeBytes(of: HalfPrecision.binary16(x), as: UInt16.self)
        } else {
            address.storeBytes(of: x, as: Float.self)
        }
    }

    private func load(_ position: Int, key: Int? = nil, value: Int? = nil) -> Double {
        let address = pages[position / 64].base + offset(position, key: key, value: value)
        return Double(isHalf ? HalfPrecision.float(address.load(as: UInt16.self)) : address.load(as: Float.self))
    }

    struct Output: Equatable {
        var values: [[Float]]
        var maxima: [Float]
        var sums: [Float]
    }

    func attend(
        _ table: KernelTable, rows range: Range<Int>, visible: [Range<Int32>], positions: Range<Int32>, softcap: Float
    ) -> Output {
        let stride = width + 16
        let count = range.count
        let out = KernelMemory(byteCount: 4 * stride * count)
        let scratch = KernelMemory(byteCount: 4 * 64 * count)
        var maxima = [Float](repeating: 0, count: count)
        var sums = [Float](repeating: 0, count: count)
        let lower = range.map { visible[$0].lowerBound }
        let upper = range.map { visible[$0].upperBound }
        addresses.withUnsafeBufferPointer { addresses in
            var kv = llmk_key_values(
                pages: addresses.baseAddress, key_offset: Int64(keyOffset), value_offset: Int64(valueOffset),
                is_half: isHalf ? 1 : 0, dimension: Int32(dimension), value_width: Int32(width))
            queries.withUnsafeBufferPointer { queries in
                guard let base = queries.baseAddress else { return }
                table.kernels.attend(
                    &kv, base + range.lowerBound * dimension, Int64(dimension), Int32(count), lower, upper,
                    positions.lowerBound, positions.upperBound, softcap, out.of(Float.self), Int64(stride), &maxima,
                    &sums, scratch.of(Float.self))
            }
        }
        let values = (0..<count).map { row in (0..<width).map { out.of(Float.self)[row * stride + $0] } }
        return Output(values: values, maxima: maxima, sums: sums)
    }

    func reference(row: Int, visible: Range<Int>, softcap: Double) -> [Double] {
        let scores = visible.map { position -> Double in
            let score = (0..<dimension).reduce(0.0) {
                $0 + Double(queries[row * dimension + $1]) * load(position, key: $1)
            }
            return softcap > 0 ? softcap * tanh(score / softcap) : score
        }
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        let sum = weights.reduce(0, +)
        return (0..<dimension).map { d in
            zip(visible, weights).reduce(0.0) { $0 + $1.1 * load($1.0, value: d) } / sum
        }
    }
}

@Suite("Attention over pages") struct AttentionTests {
    @Test(
        "agrees with a softmax in double precision", arguments: KernelTable.all, [8, 16, 64, 80, 128, 256])
    func agreesWithReference(table: KernelTable, dimension: Int) {
        for isHalf in [false, true] {
            for rows in [1, 3, 7, 13] {
                let fixture = AttentionFixture(dimension: dimension, positions: 150, rows: rows, isHalf: isHalf)
                for (window, first, softcap) in [(1000, 0, 0), (20, 37, 5), (64, 0, 0)] as [(Int, Int, Float)] {
                    // Row r stands at position 149 - 11 r: causal, with a sliding window.
                    let visible = (0..<rows).map { row -> Range<Int32> in
                        let end = max(150 - 11 * row, first + 1)
                        return Int32(max(end - window, 0))..<Int32(end)
                    }
                    let result = fixture.attend(
                        table, rows: 0..<rows, visible: visible, positions: Int32(first)..<150, softcap: softcap)
                    for row in [0, rows / 2, rows - 1] {
                        let range = max(Int(visible[row].lowerBound), first)..<Int(visible[row].upperBound)
                        let expected = fixture.reference(row: row, visible: range, softcap: Double(softcap))
                        #expect(result.sums[row] >= 1)
                        for d in 0..<dimension {
                            // Scores of size 4 are rounded at 2^-22, weights follow; values are below one.
                            let value = Double(result.values[row][d]) / Double(result.sums[row])
                            #expect(abs(value - expected[d]) < 2e-5)
                        }
                        #expect(result.values[row][dimension...].allSatisfy { $0 == 0 })
                    }
                }
            }
        }
    }

    @Test("does not depend on how rows are grouped", arguments: KernelTable.all, [64, 80])
    func groupingDoesNotMatter(table: KernelTable, dimension: Int) {
        let fixture = AttentionFixture(dimension: dimension, positions: 200, rows: 9, isHalf: true)
        let visible = (0..<9).map { row in Int32(3 * row)..<Int32(200 - 5 * row) }
        let together = fixture.attend(table, rows: 0..<9, visible: visible, positions: 0..<200, softcap: 0)
        for row in 0..<9 {
            let alone = fixture.attend(table, rows: row..<row + 1, visible: visible, positions: 0..<200, softcap: 0)
            #expect(alone.values[0] == together.values[row])
            #expect(alone.sums[0] == together.sums[row])
            #expect(alone.maxima[0] == together.maxima[row])
        }
    }

    @Test("leaves zeros for a row that sees nothing", arguments: KernelTable.all)
    func emptyRows(table: KernelTable) {
        let fixture = AttentionFixture(dimension: 64, positions: 64, rows: 2, isHalf: false)
        let result = fixture.attend(
            table, rows: 0..<2, visible: [0..<10, 40..<40], positions: 0..<64, softcap: 0)
        #expect(result.sums[1] == 0)
        #expect(result.maxima[1] == -.infinity)
        #expect(result.values[1].allSatisfy { $0 == 0 })
        #expect(result.sums[0] > 0)
    }

    @Test("the sets agree to rounding", arguments: KernelTable.all)
    func setsAgree(table: KernelTable) {
        let fixture = AttentionFixture(dimension: 64, positions: 130, rows: 5, isHalf: true)
        let visible = [Range<Int32>](repeating: 0..<130, count: 5)
        let a = fixture.attend(table, rows: 0..<5, visible: visible, positions: 0..<130, softcap: 0)
        let b = fixture.attend(.generic, rows: 0..<5, visible: visible, positions: 0..<130, softcap: 0)
        for row in 0..<5 {
            for d in 0..<64 { #expect(abs(a.values[row][d] - b.values[row][d]) < 1e-4) }
        }
    }
}
