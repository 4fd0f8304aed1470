import CLLMKernels
import Foundation
import LLMTensor
import Testing

/// Tables with kernels for encoders.
private let tables = KernelTable.all.filter { $0.kernels.multiply16 != nil }
private let tile = Int(LLMK_TILE16)
private let integers = tables.filter { $0.kernels.is_bfloat16 == 0 }
private let bfloats = tables.filter { $0.kernels.is_bfloat16 != 0 }

@Suite("Kernels of encoders") struct EncoderKernelTests {
    /// Codes of tokens, as the kernel of `table` leaves them.
    private struct Codes {
        let memory: KernelMemory
        var scales: [Float] = []
        private let kernels: Kernels
        private let columns: Int

        init(_ values: [Float], tokens: Int, columns: Int, limit: Int, table: KernelTable) throws {
            kernels = try #require(Kernels.named(table.name))
            self.columns = columns
            let whole = max(Int(table.kernels.tile16), tile)
            // Codes that nothing wrote must not matter, but for the zeros behind an odd last column.
            memory = KernelMemory(byteCount: 2 * kernels.codes16(columns: columns) * (tokens + whole))
            memset(memory.base, 0x55, memory.byteCount)
            for token in 0..<tokens {
                let place = memory.of(Int16.self) + kernels.place16(of: token, columns: columns)
                values.withUnsafeBufferPointer {
                    let row = $0.baseAddress.map { $0 + token * columns }
                    scales.append(table.kernels.quantize16(row, Int32(columns), Int32(limit), place))
                }
            }
        }

        /// A token's code for each column, and what follows up to a whole step of columns.
        func row(_ token: Int) -> [Int] {
            let place = memory.of(Int16.self) + kernels.place16(of: token, columns: columns)
            let count = kernels.codes16(columns: columns)
            switch kernels.name {
            case "amx": return (0..<count).map { Int(place[$0 / 32 * 512 + $0 % 32]) }
            default: return (0..<count).map { Int(place[$0 / 2 * 2 * tile + $0 % 2]) }
            }
        }
    }

    @Test("16-bit codes are those of the plain twin", arguments: integers, [1, 2, 7, 8, 9, 31, 48, 384])
    func quantize(table: KernelTable, columns: Int) throws {
        var generator = SeededGenerator(seed: UInt64(columns))
        let tokens = 2 * tile + 1
        var values = generator.floats(tokens * columns, in: -3...3)
        // A row of zeros, and one with a step exactly between two codes.
        for column in 0..<columns { values[column] = 0 }
        values[columns] = 3
        if columns > 1 { values[columns + 1] = 3 * 2.5 / 1500 }
        for limit in [1500, 32767] {
            let codes = try Codes(values, tokens: tokens, columns: columns, limit: limit, table: table)
            let expected = try Codes(values, tokens: tokens, columns: columns, limit: limit, table: .generic)
            #expect(codes.scales == expected.scales)
            for token in 0..<tokens {
                let row = codes.row(token)
                #expect(row.prefix(columns) == expected.row(token).prefix(columns))
                #expect(row.dropFirst(columns).allSatisfy { $0 == 0 })
            }
        }
    }

    @Test("bfloat16 codes are rounded to nearest even", arguments: bfloats, [1, 2, 15, 16, 17, 31, 48, 384])
    func roundToBfloat(table: KernelTable, columns: Int) throws {
        var generator = SeededGenerator(seed: UInt64(columns))
        let tokens = 35
        var values = generator.floats(tokens * columns, in: -3...3)
        // Halfway to the even and to the odd neighbour, an infinity.
        for (index, bits) in [UInt32(0x3F80_8000), 0x3F81_8000, 0x7F80_0000].enumerated() where index < columns {
            values[columns + index] = Float(bitPattern: bits)
        }
        let codes = try Codes(values, tokens: tokens, columns: columns, limit: 1, table: table)
        #expect(codes.scales.allSatisfy { $0 == 1 })
        for token in 0..<tokens {
            let row = codes.row(token)
            let expected = values[token * columns..<(token + 1) * columns].map {
                Int(Int16(bitPattern: HalfPrecision.bfloat16($0)))
            }
            #expect(Array(row.prefix(columns)) == expected)
            #expect(row.dropFirst(columns).allSatisfy { $0 == 0 })
        }
    }

    @Test(
        "bfloat16 products are those of the rounded factors", arguments: bfloats, [1, 3, 32, 48, 384, 513, 1536, 3100])
    func multiplyBfloat(table: KernelTable, columns: Int) throws {
        var generator = SeededGenerator(seed: UInt64(columns) + 11)
        let kernels = try #require(Kernels.named(table.name))
        let pool = ComputePool(threadCount: 2)
        func rounded(_ value: Float) -> Double {
            Double(Float(bitPattern: UInt32(HalfPrecision.bfloat16(value)) << 16))
        }
        for (rows, counts) in [(16, [1, 16, 17]), (40, [3, 15, 32, 33, 50]), (64, [31, 64])] {
            let weights = generator.floats(rows * columns)
            let bias = generator.floats(rows)
            let matrix = try Matrix16(
                [Tensor(shape: [rows, columns], floats: weights)], biases: [Tensor(shape: [rows], floats: bias)],
                kernels: kernels, pool: pool)
            for tokens in counts {
                let values = generator.floats(tokens * columns)
                let activations = try Activations16(tokens: tokens, columns: columns, kernels: kernels)
                values.withUnsafeBufferPointer {
                    guard let base = $0.baseAddress else { return }
                    for token in 0..<tokens {
                        activations.quantize(
                            base + token * columns, token: token, columns: columns, limit: matrix.limit)
                    }
                }
                // The first panel alone, then the others; a token more that nothing may write to.
                let stride = 16 * matrix.panelCount
                var out = [Float](repeating: 7, count: (tokens + 1) * stride)
                out.withUnsafeMutableBufferPointer {
                    guard let base = $0.baseAddress else { return }
                    for panels in [0..<1, 1..<matrix.panelCount] {
                        kernels.multiply(
                            matrix, panels: panels, activations, tokens: tokens, isCombined: false, function: 3,
                            into: base + 16 * panels.lowerBound, stride: stride)
                    }
                }
                #expect(out.suffix(stride).allSatisfy { $0 == 7 })
                for token in 0..<tokens {
                    for row in 0..<rows {
                        var (sum, magnitude) = (Double(bias[row]), 0.0)
                        for column in 0..<columns {
                            let product =
                                rounded(weights[row * columns + column]) * rounded(values[token * columns + column])
                            sum += product
                            magnitude += abs(product)
                        }
                        #expect(abs(Double(out[token * stride + row]) - max(sum, 0)) <= 1e-6 * (1 + magnitude))
                    }
                }
            }
        }
    }

    @Test("not a number reaches the scale", arguments: integers)
    func notANumber(table: KernelTable) throws {
        var values = [Float](repeating: 1, count: 40)
        values[33] = .nan
        #expect(try Codes(values, tokens: 1, columns: 40, limit: 100, table: table).scales[0].isNaN)
    }

    /// Parts of the columns begin anew at 512, 1024, ...; token counts end inside a tile in every way.
    @Test("16-bit products are those of the plain twin", arguments: integers, [1, 3, 48, 384, 513, 1536])
    func multiply(table: KernelTable, columns: Int) throws {
        var generator = SeededGenerator(seed: UInt64(columns) + 7)
        let (pairs, panels) = ((columns + 1) / 2, 3)
        let weights = KernelMemory(byteCount: 4 * 16 * panels * pairs + 4096)
        for index in 0..<32 * panels * pairs {
            weights.of(Int16.self)[index] = Int16.random(in: -2047...2047, using: &generator)
        }
        let scales = generator.floats(16 * panels, in: 1e-4...2e-4)
        let bias = generator.floats(16 * panels)
        for tokens in [1, 2, 3, 4, 5, 6, 7, 16, 23] {
            let values = generator.floats(tokens * columns)
            let own = try Codes(values, tokens: tokens, columns: columns, limit: 600, table: table)
            let plain = try Codes(values, tokens: tokens, columns: columns, limit: 600, table: .generic)
            for function in [Int32(-1), 0, 2, 3] {
                func product(_ table: KernelTable, _ codes: Codes) -> [Float] {
                    var out = [Float](repeating: 7, count: tokens * 16 * panels)
                    scales.withUnsafeBufferPointer { scales in
                        bias.withUnsafeBufferPointer { bias in
                            var matrix = llmk_matrix16(
                                codes: weights.of(Int16.self), combined: nil, scales: scales.baseAddress,
                                bias: bias.baseAddress,
                                pairs: Int32(pairs), panels: Int32(panels))
                            // The first panel alone, then the others.
                            table.kernels.multiply16(
                                &matrix, 0, 1, codes.memory.of(Int16.self), nil, codes.scales, Int32(tokens),
                                function, &out, Int64(16 * panels))
                            out.withUnsafeMutableBufferPointer {
                                table.kernels.multiply16(
                                    &matrix, 1, Int32(panels), codes.memory.of(Int16.self), nil,
                                    codes.scales, Int32(tokens), function, $0.baseAddress.map { $0 + 16 },
                                    Int64(16 * panels))
                            }
                        }
                    }
                    return out
                }
                let (result, expected) = (product(table, own), product(.generic, plain))
                for (value, reference) in zip(result, expected) {
                    // The integers are equal: a wrong code would show in the first digit. Values of up to about 30
                    // are rounded once more or less; the short GELU is good to 4e-6.
                    let tolerance = 1e-6 * max(10, abs(reference)) + (function == 2 ? 5e-6 : 0)
                    #expect(abs(value - reference) <= tolerance)
                }
            }
        }
    }

    @Test("seven products for eight change no bit", arguments: tables)
    func combined(table: KernelTable) throws {
        guard let kernels = Kernels.named(table.name) else { return }
        let pool = ComputePool(threadCount: 2)
        for (rows, columns, tokens) in [(32, 384, 24), (80, 4, 12), (48, 1536, 31), (100, 52, 40), (64, 8, 11)] {
            var generator = SeededGenerator(seed: UInt64(rows * columns))
            let weights = Tensor(shape: [rows, columns], floats: generator.floats(rows * columns))
            let matrix = try Matrix16([weights], biases: [nil], kernels: kernels, pool: pool)
            let activations = try Activations16(tokens: tokens, columns: columns, kernels: kernels)
            // The largest codes there can be, and others.
            var values = generator.floats(tokens * columns)
            for column in 0..<columns { values[column] = column % 3 == 0 ? -2 : 2 }
            values.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return }
                for token in 0..<tokens {
                    activations.quantize(
                        base + token * columns, token: token, columns: columns, limit: matrix.limit)
                }
            }
            activations.combine(tokens: tokens, columns: columns)
            let stride = 16 * matrix.panelCount
            for panels in [0..<matrix.panelCount, 1..<matrix.panelCount] {
                func product(_ isCombined: Bool) -> [Float] {
                    var out = [Float](repeating: 7, count: tokens * stride)
                    kernels.multiply(
                        matrix, panels: panels, activations, tokens: tokens, isCombined: isCombined, function: 3,
                        into: &out, stride: stride)
                    return out
                }
                #expect(product(true) == product(false))
            }
        }
    }

    @Test(
        "a weight matrix as 16-bit codes gives its products to a few thousandths of a percent",
        arguments: [false, true])
    func packing(isCombined: Bool) throws {
        var generator = SeededGenerator(seed: 3)
        let (columns, tokens) = (384, 13)
        let tensors = [32, 20].map { Tensor(shape: [$0, columns], floats: generator.floats($0 * columns)) }
        let bias = generator.floats(20)
        let pool = ComputePool(threadCount: 2)
        let values = generator.floats(tokens * columns)
        for table in integers {
            guard let kernels = Kernels.named(table.name) else { continue }
            let matrix = try Matrix16(
                tensors, biases: [nil, Tensor(shape: [20], floats: bias)], kernels: kernels, pool: pool)
            #expect(matrix.rows == 52 && matrix.panelCount == 4)
            let activations = try Activations16(tokens: tokens, columns: columns, kernels: kernels)
            values.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return }
                for token in 0..<tokens {
                    activations.quantize(
                        base + token * columns, token: token, columns: columns, limit: matrix.limit)
                }
            }
            // Twelve tokens by seven products for eight, one by itself.
            if isCombined { activations.combine(tokens: tokens, columns: columns) }
            var out = [Float](repeating: 0, count: tokens * 64)
            kernels.multiply(
                matrix, panels: 0..<4, activations, tokens: tokens, isCombined: isCombined, function: -1, into: &out,
                stride: 64)
            let rows = try tensors.flatMap { try $0.floats() }
            for token in 0..<tokens {
                for row in 0..<52 {
                    var sum = row < 32 ? 0 : Double(bias[row - 32])
                    for column in 0..<columns {
                        sum += Double(rows[row * columns + column]) * Double(values[token * columns + column])
                    }
                    // Factors of about 1 are rounded in steps of 1/1000: 384 errors of 4e-4 add up as a random walk.
                    #expect(abs(Double(out[token * 64 + row]) - sum) < 0.04)
                }
                for row in 52..<64 { #expect(out[token * 64 + row] == 0) }
            }
        }
    }

    @Test(
        "attention of a whole sequence is that of the plain twin", arguments: tables,
        [1, 2, 3, 7, 8, 9, 17, 24, 33, 40, 70])
    func attendAll(table: KernelTable, count: Int) {
        for (heads, dimension) in [(2, 32), (3, 12), (1, 64), (2, 5)] {
            var generator = SeededGenerator(seed: UInt64(count * dimension))
            let width = heads * dimension
            let projections = generator.floats(count * 3 * width + 8)
            func attended(_ table: KernelTable) -> [Float] {
                var out = [Float](repeating: 7, count: count * width + 8)
                let scratch = KernelMemory(byteCount: 4 * (dimension + 3) * ((count + 7) / 8 * 8))
                projections.withUnsafeBufferPointer {
                    let base = $0.baseAddress
                    table.kernels.attend_all(
                        base, base.map { $0 + width }, base.map { $0 + 2 * width }, Int64(3 * width), Int32(count),
                        Int32(heads), Int32(dimension), &out, Int64(width), scratch.of(Float.self))
                }
                return out
            }
            let (result, expected) = (attended(table), attended(.generic))
            for (value, reference) in zip(result, expected) {
                // Sums of up to 70 values of about 1 in another order.
                #expect(abs(value - reference) < 4e-6)
            }
            #expect(Array(result.suffix(8)) == Array(repeating: 7, count: 8))
        }
    }
}
