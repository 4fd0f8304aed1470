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
    let type: KeyValueType
    let rows: Int
    let queries: [Float]
    private let pages: [KernelMemory]
    private let addresses: [UnsafePointer<UInt8>?]
    private let keyOffset = 64

    private var keyBytes: Int { 64 * (dimension * type.elementBytes + type.scaleBytes(dimensions: dimension)) }
    private var valueOffset: Int { keyOffset + keyBytes }

    init(dimension: Int, positions: Int, rows: Int, type: KeyValueType) {
        var generator = SeededGenerator(seed: UInt64(dimension + rows))
        (self.dimension, self.positions, self.rows, self.type) = (dimension, positions, rows, type)
        width = (dimension + 15) / 16 * 16
        queries = generator.floats(rows * dimension, in: -0.5...0.5)
        let bytes =
            64 + 64 * (dimension + width) * type.elementBytes
            + 64 * (type.scaleBytes(dimensions: dimension) + type.scaleBytes(dimensions: width))
        pages = (0..<(positions + 63) / 64).map { _ in KernelMemory(byteCount: bytes) }
        addresses = pages.map { UnsafePointer($0.of(UInt8.self)) }
        for position in 0..<positions {
            // Each block of dimensions of another size, so that scales differ.
            let sizes = (0..<(width + 31) / 32).map { _ in Float.random(in: 0.2...1, using: &generator) }
            for d in 0..<dimension {
                store(Float.random(in: -1...1, using: &generator) * sizes[d / 32], position, keyIndex: d)
                store(Float.random(in: -1...1, using: &generator) * sizes[d / 32], position, valueIndex: d)
            }
            for block in sizes.indices where type == .q8 {
                let scale = HalfPrecision.binary16(sizes[block] / 127)
                if block * 32 < dimension { storeScale(scale, position, keyBlock: block) }
                storeScale(scale, position, valueBlock: block)
            }
        }
    }

    private func offset(_ position: Int, key: Int?, value: Int?) -> Int {
        if let key { return keyOffset + (key * 64 + position % 64) * type.elementBytes }
        return valueOffset + (position % 64 * width + (value ?? 0)) * type.elementBytes
    }

    private func scaleOffset(_ position: Int, keyBlock: Int?, valueBlock: Int?) -> Int {
        if let keyBlock { return keyOffset + 64 * dimension + 2 * (keyBlock * 64 + position % 64) }
        return valueOffset + 64 * width + position % 64 * type.scaleBytes(dimensions: width) + 2 * (valueBlock ?? 0)
    }

    private func storeScale(_ scale: UInt16, _ position: Int, keyBlock: Int? = nil, valueBlock: Int? = nil) {
        let place = scaleOffset(position, keyBlock: keyBlock, valueBlock: valueBlock)
        (pages[position / 64].base + place).storeBytes(of: scale, as: UInt16.self)
    }

    /// Codes are made of the value alone: `-1...1` becomes `-127...127`.
    private func store(_ x: Float, _ position: Int, keyIndex: Int? = nil, valueIndex: Int? = nil) {
        let address = pages[position / 64].base + offset(position, key: keyIndex, value: valueIndex)
        switch type {
        case .float32: address.storeBytes(of: x, as: Float.self)
        case .float16: address.storeBytes(of: HalfPrecision.binary16(x), as: UInt16.self)
        case .bfloat16: address.storeBytes(of: HalfPrecision.bfloat16(x), as: UInt16.self)
        case .q8: address.storeBytes(of: Int8((x * 127).rounded()), as: Int8.self)
        }
    }

    private func load(_ position: Int, key: Int? = nil, value: Int? = nil) -> Double {
        let page = pages[position / 64].base
        let address = page + offset(position, key: key, value: value)
        switch type {
        case .float32: return Double(address.load(as: Float.self))
        case .float16: return Double(HalfPrecision.float(address.load(as: UInt16.self)))
        case .bfloat16: return Double(Float(bitPattern: UInt32(address.load(as: UInt16.self)) << 16))
        case .q8:
            let place = scaleOffset(position, keyBlock: key.map { $0 / 32 }, valueBlock: value.map { $0 / 32 })
            let scale = HalfPrecision.float((page + place).load(as: UInt16.self))
            return Double(address.load(as: Int8.self)) * Double(scale)
        }
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
                type: type.code, dimension: Int32(dimension), value_width: Int32(width))
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
        for type in KeyValueType.allCases {
            for rows in [1, 3, 7, 13] {
                let fixture = AttentionFixture(dimension: dimension, positions: 150, rows: rows, type: type)
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

    @Test("does not depend on how rows are grouped", arguments: KernelTable.all, KeyValueType.allCases)
    func groupingDoesNotMatter(table: KernelTable, type: KeyValueType) {
        for (dimension, rows) in [(64, 9), (80, 9), (64, 20), (80, 20), (272, 13)] {
            check(table, dimension, rows: rows, type)
        }
    }

    private func check(_ table: KernelTable, _ dimension: Int, rows: Int, _ type: KeyValueType) {
        let fixture = AttentionFixture(dimension: dimension, positions: 200, rows: rows, type: type)
        let visible = (0..<rows).map { row in Int32(3 * row)..<Int32(200 - 5 * row) }
        let together = fixture.attend(table, rows: 0..<rows, visible: visible, positions: 0..<200, softcap: 0)
        for row in 0..<rows {
            let alone = fixture.attend(table, rows: row..<row + 1, visible: visible, positions: 0..<200, softcap: 0)
            #expect(alone.values[0] == together.values[row])
            #expect(alone.sums[0] == together.sums[row])
            #expect(alone.maxima[0] == together.maxima[row])
        }
    }

    @Test("leaves zeros for a row that sees nothing", arguments: KernelTable.all)
    func emptyRows(table: KernelTable) {
        let fixture = AttentionFixture(dimension: 64, positions: 64, rows: 2, type: .float32)
        let result = fixture.attend(
            table, rows: 0..<2, visible: [0..<10, 40..<40], positions: 0..<64, softcap: 0)
        #expect(result.sums[1] == 0)
        #expect(result.maxima[1] == -.infinity)
        #expect(result.values[1].allSatisfy { $0 == 0 })
        #expect(result.sums[0] > 0)
    }

    @Test("the sets agree to rounding", arguments: KernelTable.all)
    func setsAgree(table: KernelTable) {
        let fixture = AttentionFixture(dimension: 64, positions: 130, rows: 5, type: .float16)
        let visible = [Range<Int32>](repeating: 0..<130, count: 5)
        let a = fixture.attend(table, rows: 0..<5, visible: visible, positions: 0..<130, softcap: 0)
        let b = fixture.attend(.generic, rows: 0..<5, visible: visible, positions: 0..<130, softcap: 0)
        for row in 0..<5 {
            for d in 0..<64 { #expect(abs(a.values[row][d] - b.values[row][d]) < 1e-4) }
        }
    }
}
