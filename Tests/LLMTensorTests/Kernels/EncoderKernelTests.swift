import CLLMKernels
import Foundation
import LLMTensor
import Testing

/// Tables with kernels for encoders.
private let tables = KernelTable.all.filter { $0.kernels.multiply_int16 != nil }
private let tile = Int(LLMK_TILE16)

@Suite("Kernels of encoders") struct EncoderKernelTests {
    /// Codes of tokens, as the kernel of `table` leaves them.
    private struct Codes {
        let memory: KernelMemory
        var scales: [Float] = []

        init(_ values: [Float], tokens: Int, columns: Int, limit: Int, table: KernelTable) {
            let pairs = (columns + 1) / 2
            memory = KernelMemory(byteCount: 4 * pairs * (tokens + tile))
            for token in 0..<tokens {
                let place = memory.of(Int16.self) + token / tile * tile * 2 * pairs + 2 * (token % tile)
                values.withUnsafeBufferPointer {
                    let row = $0.baseAddress.map { $0 + token * columns }
                    scales.append(table.kernels.quantize_int16(row, Int32(columns), Int32(limit), place))
                }
            }
        }
    }

    @Test("16-bit codes are those of the plain twin, bit for bit", arguments: tables, [1, 2, 7, 8, 9, 31, 48, 384])
    func quantize(table: KernelTable, columns: Int) {
        var generator = SeededGenerator(seed: UInt64(columns))
        let tokens = 2 * tile + 1
        var values = generator.floats(tokens * columns, in: -3...3)
        // A row of zeros, and one with a step exactly between two codes.
        for column in 0..<columns { values[column] = 0 }
        values[columns] = 3
        if columns > 1 { values[columns + 1] = 3 * 2.5 / 1500 }
        let codes = Codes(values, tokens: tokens, columns: columns, limit: 1500, table: table)
        let expected = Codes(values, tokens: tokens, columns: columns, limit: 1500, table: .generic)
        #expect(codes.scales == expected.scales)
        let bytes = codes.memory.byteCount
        #expect(memcmp(codes.memory.base, expected.memory.base, bytes) == 0)
    }

    @Test("not a number reaches the scale", arguments: tables)
    func notANumber(table: KernelTable) {
        var values = [Float](repeating: 1, count: 40)
        values[33] = .nan
        #expect(Codes(values, tokens: 1, columns: 40, limit: 100, table: table).scales[0].isNaN)
    }

    /// Parts of the columns begin anew at 512, 1024, ...; token counts end inside a tile in every way.
    @Test("16-bit products are those of the plain twin", arguments: tables, [1, 3, 48, 384, 513, 1536])
    func multiply(table: KernelTable, columns: Int) {
        var generator = SeededGenerator(seed: UInt64(columns) + 7)
        let (pairs, panels) = ((columns + 1) / 2, 3)
        let weights = KernelMemory(byteCount: 4 * 16 * panels * pairs + 4096)
        for index in 0..<32 * panels * pairs {
            weights.of(Int16.self)[index] = Int16.random(in: -2047...2047, using: &generator)
        }
        let scales = generator.floats(16 * panels, in: 1e-4...2e-4)
        let bias = generator.floats(16 * panels)
        for tokens in [1, 2, 3, 4, 5, 6, 7, 23] {
            let values = generator.floats(tokens * columns)
            let codes = Codes(values, tokens: tokens, columns: columns, limit: 600, table: .generic)
            for function in [Int32(-1), 0, 2, 3] {
                func product(_ table: KernelTable) -> [Float] {
                    var out = [Float](repeating: 7, count: tokens * 16 * panels)
                    scales.withUnsafeBufferPointer { scales in
                        bias.withUnsafeBufferPointer { bias in
                            var matrix = llmk_matrix16(
                                codes: weights.of(Int16.self), combined: nil, scales: scales.baseAddress,
                                bias: bias.baseAddress,
                                pairs: Int32(pairs), panels: Int32(panels))
                            // The first panel alone, then the others.
                            table.kernels.multiply_int16(
                                &matrix, 0, 1, codes.memory.of(Int16.self), nil, codes.scales, Int32(tokens),
                                function, &out, Int64(16 * panels))
                            out.withUnsafeMutableBufferPointer {
                                table.kernels.multiply_int16(
                                    &matrix, 1, Int32(panels), codes.memory.of(Int16.self), nil,
                                    codes.scales, Int32(tokens), function, $0.baseAddress.map { $0 + 16 },
                                    Int64(16 * panels))
                            }
                        }
                    }
                    return out
                }
                let (result, expected) = (product(table), product(.generic))
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
            let matrix = try Int16Matrix([weights], biases: [nil], pool: pool)
            let activations = try Int16Activations(tokens: tokens, columns: columns)
            // The largest codes there can be, and others.
            var values = generator.floats(tokens * columns)
            for column in 0..<columns { values[column] = column % 3 == 0 ? -2 : 2 }
            values.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return }
                for token in 0..<tokens {
                    activations.quantize(
                        base + token * columns, token: token, columns: columns, limit: matrix.limit, with: kernels)
                }
            }
            activations.combine(tokens: tokens, columns: columns, with: kernels)
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
        let matrix = try Int16Matrix(tensors, biases: [nil, Tensor(shape: [20], floats: bias)], pool: pool)
        #expect(matrix.rows == 52 && matrix.panelCount == 4)
        let values = generator.floats(tokens * columns)
        for table in tables {
            guard let kernels = Kernels.named(table.name) else { continue }
            let activations = try Int16Activations(tokens: tokens, columns: columns)
            values.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return }
                for token in 0..<tokens {
                    activations.quantize(
                        base + token * columns, token: token, columns: columns, limit: matrix.limit, with: kernels)
                }
            }
            // Twelve tokens by seven products for eight, one by itself.
            if isCombined { activations.combine(tokens: tokens, columns: columns, with: kernels) }
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
