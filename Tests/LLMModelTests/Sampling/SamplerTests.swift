import Foundation
import LLMTokenizer
import Testing

@testable import LLMModel

@Suite struct SamplerTests {
    /// Deterministic logits, roughly normal.
    static func logits(_ count: Int, scale: Float = 2, seed: UInt32 = 1) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            var sum: Float = 0
            for _ in 0..<4 {
                state = state &* 1_664_525 &+ 1_013_904_223
                sum += Float(state >> 8) / Float(1 << 24) - 0.5
            }
            return sum * scale
        }
    }

    func sample(_ sampler: inout Sampler, _ logits: [Float]) throws -> TokenID {
        try logits.withUnsafeBufferPointer { try sampler.sample($0) }
    }

    @Test func `greedy takes the first of the largest logits`() throws {
        var logits = Self.logits(1000)
        logits[333] = 99
        logits[777] = 99
        var sampler = try Sampler(.greedy, vocabularySize: logits.count)
        #expect(try sample(&sampler, logits) == 333)
        logits[333] = -.infinity
        #expect(try sample(&sampler, logits) == 777)
    }

    @Test(arguments: [1, 5, 15, 16, 17, 33, 100])
    func `greedy agrees with a plain scan at every length`(count: Int) throws {
        let logits = Self.logits(count, seed: UInt32(count))
        var sampler = try Sampler(.greedy, vocabularySize: count)
        let expected = logits.indices.max { (logits[$0], $1) < (logits[$1], $0) }
        #expect(try Int(sample(&sampler, logits)) == expected)
    }

    @Test(arguments: [Float.nan, .infinity], [0, 500, 999])
    func `an unusable logit is a typed error`(value: Float, place: Int) throws {
        var logits = Self.logits(1000)
        logits[place] = value
        for parameters in [SamplingParameters.greedy, SamplingParameters(temperature: 0.8, topK: 5, seed: 1)] {
            var sampler = try Sampler(parameters, vocabularySize: logits.count)
            #expect {
                try sample(&sampler, logits)
            } throws: { error in
                guard case SamplingError.invalidLogit(let token, _) = error else { return false }
                return token == place
            }
        }
    }

    @Test func `masking everything is a typed error`() throws {
        let logits = [Float](repeating: -.infinity, count: 64)
        var sampler = try Sampler(SamplingParameters(seed: 3), vocabularySize: 64)
        #expect(throws: SamplingError.everyTokenMasked) { try sample(&sampler, logits) }
    }

    @Test func `wrong sizes and identifiers are typed errors`() throws {
        var sampler = try Sampler(.greedy, vocabularySize: 10)
        #expect(throws: SamplingError.vocabularySizeMismatch(expected: 10, actual: 9)) {
            try sample(&sampler, Self.logits(9))
        }
        #expect(throws: SamplingError.tokenOutOfRange(token: 10, vocabularySize: 10)) { try sampler.accept(10) }
        #expect(throws: SamplingError.tokenOutOfRange(token: -1, vocabularySize: 10)) { try sampler.accept(-1) }
        #expect(throws: SamplingError.tokenOutOfRange(token: 12, vocabularySize: 10)) {
            try Sampler(SamplingParameters(logitBias: [12: 1]), vocabularySize: 10)
        }
    }

    @Test func `every parameter outside its range is named`() {
        let bad: [(SamplingParameters, String)] = [
            (SamplingParameters(temperature: -1), "temperature"),
            (SamplingParameters(temperature: .nan), "temperature"),
            (SamplingParameters(topK: -1), "topK"),
            (SamplingParameters(topP: 0), "topP"),
            (SamplingParameters(topP: 1.01), "topP"),
            (SamplingParameters(minP: -0.1), "minP"),
            (SamplingParameters(penalties: .init(repetition: 0)), "penalties.repetition"),
            (SamplingParameters(penalties: .init(frequency: .infinity)), "penalties.frequency"),
            (SamplingParameters(penalties: .init(presence: .nan)), "penalties.presence"),
            (SamplingParameters(penalties: .init(repetition: 2, window: -1)), "penalties.window"),
            (SamplingParameters(logitBias: [3: .infinity]), "logitBias[3]"),
        ]
        for (parameters, name) in bad {
            #expect {
                try parameters.validate()
            } throws: { error in
                guard case SamplingError.invalidParameter(let found, _, _) = error else { return false }
                return found == name
            }
        }
    }

    @Test func `the same seed draws the same tokens and another seed others`() throws {
        let logits = Self.logits(5000)
        func draws(_ seed: UInt64?) throws -> [TokenID] {
            var sampler = try Sampler(SamplingParameters(seed: seed), vocabularySize: logits.count)
            return try (0..<50).map { _ in try sample(&sampler, logits) }
        }
        #expect(try draws(11) == draws(11))
        #expect(try draws(11) != draws(12))
        var drawn = try Sampler(SamplingParameters(), vocabularySize: logits.count)
        let first = try (0..<50).map { _ in try sample(&drawn, logits) }
        #expect(try draws(drawn.seed) == first)
    }

    @Test func `a copy of a sampler continues with the same draws`() throws {
        let logits = Self.logits(300)
        var one = try Sampler(SamplingParameters(topP: 0.9, seed: 5), vocabularySize: 300)
        _ = try sample(&one, logits)
        var other = one
        for _ in 0..<20 { #expect(try sample(&one, logits) == sample(&other, logits)) }
    }

    /// Chi-square of 20,000 draws against the analytic distribution. The seed is fixed, so the test is
    /// deterministic; the bound is the 99.9 % quantile by Wilson and Hilferty.
    @Test(arguments: [
        SamplingParameters(temperature: 1), SamplingParameters(temperature: 0.5),
        SamplingParameters(temperature: 1.7, topK: 10), SamplingParameters(topP: 0.75),
        SamplingParameters(temperature: 1.4, topK: 25, topP: 0.9, minP: 0.05),
        SamplingParameters(temperature: 1.4, topP: 0.9, minP: 0.05, temperatureOrder: .last),
    ])
    func `draws follow the distribution`(_ given: SamplingParameters) throws {
        var parameters = given
        parameters.seed = 20_261_123
        let logits = Self.logits(40, scale: 3)
        var sampler = try Sampler(parameters, vocabularySize: logits.count)
        let expected = try logits.withUnsafeBufferPointer { try sampler.distribution($0) }
        var counts: [TokenID: Int] = [:]
        let draws = 20_000
        for _ in 0..<draws { counts[try sample(&sampler, logits), default: 0] += 1 }
        #expect(abs(expected.reduce(0) { $0 + $1.probability } - 1) < 1e-9)
        #expect(Set(counts.keys).isSubset(of: expected.map(\.token)))
        // Cells with fewer than 5 expected draws are pooled.
        var statistic = 0.0
        var cells = 0
        var pooled = (expected: 0.0, seen: 0.0)
        for cell in expected {
            let mean = cell.probability * Double(draws)
            let seen = Double(counts[cell.token] ?? 0)
            if mean >= 5 {
                statistic += (seen - mean) * (seen - mean) / mean
                cells += 1
            } else {
                pooled.expected += mean
                pooled.seen += seen
            }
        }
        if pooled.expected >= 5 {
            statistic += (pooled.seen - pooled.expected) * (pooled.seen - pooled.expected) / pooled.expected
            cells += 1
        }
        let freedom = Double(max(cells - 1, 1))
        let quantile = freedom * pow(1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)).squareRoot(), 3)
        #expect(statistic < quantile)
    }

    @Test func `the order of temperature decides what a nucleus holds`() throws {
        let logits: [Float] = [2, 1, 0, -1, -2, -3]
        func kept(_ order: SamplingParameters.TemperatureOrder) throws -> Int {
            let parameters = SamplingParameters(temperature: 3, topP: 0.8, temperatureOrder: order, seed: 1)
            var sampler = try Sampler(parameters, vocabularySize: logits.count)
            return try logits.withUnsafeBufferPointer { try sampler.distribution($0) }.count
        }
        // softmax(logits) starts .63 .23; softmax(logits / 3) starts .33 .23 .17 .12
        #expect(try kept(.last) == 2)
        #expect(try kept(.first) == 4)
    }

    @Test func `biases penalties and processors change the logits in the documented order`() throws {
        struct Forbid: LogitsProcessor {
            var token: Int
            mutating func process(_ logits: UnsafeMutableBufferPointer<Float>) { logits[token] = -.infinity }
            mutating func accept(_ token: TokenID) { self.token = Int(token) }
        }
        let logits: [Float] = [5, 4, 3, 2, 1]
        let parameters = SamplingParameters(
            temperature: 0, penalties: .init(repetition: 2, frequency: 0.25, presence: 0.5), logitBias: [2: 1.5])
        var sampler = try Sampler(parameters, vocabularySize: 5, processors: [Forbid(token: 0)])
        // 0 is masked, 1 has 4, 2 has 3 + 1.5.
        #expect(try sample(&sampler, logits) == 2)
        try sampler.accept(2)
        // Now 2 is masked instead; 0 leads.
        #expect(try sample(&sampler, logits) == 0)
        try sampler.accept(contentsOf: [0, 0])
        // 0: 5 / 2 - 2 * 0.25 - 0.5 = 1.5; 1 leads with 4.
        #expect(try sample(&sampler, logits) == 1)
    }

    @Test func `a processor that throws is reported`() throws {
        struct Failing: LogitsProcessor {
            struct Broken: Error {}
            mutating func process(_ logits: UnsafeMutableBufferPointer<Float>) throws { throw Broken() }
        }
        var sampler = try Sampler(.greedy, vocabularySize: 4, processors: [Failing()])
        #expect(throws: SamplingError.processorFailed(description: "Broken()")) {
            try sample(&sampler, [1, 2, 3, 4])
        }
    }

    @Test func `only the window counts for penalties`() throws {
        let logits: [Float] = [10, 9, 8, 7]
        let parameters = SamplingParameters(temperature: 0, penalties: .init(presence: 5, window: 2))
        var sampler = try Sampler(parameters, vocabularySize: 4)
        var drawn: [TokenID] = []
        for _ in 0..<6 {
            let token = try sample(&sampler, logits)
            drawn.append(token)
            try sampler.accept(token)
        }
        #expect(drawn == [0, 1, 2, 0, 1, 2])
    }

    @Test func `a token history counts what a plain count counts`() {
        var history = TokenHistory(vocabularySize: 7, window: 5)
        var all: [TokenID] = []
        for step in 0..<200 {
            let token = TokenID((step * step + step / 3) % 7)
            history.append(token)
            all.append(token)
            let window = all.suffix(5)
            #expect(Set(history.distinct) == Set(window))
            #expect(history.distinct.count == Set(window).count)
            for token in Set(window) { #expect(Int(history.count(of: token)) == window.count { $0 == token }) }
        }
    }

    @Test(arguments: [1, 2, 7, 40, 199, 999])
    func `top-k keeps what a sort keeps`(k: Int) throws {
        let logits = Self.logits(1000, seed: UInt32(k)).map { ($0 * 8).rounded() / 8 }  // with ties
        var list = CandidateList(vocabularySize: logits.count)
        logits.withUnsafeBufferPointer { list.fill(from: $0, above: -.infinity, limit: k) }
        let best = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }.prefix(k)
        let kept = list.probabilities(maximum: logits[best[0]], scale: 1)
        #expect(kept.map { Int($0.token) } == Array(best))
    }

    @Test(arguments: [0.01, 0.3, 0.5, 0.9, 0.99, 0.9999], [Float(0.3), 2, 20])
    func `a nucleus is the smallest set that reaches its mass`(probability: Double, scale: Float) throws {
        let logits = Self.logits(3000, scale: scale, seed: 9)
        var list = CandidateList(vocabularySize: logits.count)
        let order = logits.indices.sorted { logits[$0] > logits[$1] }
        let top = logits[order[0]]
        logits.withUnsafeBufferPointer { list.fill(from: $0, above: -.infinity, limit: 0) }
        list.keepNucleus(probability: probability, maximum: top, scale: 1)
        let kept = Set(list.probabilities(maximum: top, scale: 1).map { Int($0.token) })
        let total = logits.reduce(0.0) { $0 + exp(Double($1 - top)) }
        var mass = 0.0
        var expected: Set<Int> = []
        for token in order where mass < probability * total {
            mass += exp(Double(logits[token] - top))
            expected.insert(token)
        }
        // The last token may fall on either side of the boundary by rounding.
        #expect(kept.symmetricDifference(expected).count <= (probability > 0.999 ? 2 : 0))
    }

    @Test func `the exponential is within 3e-7 of the C library's`() {
        let values = (0..<20_000).map { -Float($0) * 0.00437 } + [-87.5, -100, -1000, -.infinity]
        var result = [Float](repeating: 1, count: values.count)
        let total = values.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer {
                Exponential.weights(of: source, shift: 0, scale: 1, into: $0.baseAddress!)
            }
        }
        var expectedTotal = 0.0
        for (value, weight) in zip(values, result) {
            let expected = value < -87 ? 0 : exp(Double(value))
            expectedTotal += expected
            #expect(abs(Double(weight) - expected) <= 3e-7 * expected)
        }
        #expect(abs(total - expectedTotal) < 1e-6 * expectedTotal)
    }

    @Test func `parameters survive JSON and absent keys take defaults`() throws {
        let parameters = SamplingParameters(
            temperature: 0.3, topK: 7, penalties: .init(repetition: 1.1, window: 32), logitBias: [5: -2], seed: 9)
        let data = try JSONEncoder().encode(parameters)
        #expect(try JSONDecoder().decode(SamplingParameters.self, from: data) == parameters)
        let sparse = try JSONDecoder().decode(SamplingParameters.self, from: Data(#"{"topP":0.5}"#.utf8))
        #expect(sparse == SamplingParameters(topP: 0.5))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(SamplingParameters.self, from: Data(#"{"logitBias":{"x":1}}"#.utf8))
        }
    }
}
