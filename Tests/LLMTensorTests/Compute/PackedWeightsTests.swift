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
}
