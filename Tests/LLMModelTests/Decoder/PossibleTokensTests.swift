import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

/// Logits of only some tokens, as a grammar wants them: the same bits as when all are computed.
@Suite struct PossibleTokensTests {
    @Test(arguments: ["llama", "gemma3", "gpt2"], [ComputeMode.fast, .exact])
    func `wanted logits are the same, whatever else is computed`(name: String, compute: ComputeMode) throws {
        let decoder = try DecoderSessionTests.decoder(name, compute)
        let tokens = DecoderSessionTests.tokens(20)
        let (whole, some) = (try DecoderSession(model: decoder), try DecoderSession(model: decoder))
        var expected: [[Float]] = []
        try whole.append(tokens, logits: .last) { expected.append(Array($1)) }
        for token: TokenID in [3, 9, 27] { expected.append(Array(try whole.append(token))) }
        let size = decoder.configuration.vocabularySize
        let masks = [
            TokenMask([0]), TokenMask([1, TokenID(size - 1)]), TokenMask([] as [TokenID]), TokenMask(0..<TokenID(size)),
        ]
        var rows: [[Float]] = []
        try some.append(tokens, logits: .last, wanted: .only(masks[0])) { rows.append(Array($1)) }
        for (token, mask) in zip([3, 9, 27] as [TokenID], masks.dropFirst()) {
            rows.append(Array(try some.append(token, wanted: .only(mask))))
        }
        for (row, (logits, mask)) in zip(rows, zip(expected, masks)) {
            for id in row.indices {
                let isWanted = mask.contains(TokenID(id))
                #expect(row[id] == logits[id] || !isWanted && row[id] == -.infinity)
            }
        }
        // And the next step has everything again.
        #expect(Array(try some.append(5)) == Array(try whole.append(5)))
        // Panels that nobody wants were not computed, where there are several.
        if size > 128 { #expect(rows[0].last == -.infinity && rows[2].allSatisfy { $0 == -.infinity }) }
    }

    @Test func `a batch computes what any of its sequences wants`() throws {
        let decoder = try DecoderSessionTests.decoder("llama")
        let batch = try DecoderBatch(model: decoder)
        let sequences = (0..<2).map { _ in batch.makeSequence() }
        let tokens = DecoderSessionTests.tokens(6)
        var expected: [[Float]] = []
        try batch.advance(sequences.map { .init(batch.fork($0), tokens) }) { expected.append(Array($1)) }
        let last = TokenID(decoder.configuration.vocabularySize - 1)
        let masks = [TokenMask([2]), TokenMask([last])]
        try batch.advance(zip(sequences, masks).map { .init($0, tokens, wanted: .only($1)) }) { index, logits in
            #expect(logits[2] == expected[index][2] && logits[Int(last)] == expected[index][Int(last)])
        }
        // One that can go on with anything.
        try batch.advance([
            .init(batch.makeSequence(), tokens, wanted: .only(masks[0])), .init(batch.makeSequence(), tokens),
        ]) { index, logits in
            #expect(Array(logits) == expected[index])
        }
    }

    @Test func `a set of tokens has what it was made of`() {
        let mask = TokenMask([0, 31, 64, 200, -3])
        #expect((-5..<300).filter { mask.contains(TokenID($0)) } == [0, 31, 64, 200])
        var set: [UInt64] = [0, 2, 4]
        set.withUnsafeMutableBufferPointer { set in
            guard let base = set.baseAddress else { return }
            mask.formUnion(into: base, count: 3)
            TokenMask([5, 300]).formUnion(into: base, count: 3)
        }
        #expect(set == [1 | 1 << 31 | 1 << 5, 3, 4])
        #expect(TokenMask([]).words.isEmpty)
    }
}
