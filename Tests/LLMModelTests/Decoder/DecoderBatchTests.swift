import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

@Suite struct DecoderBatchTests {
    /// The logits behind each sequence's last token when every sequence is computed alone.
    static func alone(_ decoder: Decoder, _ tokens: [TokenID]) throws -> [Float] {
        var last: [Float] = []
        try DecoderSession(model: decoder).append(tokens, logits: .last) { last = Array($1) }
        return last
    }

    static func near(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-4 }
    }

    @Test(arguments: ["llama", "gemma3", "gpt2"])
    func `sequences computed together are those computed alone`(name: String) throws {
        let decoder = try DecoderSessionTests.decoder(name, .exact)
        let batch = try DecoderBatch(model: decoder)
        let lengths = [1, 17, 3, 9, 30, 2]
        var all = lengths.map { Array(DecoderSessionTests.tokens(40).dropFirst($0 % 5).prefix($0)) }
        let sequences = lengths.map { _ in batch.makeSequence() }
        // Prompts and single tokens, mixed: in round r the sequences from r on start, the others go on by a token.
        for round in 0..<lengths.count {
            var inputs: [DecoderBatch.Input] = []
            for index in 0...round {
                let tokens: [TokenID] = index == round ? all[index] : [TokenID((round * 11 + index) % 60)]
                if index < round { all[index] += tokens }
                inputs.append(.init(sequences[index], tokens, wantsLogits: index != 1))
            }
            var seen: [Int] = []
            try batch.advance(inputs) { index, logits in
                seen.append(index)
                let expected = try Self.alone(decoder, all[index])
                #expect(Self.near(Array(logits), expected), "sequence \(index)")
            }
            #expect(seen == (0...round).filter { $0 != 1 })
        }
        #expect(sequences.map(\.position) == all.map(\.count))
    }

    @Test func `a fork goes its own way and leaves the original alone`() throws {
        let decoder = try DecoderSessionTests.decoder("llama", .exact)
        let batch = try DecoderBatch(model: decoder)
        let tokens = DecoderSessionTests.tokens(20)
        let original = batch.makeSequence()
        try batch.advance([.init(original, tokens, wantsLogits: false)]) { _, _ in Issue.record("unwanted logits") }
        let fork = batch.fork(original)
        try batch.advance([.init(original, [5]), .init(fork, [9])]) { index, logits in
            let expected = try Self.alone(decoder, tokens + [index == 0 ? 5 : 9])
            #expect(Self.near(Array(logits), expected))
        }
        try batch.truncate(fork, to: 10)
        try batch.advance([.init(fork, [7])]) { _, logits in
            let expected = try Self.alone(decoder, tokens.prefix(10) + [7])
            #expect(Self.near(Array(logits), expected))
        }
        try batch.advance([.init(original, [6])]) { _, logits in
            let expected = try Self.alone(decoder, tokens + [5, 6])
            #expect(Self.near(Array(logits), expected))
        }
    }

    @Test func `what does not fit is refused before anything changes`() throws {
        let batch = try DecoderBatch(
            model: DecoderSessionTests.decoder("llama"), contextLength: 16, stepLimit: 20)
        let (one, two) = (batch.makeSequence(), batch.makeSequence())
        #expect(throws: DecoderError.contextFull(position: 0, adding: 17, contextLength: 16)) {
            try batch.advance([.init(one, DecoderSessionTests.tokens(17))]) { _, _ in }
        }
        #expect(throws: DecoderError.unsupported("24 tokens in a step of at most 20")) {
            let tokens = DecoderSessionTests.tokens(12)
            try batch.advance([.init(one, tokens), .init(two, tokens)]) { _, _ in }
        }
        #expect(throws: DecoderError.self) {
            try batch.advance([.init(one, [1]), .init(one, [2])]) { _, _ in }
        }
        #expect(throws: DecoderError.self) { try batch.advance([.init(one, [1]), .init(two, [-2])]) { _, _ in } }
        #expect(one.position == 0)
        #expect(two.position == 0)
        try batch.advance([]) { _, _ in }
    }
}
