import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

/// The largest logits by screening the head: the same bits as when all are computed.
@Suite struct LargestLogitsTests {
    static let vocabulary = 4099

    /// A model with a head of 129 panels, the last nearly empty.
    static func decoder(compute: ComputeMode = .fast, threads: Int = 2) throws -> Decoder {
        try QuantizedModel.decoder(
            .q8_0, compute: compute, threads: threads, vocabulary: vocabulary, screenedHeadRows: 4096)
    }

    /// Checks that the `count` largest are those of all logits, and others those or nothing; returns how many were left out.
    @discardableResult
    private func check(_ some: [Float], _ all: [Float], largest count: Int) -> Int {
        let floor = all.sorted(by: >)[min(count, all.count) - 1]
        let wrong = all.indices.filter { some[$0] != all[$0] && !(some[$0] == -.infinity && all[$0] < floor) }
        #expect(some.count == all.count && wrong.isEmpty, "of \(count): \(wrong.prefix(9))")
        return some.count { $0 == -.infinity }
    }

    @Test(arguments: [ComputeMode.fast, .precise], [1, 2, 3])
    func `the largest logits are the same bits`(compute: ComputeMode, threads: Int) throws {
        let decoder = try Self.decoder(compute: compute, threads: threads)
        #expect(decoder.headScreen != nil)
        let prompt = QuantizedModel.tokens(20)
        let tokens = QuantizedModel.tokens(16, seed: 3)
        let whole = try DecoderSession(model: decoder)
        try whole.append(prompt, logits: .none) { _, _ in }
        let all = try tokens.map { Array(try whole.append($0)) }
        for count in [1, 2, 5, 40, 64, 65, 5000] {
            let some = try DecoderSession(model: decoder)
            try some.append(prompt, logits: .none) { _, _ in }
            var left = 0
            for (token, expected) in zip(tokens, all) {
                left += check(Array(try some.append(token, wanted: .largest(count))), expected, largest: count)
            }
            // Most of the vocabulary was not looked at where one is wanted; more than are found this way means all.
            if count == 1 { #expect(left > tokens.count * Self.vocabulary / 2) }
            if count > 64 { #expect(left == 0) }
        }
        // The prompt's last row, and a step with everything behind it.
        let some = try DecoderSession(model: decoder)
        try whole.truncate(to: 0)
        var rows: [[Float]] = []
        try whole.append(prompt, logits: .last) { rows.append(Array($1)) }
        try some.append(prompt, logits: .last, wanted: .largest(1)) { rows.append(Array($1)) }
        check(rows[1], rows[0], largest: 1)
        #expect(Array(try some.append(5)) == Array(try whole.append(5)))
    }

    @Test func `a head that is small, exact or of another type has no screen`() throws {
        #expect(try QuantizedModel.decoder(.q8_0).headScreen == nil)
        #expect(try QuantizedModel.decoder(.q8_0, compute: .exact, screenedHeadRows: 32).headScreen == nil)
        let other = try QuantizedModel.decoder(.q4_1, screenedHeadRows: 32)
        #expect(other.headScreen == nil)
        let session = try DecoderSession(model: other)
        let all = Array(try session.append(1))
        try session.truncate(to: 0)
        #expect(Array(try session.append(1, wanted: .largest(1))) == all)
    }

    @Test func `a batch of one sequence screens, of several computes all`() throws {
        let decoder = try Self.decoder()
        let batch = try DecoderBatch(model: decoder)
        let session = try DecoderSession(model: decoder)
        let tokens = QuantizedModel.tokens(9)
        var all: [Float] = []
        try session.append(tokens, logits: .last) { all = Array($1) }
        var left = 0
        try batch.advance([.init(batch.makeSequence(), tokens, wanted: .largest(1))]) {
            left = check(Array($1), all, largest: 1)
        }
        #expect(left > 0)
        try batch.advance([
            .init(batch.makeSequence(), tokens, wanted: .largest(1)),
            .init(batch.makeSequence(), tokens, wanted: .largest(1)),
        ]) { #expect(Array($1) == all, "sequence \($0)") }
    }

    @Test func `a sampler wants what it can choose from`() throws {
        func wanted(_ change: (inout SamplingParameters) -> Void, accepting token: TokenID? = nil) throws -> String {
            var parameters = SamplingParameters()
            change(&parameters)
            var sampler = try Sampler(parameters, vocabularySize: 100)
            if let token { try sampler.accept(token) }
            return switch try sampler.wantedLogits() {
            case .all: "all"
            case .only: "only"
            case .largest(let count): "\(count)"
            }
        }
        #expect(try wanted { _ in } == "all")
        #expect(try wanted { $0.temperature = 0 } == "1")
        #expect(try wanted { $0.topK = 1 } == "1")
        #expect(try wanted { ($0.topK, $0.topP, $0.minP) = (40, 0.9, 0.05) } == "40")
        #expect(try wanted { $0.topP = 0.9 } == "all")
        #expect(try wanted { ($0.topK, $0.logitBias) = (40, [3: 1]) } == "all")
        #expect(try wanted({ ($0.temperature, $0.penalties.repetition) = (0, 1.1) }, accepting: 7) == "all")
    }

    @Test(arguments: [0, 0.9])
    func `sampling chooses the same tokens from the largest logits`(temperature: Double) throws {
        let decoder = try Self.decoder()
        var parameters = SamplingParameters(temperature: temperature, topK: 5, seed: 8)
        parameters.topP = 0.95
        var runs: [[TokenID]] = []
        for isScreened in [false, true] {
            let session = try DecoderSession(model: decoder)
            var sampler = try Sampler(parameters, vocabularySize: Self.vocabulary)
            var tokens: [TokenID] = [1]
            for _ in 0..<80 {
                let wanted = isScreened ? try sampler.wantedLogits() : .all
                let token = try sampler.sample(try session.append(tokens[tokens.count - 1], wanted: wanted))
                try sampler.accept(token)
                tokens.append(token)
            }
            runs.append(tokens)
        }
        #expect(runs[0] == runs[1])
    }
}
