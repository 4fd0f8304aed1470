import Foundation
import LLMTensor
import Testing

/// Quantization against the errors of llama.cpp's quantizers (Goldens/make_quantization_goldens.py). What bytes mean is
/// pinned by the dequantization goldens, which are those of the `gguf` package.
@Suite struct QuantizationTests {
    static let blockTypes: [ElementType] = [
        .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .iq4_NL, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K,
    ]
    static let columns = 1024

    /// The numbers of the golden script.
    static let numbers: [Float] = {
        var state: UInt64 = 1
        return (0..<(64 * columns)).map { index in
            var total: Int64 = 0
            for _ in 0..<4 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                total += Int64(state >> 40)
            }
            let row = index / columns
            let x = Double(total - 2 * (1 << 24)) / 0x1p25 * Double(1 + row % 5) + Double(row % 3) / 8
            return Float(index % 509 == 0 ? x * 8 : x)
        }
    }()

    private static func golden(_ key: String, _ type: ElementType) throws -> Double {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Goldens/quantization.json")
        let document = try JSONValue.parse([UInt8](Data(contentsOf: path)), source: "quantization.json")
        return try #require(document[key]?["\(type)"]?.doubleValue)
    }

    private static func error(_ type: ElementType, importance: [Float]?) throws -> Double {
        let tensor = Tensor(shape: [64, columns], floats: numbers)
        let quantized = try Quantization.quantize(tensor, as: type, importance: importance)
        #expect(quantized.elementType == type && quantized.shape == tensor.shape)
        let mean = (importance ?? [1]).reduce(0) { $0 + Double($1) } / Double(importance?.count ?? 1)
        let sum = zip(numbers, try quantized.floats()).enumerated().reduce(0.0) { sum, pair in
            let difference = Double(pair.element.0) - Double(pair.element.1)
            return sum + difference * difference * Double(importance?[pair.offset % columns] ?? 1) / mean
        }
        return (sum / Double(numbers.count)).squareRoot()
    }

    @Test(arguments: blockTypes)
    func `errors are at most those of llama.cpp`(type: ElementType) throws {
        let error = try Self.error(type, importance: nil)
        #expect(try error <= Self.golden("plain", type) * 1.001)
        #expect(error > 0)
    }

    @Test(arguments: blockTypes)
    func `errors where they matter are at most those of llama.cpp`(type: ElementType) throws {
        let importance = (0..<Self.columns).map { Float(1 + $0 % 7) }
        #expect(try Self.error(type, importance: importance) <= Self.golden("weighted", type) * 1.02)
    }

    @Test(arguments: blockTypes)
    func `numbers that a type can hold come back as they were`(type: ElementType) throws {
        // Zeros, a constant, one spike per block, a tiny and a huge block.
        var values = [Float](repeating: 0, count: 256 * 5)
        for index in 256..<512 { values[index] = 0.25 }
        for index in stride(from: 512, to: 768, by: 16) { values[index] = -8 }
        for index in 768..<1024 { values[index] = 1e-30 }
        for index in 1024..<1280 { values[index] = 30_000 }
        let tensor = Tensor(shape: [5, 256], floats: values)
        let back = try Quantization.quantize(tensor, as: type).floats()
        for (index, (mine, original)) in zip(back, values).enumerated() {
            #expect(mine.isFinite)
            // Zeros beside a spike of 8 share its scale and offset, two halves of eleven bits each; IQ4_NL has no zero, but
            // a code of 1 where the spike has -127.
            let spike: Float = type == .iq4_NL ? 8.0 / 127 : 16 * 0x1p-11
            let step = (512..<768).contains(index) ? spike : 0
            #expect(abs(mine - original) <= abs(original) * 0.05 + 1e-6 + step, "\(type) element \(index)")
        }
    }

    @Test(arguments: blockTypes)
    func `the number of threads changes nothing`(type: ElementType) throws {
        let tensor = Tensor(shape: [64, Self.columns], floats: Self.numbers)
        let alone = try Quantization.quantize(tensor, as: type)
        let together = try Quantization.quantize(tensor, as: type, pool: ComputePool(threadCount: 3))
        #expect(alone.withUnsafeBytes { Array($0) } == together.withUnsafeBytes { Array($0) })
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func `numbers that are not finite are refused with their place`(value: Float) {
        var values = Self.numbers
        values[5000] = value
        values[60_000] = value
        for type in Quantization.types where type != .f32 {
            let error = #expect(throws: TensorError.self) {
                try Quantization.quantize(
                    Tensor(shape: [64, Self.columns], floats: values), as: type, pool: ComputePool(threadCount: 2))
            }
            guard case .notFinite(let index, _, let named) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(index == 5000 && named == type)
        }
    }

    @Test func `rows of partial blocks and types without a way back are refused`() {
        let tensor = Tensor(shape: [2, 48], floats: Array(repeating: 1, count: 96))
        #expect(throws: TensorError.partialBlocks(type: .q4_0, elements: 48)) {
            try Quantization.quantize(tensor, as: .q4_0)
        }
        #expect(throws: TensorError.noConversion(from: .f32, to: .iq1_S)) {
            try Quantization.quantize(Tensor(shape: [1, 256], floats: Array(repeating: 1, count: 256)), as: .iq1_S)
        }
    }
}
