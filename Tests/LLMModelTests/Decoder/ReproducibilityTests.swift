import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

/// The same bits whatever the number of threads and whoever shares a step.
@Suite struct ReproducibilityTests {
    /// A format without mins, one with, K types with scales per 32 and per 16 columns, and plain halves.
    static let types: [ElementType] = [.q8_0, .q4_1, .q4_K, .q6_K, .f16]

    /// Logits of a long and a short prompt, of single tokens, and of steps that mix all three.
    static func logits(_ decoder: Decoder) throws -> [[Float]] {
        var rows: [[Float]] = []
        let session = try DecoderSession(model: decoder)
        for count in [200, 30] {
            try session.append(QuantizedModel.tokens(count), logits: .all) { _, logits in rows.append(Array(logits)) }
        }
        for token in QuantizedModel.tokens(3) { rows.append(Array(try session.append(token))) }
        let batch = try DecoderBatch(model: decoder)
        let sequences = (0..<7).map { _ in batch.makeSequence() }
        for round in 0..<3 {
            let inputs = sequences.enumerated().map { index, sequence in
                DecoderBatch.Input(
                    sequence, QuantizedModel.tokens(round == 0 || index != 3 ? index * 2 + 1 : 150, seed: index))
            }
            try batch.advance(inputs) { _, logits in rows.append(Array(logits)) }
        }
        return rows
    }

    @Test(arguments: types, ComputeMode.allCases)
    func `logits are the same bits for one, two and four threads`(type: ElementType, compute: ComputeMode) throws {
        let results = try [1, 2, 4].map { threads in
            try Self.logits(QuantizedModel.decoder(type, compute: compute, threads: threads))
        }
        #expect(results[0].count == 200 + 30 + 3 + 21)
        #expect(results[0].allSatisfy { $0.allSatisfy(\.isFinite) })
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test(arguments: types, [ComputeMode.fast, .precise])
    func `a sequence's logits do not depend on those it shares steps with`(
        type: ElementType, compute: ComputeMode
    ) throws {
        let decoder = try QuantizedModel.decoder(type, compute: compute)
        // Short and long prompts, and a few tokens at a time: every way a step can read them.
        let pieces = [[3, 1, 1], [140, 1, 1], [20, 1, 1], [1, 1, 130], [5, 1, 1], [1, 1, 1]]
        var together: [[[Float]]] = pieces.map { _ in [] }
        let batch = try DecoderBatch(model: decoder)
        let sequences = pieces.map { _ in batch.makeSequence() }
        for round in 0..<3 {
            let inputs = pieces.enumerated().map { index, counts in
                DecoderBatch.Input(sequences[index], QuantizedModel.tokens(counts[round], seed: index + round))
            }
            try batch.advance(inputs) { index, logits in together[index].append(Array(logits)) }
        }
        for (index, counts) in pieces.enumerated() {
            let session = try DecoderSession(model: decoder)
            for (round, count) in counts.enumerated() {
                let tokens = QuantizedModel.tokens(count, seed: index + round)
                try session.append(tokens, logits: .last) { _, logits in
                    #expect(Array(logits) == together[index][round], "sequence \(index), step \(round)")
                }
            }
        }
    }
}
