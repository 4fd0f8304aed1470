import Testing

@testable import LLMEval

/// The made-up model of Goldens/make_perplexity.py.
private final class MadeUpModel: LogitsSource {
    static let vocabulary = 53
    private var summary = 0
    private var position = 0
    var fed = 0

    func restart() {
        summary = 0
        position = 0
    }

    func feed(_ tokens: [Int32]) throws { try feed(tokens) { _, _ in } }

    func feed(_ tokens: [Int32], logits body: (Int, UnsafeBufferPointer<Float>) throws -> Void) throws {
        fed += tokens.count
        for (index, token) in tokens.enumerated() {
            summary = (summary * 31 + Int(token) + 1) % 1009
            let row = (0..<Self.vocabulary).map { (j: Int) -> Float in
                let value = (summary * 7919 + position * 104_729 + j * j * 1_299_709) % 2003
                return Float(value) / 128 - 8
            }
            position += 1
            try row.withUnsafeBufferPointer { try body(index, $0) }
        }
    }
}

private struct Case: Decodable {
    var context: Int
    var stride: Int?
    var bos: Bool?
    var tokens: Int
    var nll: Double
    var perplexity: Double
    var stderr: Double
}

@Suite struct PerplexityTests {
    private let tokens = (0..<203).map { (index: Int) in Int32((index * index * 5 + index * 3 + 1) % 53) }

    @Test func `Both protocols give the figures of their definitions`() throws {
        let cases = try golden("perplexity.json", as: [String: [Case]].self)
        for (name, list) in cases {
            for expected in list {
                let perplexityProtocol: PerplexityProtocol =
                    name == "strided"
                    ? .strided(context: expected.context, stride: expected.stride ?? 0)
                    : .chunked(context: expected.context)
                let evaluation = PerplexityEvaluation(
                    protocol: perplexityProtocol, beginningOfSequence: expected.bos == true ? 2 : nil)
                let result = try evaluation.run(tokens: tokens, source: MadeUpModel(), byteCount: { _ in 3 })
                #expect(result.tokens == expected.tokens, "\(perplexityProtocol)")
                // The exponentials are single precision: 2e-7 each, averaged.
                #expect(abs(result.meanNegativeLogLikelihood - expected.nll) < 1e-7 * expected.nll)
                #expect(abs(result.perplexity - expected.perplexity) < 1e-6 * expected.perplexity)
                #expect(abs(result.standardError - expected.stderr) < 1e-6 * expected.stderr)
                #expect(abs((result.bitsPerByte ?? 0) - expected.nll / 3 / 0.693147180559945) < 1e-6)
                #expect(result.signature == perplexityProtocol.signature)
            }
        }
    }

    @Test func `Every token but the first is scored once when windows overlap`() throws {
        for (context, stride) in [(10, 3), (10, 9), (4, 1), (203, 1)] {
            let windows = try PerplexityProtocol.strided(context: context, stride: stride).windows(tokenCount: 203)
            #expect(windows.flatMap { Array($0.firstScored..<$0.end) } == Array(1..<203))
            #expect(windows.allSatisfy { $0.end - $0.start <= context && $0.firstScored > $0.start })
        }
    }

    @Test func `Parts merged in any order give the whole`() throws {
        var whole = PerplexityAccumulator()
        var parts = [PerplexityAccumulator](repeating: PerplexityAccumulator(), count: 4)
        for index in 0..<1000 {
            let value = 1000 + Double((index * 7919) % 613) / 100
            whole.add(negativeLogLikelihood: value, bytes: index % 5)
            parts[(index / 3) % 3].add(negativeLogLikelihood: value, bytes: index % 5)
        }
        var merged = parts[3]
        for part in parts.reversed() { merged.merge(part) }
        let (a, b) = (try #require(whole.result(signature: "s")), try #require(merged.result(signature: "s")))
        #expect(a.tokens == b.tokens && a.bytes == b.bytes)
        #expect(abs(a.meanNegativeLogLikelihood - b.meanNegativeLogLikelihood) < 1e-10)
        #expect(abs(a.meanStandardError - b.meanStandardError) < 1e-12)
        #expect(PerplexityAccumulator().result(signature: "s") == nil)
    }

    @Test func `Wrong options and unusable logits are refused by name`() throws {
        func run(_ perplexityProtocol: PerplexityProtocol, _ tokens: [Int32]) throws {
            _ = try PerplexityEvaluation(protocol: perplexityProtocol)
                .run(tokens: tokens, source: MadeUpModel(), byteCount: { _ in 1 })
        }
        #expect(throws: EvaluationError.tooFewTokens(found: 203, needed: 204, context: 204)) {
            try run(.chunked(context: 204), tokens)
        }
        #expect(throws: EvaluationError.tooFewTokens(found: 1, needed: 2, context: 8)) {
            try run(.strided(context: 8, stride: 8), [1])
        }
        #expect(throws: EvaluationError.invalidOption(name: "stride", value: "9", expected: "1 to the context of 8")) {
            try run(.strided(context: 8, stride: 9), tokens)
        }
        #expect(throws: EvaluationError.tokenOutOfRange(token: 53, tokenIndex: 1, vocabularySize: 53)) {
            try run(.strided(context: 8, stride: 8), [1, 53])
        }
        #expect(throws: EvaluationError.tokenOutOfRange(token: -1, tokenIndex: 1, vocabularySize: 53)) {
            try run(.strided(context: 8, stride: 8), [1, -1])
        }
    }

    @Test func `Log-softmax agrees with double precision over wide ranges`() {
        for (count, scale) in [(1, 1), (15, 3), (16, 3), (17, 40), (1000, 10), (49_152, 20), (262_144, 5)] {
            var state: UInt64 = 42
            let logits = (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return (Float(state >> 40) / 8_388_608 - 1) * Float(scale)
            }
            let largest = Double(logits.max() ?? 0)
            let reference =
                naturalLogarithm(logits.reduce(0.0) { $0 + exponential(Double($1) - largest) }) + largest
                - Double(logits[count / 2])
            let value = logits.withUnsafeBufferPointer {
                LogSoftmax.negativeLogLikelihood($0, target: count / 2)
            }
            #expect(abs(value - reference) < 3e-7, "\(count) values over ±\(scale)")
        }
    }

    @Test func `A logit that is not a number makes the result not a number`() {
        for index in [0, 20, 32] {
            var logits = [Float](repeating: 1, count: 33)
            logits[index] = .nan
            #expect(logits.withUnsafeBufferPointer { LogSoftmax.negativeLogLikelihood($0, target: 3) }.isNaN)
            logits[index] = -.infinity
            #expect(logits.withUnsafeBufferPointer { LogSoftmax.negativeLogLikelihood($0, target: 3) }.isFinite)
            logits[index] = .infinity
            #expect(logits.withUnsafeBufferPointer { LogSoftmax.negativeLogLikelihood($0, target: 3) }.isNaN)
        }
    }

    @Test func `A cancelled task stops before the next window`() async {
        let tokens = tokens
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try PerplexityEvaluation(protocol: .chunked(context: 16))
                .run(tokens: tokens, source: MadeUpModel(), byteCount: { _ in 1 })
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
