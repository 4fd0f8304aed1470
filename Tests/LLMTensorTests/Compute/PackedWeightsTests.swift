import Testing

@testable import LLMTensor

@Suite struct PackedWeightsTests {
    /// Types with a packed layout of their own, and one without.
    static let types: [ElementType] = [
        .f32, .f16, .bf16, .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q4_K, .q5_K, .q6_K, .iq4_NL, .iq4_XS, .mxfp4, .q2_K,
    ]

    /// Random blocks whose half-precision scales are small and finite.
    static func tensor(_ type: ElementType, rows: Int, columns: Int, seed: UInt64) throws -> Tensor {
        var state = seed
        func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        let count = rows * columns / type.elementsPerBlock
        var bytes: [UInt8] = []
        let half: [UInt8] = [0x00, 0x20]  // 2^-7
        for _ in 0..<count {
            var block = (0..<type.bytesPerBlock).map { _ in next() }
            switch type {
            case .f32:
                let value = Float(Int8(bitPattern: next())) / 64
                block = withUnsafeBytes(of: value) { Array($0) }
            case .f16: block[1] = 0x30 | (block[1] & 0x83)
            case .bf16: block[1] = 0x3c | (block[1] & 0x80)
            case .mxfp4: block[0] = 120 + block[0] % 8
            case .q6_K: block.replaceSubrange(208..<210, with: half)
            case .q2_K: block.replaceSubrange(80..<84, with: half + half)
            case .q4_1, .q5_1, .q4_K, .q5_K: block.replaceSubrange(0..<4, with: half + half)
            default: block.replaceSubrange(0..<2, with: half)
            }
            bytes += block
        }
        return try Tensor(
            shape: [rows, columns], elementType: type, storage: TensorStorage(copying: bytes), byteOffset: 0)
    }

    /// Products with one-hot activations read single weights back through packing and kernels.
    @Test(arguments: types) func `packed weights are the dequantized weights`(type: ElementType) throws {
        let (rows, columns) = (40, 512)
        let tensor = try Self.tensor(type, rows: rows, columns: columns, seed: UInt64(type.rawValue) + 11)
        let expected = try tensor.floats()
        let pool = ComputePool(threadCount: 2)
        for keepsFloats in [false, true] {
            let packed = try PackedWeights([tensor], keepsFloats: keepsFloats, pool: pool)
            let matrix = packed.matrices[0]
            let stride = 32 * matrix.panelCount
            let scratch = UnsafeMutableRawPointer.allocate(byteCount: Kernels.scratchBytes, alignment: 64)
            defer { scratch.deallocate() }
            let out = UnsafeMutablePointer<Float>.allocate(capacity: stride)
            defer { out.deallocate() }
            let buffer = try ActivationBuffer(tokens: 1, columns: columns)
            for kernels in Kernels.available {
                for column in [0, 1, 5, 31, 32, 63, 100, 255, 256, 300, 511] {
                    for index in 0..<columns { buffer.values[index] = index == column ? 127 : 0 }
                    buffer.quantize(buffer.values, token: 0, columns: columns, planes: 2, with: kernels)
                    let view = buffer.view(
                        tokens: 1, columns: columns, planes: 2, values: buffer.values, valueStride: columns)
                    kernels.multiply(
                        matrix, panels: 0..<matrix.panelCount, view, into: out, stride: stride, scratch: scratch)
                    for row in 0..<rows {
                        let weight = expected[row * columns + column]
                        // One scale and one offset product, each rounded once.
                        #expect(
                            abs(out[row] / 127 - weight) <= 2e-6 * max(1, abs(weight)),
                            "\(kernels.name) row \(row) column \(column)")
                    }
                }
            }
        }
    }

    /// Rows of 8-bit codes, one of them with a single large weight in each block and one of zeros.
    private static func bytes(rows: Int, columns: Int) throws -> Tensor {
        var floats = try tensor(.q8_0, rows: rows, columns: columns, seed: 5).floats()
        for column in 0..<columns {
            floats[3 * columns + column] = column % 32 == 7 ? 50 : Float(column % 5) / 100
            floats[4 * columns + column] = 0
        }
        return try Quantization.quantize(Tensor(shape: [rows, columns], floats: floats), as: .q8_0)
    }

    @Test(arguments: [33, 64, 100])
    func `codes in two parts are the same numbers, and their upper bits are as near as said`(rows: Int) throws {
        let columns = 288
        let tensor = try Self.bytes(rows: rows, columns: columns)
        let pool = ComputePool(threadCount: 2)
        let whole = try PackedWeights([tensor], keepsFloats: false, pool: pool)
        let split = try PackedWeights([tensor, tensor], keepsFloats: false, split: [1], pool: pool)
        #expect(whole.matrices[0].upperBits == nil && split.matrices[0].upperBits == nil)
        #expect(try UpperBitsBounds(whole.matrices[0], pool: pool) == nil)
        #expect(split.matrices[1].byteCount == whole.matrices[0].byteCount)
        let upper = try #require(split.matrices[1].upperBits)
        let bounds = try #require(try UpperBitsBounds(split.matrices[1], pool: pool))
        let stride = 32 * upper.panelCount
        for row in 0..<stride { #expect(row < rows ? bounds.errors[row] >= 0 : bounds.errors[row] == -.infinity) }
        let scratch = try AlignedMemory(byteCount: Kernels.scratchBytes)
        let exact = try ActivationBuffer(tokens: 1, columns: columns)
        let coarse = try ActivationBuffer(tokens: 1, columns: columns)
        var generator = SeededGenerator(seed: UInt64(rows))
        var tightest = Float.infinity
        for kernels in Kernels.available {
            func product(_ matrix: PackedMatrix, _ x: ActivationBuffer, planes: Int) throws -> [Float] {
                let out = try AlignedMemory(byteCount: 4 * stride)
                let values = out.base.assumingMemoryBound(to: Float.self)
                let view = x.view(
                    tokens: 1, columns: columns, planes: planes, values: exact.values, valueStride: columns)
                kernels.multiply(
                    matrix, panels: 0..<matrix.panelCount, view, into: values, stride: stride, scratch: scratch.base)
                return Array(UnsafeBufferPointer(start: values, count: rows))
            }
            for round in 0..<6 {
                // The last rounds: what the bounds are tightest for, a row's own left-out bits.
                let values = generator.floats(columns)
                for column in 0..<columns { exact.values[column] = values[column] * (column == 40 ? 30 : 1) }
                if round >= 4 {
                    let weights = try tensor.floats()
                    let reading = try (0..<columns).map { column -> Float in
                        for index in 0..<columns { exact.values[index] = index == column ? 127 : 0 }
                        coarse.quantize(exact.values, token: 0, columns: columns, planes: 1, with: kernels)
                        let row = round == 4 ? 3 : 9
                        return weights[row * columns + column] - (try product(upper, coarse, planes: 1)[row]) / 127
                    }
                    for column in 0..<columns { exact.values[column] = reading[column] * 100 }
                }
                exact.quantize(exact.values, token: 0, columns: columns, planes: 2, with: kernels)
                coarse.quantize(exact.values, token: 0, columns: columns, planes: 1, with: kernels)
                let all = try product(whole.matrices[0], exact, planes: 2)
                #expect(try product(split.matrices[1], exact, planes: 2) == all)
                let near = try product(upper, coarse, planes: 1)
                let norms = exact.norms(besides: coarse, columns: columns)
                for row in 0..<rows {
                    let bound =
                        bounds.errors[row] * Float(norms.largest) + bounds.norms[row] * Float(norms.difference)
                    #expect(abs(all[row] - near[row]) <= bound, "\(kernels.name), round \(round), row \(row)")
                    #expect(abs(all[row]) <= bounds.largest * Float(norms.largest))
                    if round >= 4, near[row] != all[row] { tightest = min(tightest, bound / abs(all[row] - near[row])) }
                }
            }
        }
        // And not much nearer: such activations reach the bound, but for what a second plane and rounding could add.
        #expect(tightest < 1.6)
    }

    @Test func `scales that are not finite have no bounds`() throws {
        let tensor = try Self.bytes(rows: 40, columns: 64)
        var bytes = tensor.withUnsafeBytes { Array($0) }
        bytes[34 * 2 * 5 + 1] = 0x7C
        let damaged = try Tensor(
            shape: [40, 64], elementType: .q8_0, storage: TensorStorage(copying: bytes), byteOffset: 0)
        let pool = ComputePool(threadCount: 1)
        let packed = try PackedWeights([damaged], keepsFloats: false, split: [0], pool: pool)
        #expect(packed.matrices[0].upperBits != nil)
        #expect(try UpperBitsBounds(packed.matrices[0], pool: pool) == nil)
    }
}
