import CLLMKernels
import LLMTensor
import Testing

@Suite("Quantization of activations") struct QuantizeTests {
    private static let rows: [[Float]] = {
        var generator = SeededGenerator(seed: 41)
        var rows = (0..<20).map { i in generator.floats(96, in: -Float(1 << i)...Float(1 << i) * 0.7) }
        rows.append([Float](repeating: 0, count: 96))
        rows.append([Float](repeating: 1e-35, count: 96))
        rows.append([Float](repeating: -.leastNonzeroMagnitude, count: 96))
        rows.append((0..<96).map { $0 % 2 == 0 ? 3.4e38 : -3.4e38 })
        // Halves of a step: ties.
        rows.append((0..<96).map { Float($0) - 32.5 } + [])
        rows[rows.count - 1][0] = 127
        rows.append(generator.floats(96, in: -1e-20...1e-20))
        return rows
    }()

    @Test("gives the same bits with every set", arguments: KernelTable.all, [1, 2])
    func setsAgree(table: KernelTable, planes: Int) {
        for row in Self.rows {
            let a = ActivationFixture([row], planes: planes, table: table)
            let b = ActivationFixture([row], planes: planes, table: .generic)
            for i in 0..<planes * 96 { #expect(a.codes[i] == b.codes[i]) }
            for i in 0..<3 {
                #expect(a.scales[i].bitPattern == b.scales[i].bitPattern)
                #expect(a.sums[i].bitPattern == b.sums[i].bitPattern)
            }
            for i in 0..<3 * planes { #expect(a.starts[i] == b.starts[i]) }
            for i in 0..<6 * planes { #expect(a.starts16[i] == b.starts16[i]) }
            for i in 0..<6 { #expect(a.sums16[i].bitPattern == b.sums16[i].bitPattern) }
        }
    }

    @Test("is within half a step, and its sums are those of the codes", arguments: KernelTable.all, [1, 2])
    func error(table: KernelTable, planes: Int) {
        for row in Self.rows.prefix(20) {
            let x = ActivationFixture([row], planes: planes, table: table)
            for column in 0..<96 {
                let step = x.scale(token: 0, column: column)
                let value = step * Double(x.code(token: 0, column: column))
                // The second plane saturates at 127, up to half a unit short of the remainder's range.
                let tolerance = step * (planes == 1 ? 0.5001 : 1.001)
                #expect(abs(value - Double(row[column])) <= tolerance)
            }
            for group in 0..<6 {
                let columns = 16 * group..<16 * group + 16
                for plane in 0..<planes {
                    let sum = columns.reduce(0) { $0 + Int32(x.codes[plane * 96 + $1]) }
                    #expect(x.starts16[plane * 6 + group] == -128 * sum)
                }
                let total = columns.reduce(0) { $0 + x.code(token: 0, column: $1) }
                #expect(x.sums16[group] == x.scales[group / 2] * Float(total))
            }
            for block in 0..<3 {
                for plane in 0..<planes {
                    let halves = x.starts16[plane * 6 + 2 * block] + x.starts16[plane * 6 + 2 * block + 1]
                    #expect(x.starts[plane * 3 + block] == halves)
                }
            }
        }
    }

    @Test("works without the sums per 16 columns", arguments: KernelTable.all)
    func optionalSums(table: KernelTable) {
        var generator = SeededGenerator(seed: 2)
        let row = generator.floats(64)
        let expected = ActivationFixture([row], planes: 2, table: table)
        var codes = [Int8](repeating: 0, count: 128)
        var scales = [Float](repeating: 0, count: 2)
        var starts = [Int32](repeating: 0, count: 4)
        var sums = [Float](repeating: 0, count: 2)
        table.kernels.quantize(row, 2, 2, &codes, &scales, &starts, &sums, nil, nil)
        #expect((0..<128).allSatisfy { codes[$0] == expected.codes[$0] })
        #expect((0..<4).allSatisfy { starts[$0] == expected.starts[$0] })
        #expect((0..<2).allSatisfy { sums[$0] == expected.sums[$0] })
    }
}
