import LLMTensor
import Testing

/// The goldens were made by the gguf Python package; see Goldens/make_dequantization.py.
@Suite("Dequantization")
struct DequantizationTests {
    struct Golden: CustomTestStringConvertible, Sendable {
        let type: ElementType
        let blocks: [UInt8]
        let expected: [UInt32]
        var testDescription: String { type.description }
    }

    static let goldens: [Golden] = {
        guard let bytes = try? golden("dequantization.bin") else { return [] }
        var result: [Golden] = []
        var position = 0
        func word() -> UInt32 {
            defer { position += 4 }
            return bytes[position..<(position + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        while position < bytes.count {
            guard let type = ElementType(ggufIdentifier: word()) else { return [] }
            let count = Int(word())
            let size = count * type.bytesPerBlock
            let blocks = Array(bytes[position..<(position + size)])
            position += size
            let expected = (0..<(count * type.elementsPerBlock)).map { _ in word() }
            result.append(Golden(type: type, blocks: blocks, expected: expected))
        }
        return result
    }()

    static let plain: Set<ElementType> = [.f32, .f16, .bf16, .f64, .i8, .i16, .i32, .i64, .u8, .bool]

    static func dequantize(_ type: ElementType, _ blocks: [UInt8]) throws -> [Float] {
        let count = blocks.count / type.bytesPerBlock * type.elementsPerBlock
        let storage = try TensorStorage(copying: blocks)
        return try Tensor(shape: [count], elementType: type, storage: storage).floats()
    }

    /// The sum of bits(i) * (2 i + 1), as the script computes it.
    static func checksum(_ floats: [Float]) -> String {
        var sum: UInt64 = 0
        for index in floats.indices {
            sum &+= UInt64(floats[index].bitPattern) &* (2 &* UInt64(index) &+ 1)
        }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Bits, with all NaNs alike where the processor chooses another NaN than the one the goldens were made on.
    private func comparable(_ bits: UInt32) -> UInt32 {
        #if arch(x86_64)
            return bits
        #else
            return bits & 0x7FFF_FFFF > 0x7F80_0000 ? 0x7FC0_0000 : bits
        #endif
    }

    @Test("Every quantized type has a golden")
    func everyTypeCovered() {
        #expect(Set(Self.goldens.map(\.type)).union(Self.plain) == Set(ElementType.allCases))
    }

    @Test("Blocks become the reference's numbers, bit for bit, NaN and infinity included", arguments: goldens)
    func matchesReference(golden: Golden) throws {
        let floats = try Self.dequantize(golden.type, golden.blocks)
        #expect(floats.count == golden.expected.count)
        let different = floats.indices.filter {
            comparable(floats[$0].bitPattern) != comparable(golden.expected[$0])
        }
        #expect(
            different.isEmpty,
            "\(different.count) differ, first at \(different.first ?? 0): \(different.prefix(4).map { (String(floats[$0].bitPattern, radix: 16), String(golden.expected[$0], radix: 16)) })"
        )
    }

    @Test("All half-precision numbers become the reference's", arguments: [ElementType.f16, .bf16])
    func allHalves(type: ElementType) throws {
        let sums = try JSONValue.parse(golden("dequantization_real.json"))
        let patterns = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(Self.checksum(try Self.dequantize(type, patterns)) == sums[type.description]?.stringValue)
    }

    @Test("A part of a run of blocks is the part of the whole", arguments: goldens)
    func parts(golden: Golden) throws {
        let whole = try Self.dequantize(golden.type, golden.blocks).map(\.bitPattern)
        let size = golden.type.elementsPerBlock
        var part = [Float](repeating: 0, count: size * 2)
        try golden.blocks.withUnsafeBytes { blocks in
            try part.withUnsafeMutableBufferPointer { target in
                try Dequantization.dequantize(golden.type, blocks: blocks, firstBlock: 3, into: target)
                for first in [-1, golden.blocks.count / golden.type.bytesPerBlock - 1, Int.max] {
                    #expect(throws: TensorError.self) {
                        try Dequantization.dequantize(golden.type, blocks: blocks, firstBlock: first, into: target)
                    }
                }
            }
        }
        #expect(part.map(\.bitPattern) == Array(whole[(3 * size)..<(5 * size)]))
    }

    @Test(
        "Every tensor of the real models has the reference's checksum",
        .enabled(
            if: RealModel.smolLM2.isExpected && RealModel.gemma3.isExpected,
            "the GGUF models are not in the model cache"),
        arguments: [RealModel.smolLM2, .gemma3])
    func realModels(model: RealModel) throws {
        let sums = try #require(JSONValue.parse(golden("dequantization_real.json"))[model.rawValue]?.objectValue)
        let file = try GGUFFile(path: model.path)
        #expect(file.tensorNames.count == sums.count)
        for name in file.tensorNames {
            let tensor = try file.tensor(named: name)
            let first = try tensor.floats(rows: 0..<min(16, tensor.rows))
            #expect(Self.checksum(first) == sums[name]?[0]?.stringValue, "\(name)")
            // Unoptimized code would take minutes for the rest.
            #if !DEBUG
                #expect(Self.checksum(try tensor.floats()) == sums[name]?[1]?.stringValue, "\(name)")
            #endif
        }
    }

    @Test("Plain integers convert, and sizes that disagree are errors")
    func plainTypes() throws {
        #expect(try Self.dequantize(.i8, [1, 0xFF]) == [1, -1])
        #expect(try Self.dequantize(.u8, [1, 0xFF]) == [1, 255])
        #expect(try Self.dequantize(.i16, [0xFE, 0xFF]) == [-2])
        #expect(try Self.dequantize(.i32, [3, 0, 0, 0]) == [3])
        #expect(try Self.dequantize(.i64, [0, 0, 0, 0, 1, 0, 0, 0]) == [4294967296])
        #expect(try Self.dequantize(.bool, [0, 1]) == [0, 1])
        #expect(try Self.dequantize(.f64, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]) == [1.5])
        var room = [Float](repeating: 0, count: 32)
        room.withUnsafeMutableBufferPointer { target in
            _ = #expect(throws: TensorError.bufferSize(expected: 18, found: 17)) {
                try [UInt8](repeating: 0, count: 17).withUnsafeBytes {
                    try Dequantization.dequantize(.q4_0, blocks: $0, into: target)
                }
            }
        }
    }

    @Test("Numbers round to half precision as IEEE 754 says")
    func rounding() {
        for pattern in UInt16.min...UInt16.max {
            let value = HalfPrecision.float(pattern)
            if !value.isNaN { #expect(HalfPrecision.binary16(value) == pattern) }
        }
        let cases: [(Float, UInt16)] = [
            (65519.996, 0x7BFF), (65520, 0x7C00), (-1e30, 0xFC00), (0x1p-25, 0), (0x1.8p-25, 1), (0x1.FF8p-15, 0x03FF),
            (0x1.FFCp-15, 0x0400), (1.00048828125, 0x3C00), (1.00146484375, 0x3C02), (.nan, 0x7E00),
        ]
        for (value, expected) in cases { #expect(HalfPrecision.binary16(value) == expected, "\(value)") }
        #expect(HalfPrecision.bfloat16(1.00390625) == 0x3F80)
        #expect(HalfPrecision.bfloat16(1.01171875) == 0x3F82)
        #expect(HalfPrecision.bfloat16(.infinity) == 0x7F80)
    }
}
