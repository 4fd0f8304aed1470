import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

@Suite struct DecoderSessionTests {
    static func decoder(_ name: String, _ compute: ComputeMode = .fast, threads: Int = 2) throws -> Decoder {
        let (configuration, weights, _) = try TinyModelTests.load(name)
        return try Decoder(
            configuration: configuration, weights: weights,
            options: DecoderOptions(compute: compute, threadCount: threads))
    }

    static func logits(_ session: DecoderSession, _ tokens: [TokenID]) throws -> [[Float]] {
        var rows: [[Float]] = []
        try session.append(tokens, logits: .all) { _, logits in rows.append(Array(logits)) }
        return rows
    }

    static func tokens(_ count: Int) -> [TokenID] { (0..<count).map { TokenID(($0 * 7 + 3) % 60) } }

    @Test(arguments: ["llama", "gemma3"], ComputeMode.allCases)
    func `results do not depend on the number of threads`(name: String, compute: ComputeMode) throws {
        let tokens = Self.tokens(39)
        var results: [[[Float]]] = []
        for threads in [1, 2, 4] {
            let session = try DecoderSession(model: Self.decoder(name, compute, threads: threads))
            var rows = try Self.logits(session, tokens)
            for token in tokens.prefix(5) { rows.append(Array(try session.append(token))) }
            results.append(rows)
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test(arguments: ["llama", "gemma3", "gpt2"])
    func `forgetting tokens brings back what was there`(name: String) throws {
        let session = try DecoderSession(model: Self.decoder(name, .exact))
        let tokens = Self.tokens(30)
        let first = try Self.logits(session, tokens)
        try session.truncate(to: 11)
        #expect(session.position == 11)
        let second = try Self.logits(session, Array(tokens[11...]))
        for (a, b) in zip(first[11...], second) {
            #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-4 })
        }
        session.reset()
        #expect(try Self.logits(session, tokens) == first)
    }

    @Test func `single tokens give the logits of a run of tokens`() throws {
        let decoder = try Self.decoder("llama", .exact)
        let tokens = Self.tokens(20)
        let whole = try Self.logits(DecoderSession(model: decoder), tokens)
        let session = try DecoderSession(model: decoder)
        for (index, token) in tokens.enumerated() {
            let row = try session.append(token)
            #expect(zip(row, whole[index]).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test func `the last token's logits are the last of all`() throws {
        let decoder = try Self.decoder("llama")
        let all = try Self.logits(DecoderSession(model: decoder), Self.tokens(20))
        var calls: [(Int, [Float])] = []
        try DecoderSession(model: decoder).append(Self.tokens(20), logits: .last) { calls.append(($0, Array($1))) }
        #expect(calls.count == 1)
        #expect(calls.first?.0 == 19)
        let last = try #require(calls.first?.1)
        #expect(zip(last, all[19]).allSatisfy { abs($0 - $1) < 0.05 })
    }

    @Test func `tokens that do not fit or do not exist are refused and nothing changes`() throws {
        let session = try DecoderSession(model: Self.decoder("llama"), contextLength: 16)
        _ = try Self.logits(session, Self.tokens(10))
        #expect(throws: DecoderError.contextFull(position: 10, adding: 7, contextLength: 16)) {
            try Self.logits(session, Self.tokens(7))
        }
        let size = session.model.configuration.vocabularySize
        #expect(throws: DecoderError.invalidToken(id: size, vocabularySize: size)) {
            try Self.logits(session, [1, TokenID(size)])
        }
        #expect(throws: DecoderError.invalidToken(id: -1, vocabularySize: size)) { _ = try session.append(-1) }
        #expect(throws: DecoderError.invalidPosition(11, length: 10)) { try session.truncate(to: 11) }
        #expect(session.position == 10)
        _ = try Self.logits(session, Self.tokens(6))
        #expect(throws: DecoderError.contextFull(position: 16, adding: 1, contextLength: 16)) {
            _ = try session.append(1)
        }
    }

    @Test func `a thrown error in the middle leaves the sequence as it was`() throws {
        struct Stop: Error {}
        let session = try DecoderSession(model: Self.decoder("llama"))
        _ = try Self.logits(session, Self.tokens(5))
        #expect(throws: Stop.self) {
            try session.append(Self.tokens(9), logits: .all) { index, _ in if index == 4 { throw Stop() } }
        }
        #expect(session.position == 5)
    }

    @Test func `a cancelled task stops before the next chunk`() async throws {
        let decoder = try Self.decoder("llama")
        let task = Task { () -> Int in
            let session = try DecoderSession(model: decoder)
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(throws: CancellationError.self) { try Self.logits(session, Self.tokens(8)) }
            return session.position
        }
        #expect(try await task.value == 0)
    }

    @Test func `weights of another shape are refused by name`() throws {
        var (configuration, weights, _) = try TinyModelTests.load("llama")
        weights.layers[0].up = weights.layers[0].down
        configuration.contextLength = 64
        #expect {
            _ = try Decoder(configuration: configuration, weights: weights)
        } throws: { error in
            guard case DecoderError.shape(let tensor, _, _) = error else { return false }
            return tensor == "layer 0 up"
        }
    }
}
