import Foundation
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

@Suite struct EncoderTests {
    private static func load(
        _ name: String, _ compute: EncoderCompute, threads: Int = 2, kernels: Kernels = .best
    ) throws -> TransformerEncoder {
        let directory = try HuggingFaceDirectory(TestFiles.golden("tiny-\(name)"))
        let configuration = try EncoderConfiguration(huggingFace: directory.config, source: directory.configPath)
        return try TransformerEncoder(
            configuration: configuration, weights: EncoderWeights(try directory.checkpoint(), configuration),
            compute: compute, threadCount: threads, kernels: kernels)
    }

    private struct Expected {
        var ids: [[TokenID]] = []
        var types: [[Int32]] = []
        var hidden: [[Float]] = []

        init(_ name: String) throws {
            let golden = try GoldenTensors("tiny-\(name)/expected.safetensors")
            for index in 0..<4 {
                ids.append(try golden.integers("ids.\(index)"))
                types.append(try golden.integers("types.\(index)"))
                hidden.append(try golden.floats("hidden.\(index)"))
            }
        }
    }

    private static func run(
        _ encoder: TransformerEncoder, _ sequences: [[TokenID]], _ types: [[Int32]]
    ) throws -> [[Float]] {
        var result: [[Float]] = []
        try encoder.encode(sequences, types: types) { _, rows in result.append(Array(rows)) }
        return result
    }

    private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
        func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }

    @Test(arguments: ["bert", "roberta", "distilbert"])
    func `Every family gives the reference's vectors`(name: String) throws {
        let expected = try Expected(name)
        let result = try Self.run(try Self.load(name, .exact), expected.ids, expected.types)
        for (index, rows) in result.enumerated() {
            let worst = zip(rows, expected.hidden[index]).map { abs($0 - $1) }.max() ?? .infinity
            #expect(rows.count == expected.hidden[index].count)
            // Float32 sums in another order, through three normalized layers.
            #expect(worst < 2e-5, "\(name), sequence \(index)")
        }
    }

    @Test(arguments: [EncoderCompute.int8, .bfloat16])
    func `Small weights point in nearly the same direction`(compute: EncoderCompute) throws {
        let expected = try Expected("roberta")
        let result = try Self.run(try Self.load("roberta", compute), expected.ids, expected.types)
        for (index, rows) in result.enumerated() {
            #expect(Self.cosine(rows, expected.hidden[index]) > 0.9995)
        }
    }

    @Test(arguments: Kernels.available.map(\.name), EncoderCompute.allCases)
    func `Every instruction set agrees with the reference`(name: String, compute: EncoderCompute) throws {
        let expected = try Expected("bert")
        let encoder = try Self.load("bert", compute, kernels: #require(Kernels.named(name)))
        let result = try Self.run(encoder, expected.ids, expected.types)
        for (index, rows) in result.enumerated() {
            let worst = zip(rows, expected.hidden[index]).map { abs($0 - $1) }.max() ?? .infinity
            #expect(compute != .exact || worst < 2e-5, "sequence \(index)")
            #expect(Self.cosine(rows, expected.hidden[index]) > 0.9995, "sequence \(index)")
        }
    }

    @Test func `A call of many sequences is dealt out whole, whatever their lengths`() throws {
        let encoder = try Self.load("bert", .int8)
        var sequences: [[TokenID]] = [[]]
        for index in 0..<200 { sequences.append((0..<index * 7 % 161).map { TokenID(5 + ($0 * 31 + index) % 90) }) }
        var lengths: [Int] = []
        var vectors: [[Float]] = []
        try encoder.encode(sequences) { _, rows in
            lengths.append(rows.count / 48)
            vectors.append(Array(rows))
        }
        #expect(lengths == sequences.map(\.count))
        for index in [0, 1, 23, 77, 160, 200] {
            try encoder.encode([sequences[index]]) { _, rows in #expect(Array(rows) == vectors[index]) }
        }
    }

    @Test func `Neither threads nor neighbours change a bit`() throws {
        let expected = try Expected("bert")
        let alone = try expected.ids.indices.flatMap {
            try Self.run(try Self.load("bert", .int8, threads: 1), [expected.ids[$0]], [expected.types[$0]])
        }
        for threads in [1, 2, 4] {
            let encoder = try Self.load("bert", .int8, threads: threads)
            #expect(try Self.run(encoder, expected.ids, expected.types) == alone)
            let many = try Self.run(
                encoder, Array(repeating: expected.ids, count: 9).flatMap(\.self),
                Array(repeating: expected.types, count: 9).flatMap(\.self))
            #expect(Array(many.suffix(4)) == alone)
        }
    }

    @Test func `Bad input is refused with what is wrong`() throws {
        let encoder = try Self.load("bert", .exact)
        let nothing: (Int, UnsafeBufferPointer<Float>) -> Void = { _, _ in }
        #expect(throws: DecoderError.invalidToken(id: 96, vocabularySize: 96)) {
            try encoder.encode([[1, 96]], nothing)
        }
        #expect(throws: DecoderError.contextFull(position: 0, adding: 161, contextLength: 160)) {
            try encoder.encode([Array(repeating: 5, count: 161)], nothing)
        }
        #expect(throws: DecoderError.self) { try encoder.encode([[1, 2]], types: [[0, 2]], nothing) }
        #expect(throws: DecoderError.self) { try encoder.encode([[1, 2]], types: [[0]], nothing) }
        var counts: [Int] = []
        try encoder.encode([[], [1]]) { counts.append($1.count + $0 - $0) }
        #expect(counts == [0, 48])
    }
}
