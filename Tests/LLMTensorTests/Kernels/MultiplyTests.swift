import CLLMKernels
import LLMTensor
import Testing

private let quantizedFormats = PackedFormat.allCases.filter { !$0.isFloat }
private let tokenCounts = [1, 2, 3, 4, 5, 6, 7, 13, 33]

@Suite("Products of packed matrices") struct MultiplyTests {
    /// Sums of the scaled integer products of a row, exactly, and the magnitude rounding errors scale with.
    private func reference(
        _ matrix: PackedFixture, _ x: ActivationFixture, panel: Int, row: Int, token: Int
    ) -> (value: Double, magnitude: Double) {
        var value = 0.0
        var magnitude = 0.0
        for start in stride(from: 0, to: matrix.columns, by: 16) {
            let (scale, minimum) = matrix.scale(panel: panel, row: row, column: start)
            var dot = 0
            var sum = 0
            for column in start..<start + 16 {
                let code = x.code(token: token, column: column)
                dot += code * matrix.code(panel: panel, row: row, column: column)
                sum += code
            }
            let a = x.scale(token: token, column: start)
            let terms = (a * scale * Double(dot), a * minimum * Double(sum))
            value += terms.0 + terms.1
            magnitude += abs(terms.0) + abs(terms.1)
        }
        return (value, magnitude)
    }

    @Test("agree with exact sums of the codes", arguments: KernelTable.all, quantizedFormats)
    func agreeWithReference(table: KernelTable, format: PackedFormat) {
        var generator = SeededGenerator(seed: UInt64(format.rawValue))
        for columns in [32, 288, 32 * 43] {
            let matrix = PackedFixture(
                format, panels: 2, columns: columns, content: .random, generator: &generator)
            for planes in 1...2 {
                for tokens in columns == 288 ? tokenCounts : [2, 7] {
                    let rows = (0..<tokens).map { _ in generator.floats(columns) }
                    let x = ActivationFixture(rows, planes: planes, table: table)
                    let result = table.multiply(matrix, panels: 0..<2, x.view())
                    #expect(result.isContained)
                    // A block adds at most 4 rounded operations per group of 16 columns. The reference joins two
                    // groups of a block, the kernels may not, hence the doubled magnitude.
                    let steps = Double(columns / 16 * 8 + 8)
                    for token in [0, tokens / 2, tokens - 1] {
                        for row in [0, 1, 15, 16, 31, 32, 47, 63] {
                            let expected = reference(matrix, x, panel: row / 32, row: row % 32, token: token)
                            let difference = abs(Double(result.values[token][row]) - expected.value)
                            let tolerance = steps * 0x1p-24 * expected.magnitude
                            #expect(
                                difference <= tolerance,
                                "\(columns) columns, \(planes) planes, \(tokens) tokens: token \(token), row \(row)")
                        }
                    }
                }
            }
        }
    }

    @Test(
        "give exact integers of one block when scales are one", arguments: KernelTable.all, quantizedFormats)
    func integersAreExact(table: KernelTable, format: PackedFormat) {
        var generator = SeededGenerator(seed: 99)
        for content in [PackedFixture.Content.unit, .extreme] {
            let matrix = PackedFixture(format, panels: 1, columns: 32, content: content, generator: &generator)
            for planes in 1...2 {
                for tokens in [1, 2, 5, 9] {
                    let rows = (0..<tokens).map { _ in [Float](repeating: 0, count: 32) }
                    let x = ActivationFixture(rows, planes: planes, table: table)
                    fillWithExtremes(x, generator: &generator)
                    let result = table.multiply(matrix, panels: 0..<1, x.view())
                    for token in 0..<tokens {
                        for row in 0..<32 {
                            var parts = [0, 0]
                            // Scales are whole numbers, and one in most formats.
                            let (scale, minimum) = matrix.scale(panel: 0, row: row, column: 0)
                            for column in 0..<32 {
                                let code = matrix.code(panel: 0, row: row, column: column)
                                parts[column / 16] +=
                                    x.code(token: token, column: column) * (code * Int(scale) + Int(minimum))
                            }
                            // One rounding per scale group: integers of two planes can pass 2^24.
                            let expected =
                                format.groups == 2
                                ? Float(Float(parts[0]) + Float(parts[1])) : Float(parts[0] + parts[1])
                            let value = result.values[token][row]
                            if planes == 1 || format.groups == 1 {
                                #expect(value == expected, "\(planes) planes, token \(token) of \(tokens), row \(row)")
                            } else {
                                #expect(abs(value - expected) <= 0x1p-22 * abs(expected) + 32)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Codes of every sign and the extremes -128 (second plane only) and 127, scale one.
    private func fillWithExtremes(_ x: ActivationFixture, generator: inout SeededGenerator) {
        for token in 0..<x.tokens {
            for plane in 0..<x.planes {
                let row = token * x.planes + plane
                let lowest: Int8 = plane == 0 ? -127 : -128
                var sums: [Int32] = [0, 0]
                for column in 0..<32 {
                    let code: Int8 =
                        switch token % 3 {
                        case 0: 127
                        case 1: lowest
                        default: Int8.random(in: lowest...127, using: &generator)
                        }
                    x.codes[row * 32 + column] = code
                    sums[column / 16] += Int32(code)
                }
                x.starts[row] = -128 * (sums[0] + sums[1])
                x.starts16[2 * row] = -128 * sums[0]
                x.starts16[2 * row + 1] = -128 * sums[1]
            }
            x.scales[token] = 1
            for group in 0..<2 {
                let sum = (16 * group..<16 * group + 16).reduce(0) { $0 + x.code(token: token, column: $1) }
                x.sums16[2 * token + group] = Float(sum)
            }
            x.sums[token] = x.sums16[2 * token] + x.sums16[2 * token + 1]
        }
    }

    @Test("agree with double sums for float matrices", arguments: KernelTable.all, [PackedFormat.f32, .f16, .bf16])
    func floatMatrices(table: KernelTable, format: PackedFormat) {
        var generator = SeededGenerator(seed: 5)
        for columns in [1, 7, 33, 300, 640] {
            let matrix = PackedFixture(
                format, panels: 3, columns: columns, content: .random, generator: &generator)
            for tokens in tokenCounts {
                let rows = (0..<tokens).map { _ in generator.floats(columns) }
                let x = ActivationFixture(rows, planes: 1, table: table)
                let result = table.multiply(matrix, panels: 1..<3, x.view())
                #expect(result.isContained)
                for token in [0, tokens / 2, tokens - 1] {
                    for row in [0, 13, 31, 32, 63] {
                        let products = (0..<columns).map {
                            Double(rows[token][$0]) * matrix.float(panel: 1 + row / 32, row: row % 32, column: $0)
                        }
                        let expected = products.reduce(0, +)
                        let magnitude = products.reduce(0) { $0 + abs($1) }
                        let tolerance = Double(2 * columns) * 0x1p-24 * magnitude
                        #expect(abs(Double(result.values[token][row]) - expected) <= tolerance)
                    }
                }
            }
        }
    }

    /// One sum over all 4,096 columns loses 1.1e-6 of the results' root mean square, sums of 64 added up 2.0e-7 (3e-7
    /// without fused multiply-adds).
    @Test("lose little to rounding over many columns", arguments: KernelTable.all)
    func longSumsAreShort(table: KernelTable) {
        var generator = SeededGenerator(seed: 8)
        let columns = 4096
        let matrix = PackedFixture(.f32, panels: 2, columns: columns, content: .random, generator: &generator)
        let rows = (0..<7).map { _ in generator.floats(columns) }
        let x = ActivationFixture(rows, planes: 1, table: table)
        let result = table.multiply(matrix, panels: 0..<2, x.view())
        var (errors, squares) = (0.0, 0.0)
        for token in 0..<7 {
            for row in 0..<64 {
                let expected = (0..<columns).reduce(0.0) {
                    $0 + Double(rows[token][$1]) * matrix.float(panel: row / 32, row: row % 32, column: $1)
                }
                let error = Double(result.values[token][row]) - expected
                errors += error * error
                squares += expected * expected
            }
        }
        #expect((errors / squares).squareRoot() < 5e-7)
    }

    @Test(
        "do not depend on how tokens and panels are grouped", arguments: KernelTable.all, PackedFormat.allCases)
    func groupingDoesNotMatter(table: KernelTable, format: PackedFormat) {
        var generator = SeededGenerator(seed: 17)
        let columns = 32 * 25
        let matrix = PackedFixture(format, panels: 3, columns: columns, content: .random, generator: &generator)
        let rows = (0..<13).map { _ in generator.floats(columns) }
        for planes in 1...2 {
            let x = ActivationFixture(rows, planes: planes, table: table)
            let together = table.multiply(matrix, panels: 0..<3, x.view()).values
            for token in 0..<13 {
                let alone = table.multiply(matrix, panels: 2..<3, x.view(from: token, count: 1)).values
                #expect(Array(together[token][64...]) == alone[0])
            }
            let some = table.multiply(matrix, panels: 1..<2, x.view(from: 2, count: 7)).values
            for token in 0..<7 { #expect(Array(together[token + 2][32..<64]) == some[token]) }
        }
    }

    @Test(
        "do not depend on how many tokens and panels there are",
        arguments: KernelTable.all.filter { $0.name != "generic" },
        [PackedFormat.q8_0, .q4_1, .q6_K])
    func manyTokensAndPanels(table: KernelTable, format: PackedFormat) {
        var generator = SeededGenerator(seed: 41)
        let columns = 32 * 16
        let matrix = PackedFixture(format, panels: 6, columns: columns, content: .random, generator: &generator)
        let rows = (0..<391).map { _ in generator.floats(columns) }
        for planes in 1...2 {
            let x = ActivationFixture(rows, planes: planes, table: table)
            let together = table.multiply(matrix, panels: 0..<6, x.view()).values
            for token in [0, 5, 6, 129, 130, 131, 192, 195, 260, 261, 390] {
                let alone = table.multiply(matrix, panels: 0..<6, x.view(from: token, count: 1)).values
                #expect(together[token] == alone[0], "token \(token), \(planes) planes")
            }
        }
    }

    @Test(
        "give the same bits with every instruction set",
        arguments: KernelTable.all.filter { $0.name != "generic" }, PackedFormat.allCases)
    func setsAgree(table: KernelTable, format: PackedFormat) throws {
        let best = try #require(KernelTable.all.last)
        var generator = SeededGenerator(seed: 23)
        let matrix = PackedFixture(format, panels: 1, columns: 640, content: .random, generator: &generator)
        let rows = (0..<9).map { _ in generator.floats(640) }
        for planes in 1...2 {
            let x = ActivationFixture(rows, planes: planes, table: table)
            let values = table.multiply(matrix, panels: 0..<1, x.view()).values
            #expect(values == best.multiply(matrix, panels: 0..<1, x.view()).values)
        }
    }

    @Test("carry values that are not finite without trapping", arguments: KernelTable.all, PackedFormat.allCases)
    func nonFiniteRows(table: KernelTable, format: PackedFormat) {
        var generator = SeededGenerator(seed: 3)
        let matrix = PackedFixture(format, panels: 1, columns: 64, content: .random, generator: &generator)
        var rows = (0..<5).map { _ in generator.floats(64) }
        rows[0] = [Float](repeating: 0, count: 64)
        rows[1][40] = .infinity
        rows[2][7] = .nan
        rows[3][0] = -.infinity
        for planes in 1...2 {
            let x = ActivationFixture(rows, planes: planes, table: table)
            let values = table.multiply(matrix, panels: 0..<1, x.view()).values
            #expect(values[0].allSatisfy { $0 == 0 })
            #expect(values[1].contains { !$0.isFinite })
            #expect(values[2].allSatisfy { $0.isNaN })
            #expect(values[3].contains { !$0.isFinite })
            #expect(values[4].allSatisfy { $0.isFinite })
        }
    }
}
