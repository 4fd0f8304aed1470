import Foundation
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

/// The decoder on the tiny models of every family, against the logits of transformers.
@Suite struct TinyDecoderTests {
    static func logits(
        _ name: String, _ compute: ComputeMode, chunks: [Int]? = nil
    ) throws -> (ours: [[Float]], theirs: [[Float]]) {
        let (configuration, weights, expected) = try TinyModelTests.load(name)
        let decoder = try Decoder(
            configuration: configuration, weights: weights, options: DecoderOptions(compute: compute, threadCount: 2))
        let session = try DecoderSession(model: decoder)
        let ids = try expected.integers("ids")
        var ours: [[Float]] = []
        var start = 0
        for count in chunks ?? [ids.count] {
            try session.append(Array(ids[start..<(start + count)]), logits: .all) { _, logits in
                ours.append(Array(logits))
            }
            start += count
        }
        let flat = try expected.floats("logits")
        let size = configuration.vocabularySize
        return (ours, (0..<ids.count).map { Array(flat[($0 * size)..<(($0 + 1) * size)]) })
    }

    @Test(arguments: TinyModelTests.names)
    func `exact logits are those of transformers`(name: String) throws {
        let (ours, theirs) = try Self.logits(name, .exact)
        #expect(ours.count == theirs.count)
        for (row, (mine, other)) in zip(ours, theirs).enumerated() {
            let difference = zip(mine, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(difference < 5e-4, "token \(row)")
        }
    }

    @Test(arguments: TinyModelTests.names)
    func `reading in pieces gives the logits of reading at once`(name: String) throws {
        let (ours, theirs) = try Self.logits(name, .exact, chunks: [1, 6, 13, 1, 1, 18])
        for (row, (mine, other)) in zip(ours, theirs).enumerated() {
            let difference = zip(mine, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(difference < 5e-4, "token \(row)")
        }
    }

    @Test(arguments: TinyModelTests.names, [ComputeMode.fast, .precise])
    func `quantized activations stay near`(name: String, compute: ComputeMode) throws {
        // 32-wide rows are the worst case for one scale per 32 values; this catches wrong formulas, not rounding.
        let (ours, theirs) = try Self.logits(name, compute)
        let divergence = zip(ours, theirs).map { Distribution.divergence(of: $0, from: $1) }
        #expect(divergence.reduce(0, +) / Double(divergence.count) < (compute == .fast ? 0.01 : 0.001))
    }
}

/// Comparisons of next-token distributions.
enum Distribution {
    /// ln of the softmax.
    static func logarithms(_ logits: [Float]) -> [Double] {
        let top = Double(logits.max() ?? 0)
        let total = logits.reduce(0.0) { $0 + exp(Double($1) - top) }
        return logits.map { Double($0) - top - log(total) }
    }

    /// Kullback-Leibler divergence of `ours` from `theirs`, in nats.
    static func divergence(of ours: [Float], from theirs: [Float]) -> Double {
        zip(logarithms(ours), logarithms(theirs)).reduce(0) { sum, pair in
            sum + exp(pair.1) * (pair.1 - pair.0)
        }
    }
}
