import Foundation
import LLMModel
import LLMTensor
import LLMTokenizer
import Synchronization
import Testing

@testable import LLMServing

/// Versions of a real model that come and go under load. `serving-benchmark MODEL --rollouts` does the same for longer, and loads every version
/// from its file again.
@Suite(
    .serialized, .enabled(if: RealModel.isWanted, "run Scripts/fetch-models to fetch the model"),
    .enabled(if: RealModel.isOptimized, "needs an optimized build"))
struct RealModelRolloutTests {
    private static func served(_ version: String, _ bundle: ModelBundle) throws -> ServedModel {
        ServedModel(version: version, engine: try ServingEngine(model: bundle, name: version), bundle: bundle)
    }

    private static func parameters(_ number: Int, _ count: Int) -> GenerationParameters {
        var result = GenerationParameters(sampling: .greedy, maximumTokens: count, ignoresEndOfGeneration: true)
        if number % 3 == 0 {
            result.sampling = SamplingParameters(temperature: 0.8, topK: 40, seed: UInt64(number % 8))
        }
        return result
    }

    private static func prompt(_ number: Int) -> String { "Question \(number % 8): what is a printer for?" }

    private struct Answer: Sendable {
        var version: String
        var number: Int
        var wanted: Int
        var tokens: [TokenID]
    }

    private final class Counter: Sendable {
        let count = Mutex(0)
    }

    private final class Findings: Sendable {
        let list = Mutex<(answers: [Answer], failures: [ServingError])>(([], []))
    }

    /// Asks from six tasks while `body` runs; what failed is told.
    private static func load(
        _ pool: ServingPool, onAnswer: @escaping @Sendable (Answer) async -> Void = { _ in },
        while body: () async throws -> Void
    ) async throws -> (answers: [Answer], failures: [ServingError]) {
        let isOver = ServingPoolTests.Box(false)
        let found = Findings()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<6 {
                group.addTask {
                    var index = 0
                    while !isOver.value {
                        index += 1
                        let number = index * 6 + task
                        let count = 3 + number * 7 % 14
                        do throws(ServingError) {
                            let stream = try pool.submit(to: "main", routingKey: "\(number)") { model in
                                ServingRequest(
                                    prompt: model.engine.tokenizer.encode(prompt(number)),
                                    parameters: parameters(number, count))
                            }
                            let result = try await stream.collect()
                            let answer = Answer(
                                version: result.summary.model, number: number, wanted: count,
                                tokens: result.choices[0].tokens)
                            found.list.withLock { $0.answers.append(answer) }
                            await onAnswer(answer)
                        } catch {
                            found.list.withLock { $0.failures.append(error) }
                        }
                    }
                }
            }
            defer { isOver.value = true }
            try await body()
            isOver.value = true
            try await group.waitForAll()
        }
        return found.list.withLock { $0 }
    }

    @Test func `fifty swaps and ten rollbacks of a real model drop and mix no stream`() async throws {
        let bundles = try [RealModel.Variant.original, .altered(1), .altered(2)].map { try RealModel.load($0) }
        @Sendable func bundle(_ version: String) -> ModelBundle { bundles[(Int(version.dropFirst()) ?? 0) % 3] }
        let pool = ServingPool()
        try pool.deploy(try Self.served("v0", bundles[0]), as: "main")
        let seen = Counter()
        // In-flight answers may be of the version before; one more than there are tasks is of the present one.
        @Sendable func waitForAnswers() async throws {
            let target = seen.count.withLock { $0 } + 7
            for _ in 0..<4000 where seen.count.withLock({ $0 }) < target { try await Task.sleep(for: .milliseconds(5)) }
        }
        let (answers, failures) = try await Self.load(
            pool, onAnswer: { _ in seen.count.withLock { $0 += 1 } },
            while: {
                for number in 1...50 {
                    let model = ServedModel(
                        version: "v\(number)",
                        engine: try ServingEngine(model: bundles[number % 3], name: "v\(number)"),
                        source: ResolvedModel(version: "v\(number)", path: ""))
                    try pool.deploy(model, as: "main")
                    try await waitForAnswers()
                    if number % 5 == 0 {
                        try await pool.rollback("main") { source in
                            ServedModel(
                                version: source.version,
                                engine: try ServingEngine(model: bundle(source.version), name: source.version),
                                source: source)
                        }
                        try await waitForAnswers()
                    }
                }
            })
        await pool.waitForDraining()
        #expect(failures.isEmpty, "\(Set(failures))")
        #expect(answers.allSatisfy { $0.tokens.count == $0.wanted })
        #expect(Set(answers.map(\.version)).count > 25)
        // What each model says alone.
        var alone: [[Int: [TokenID]]] = []
        for bundle in bundles {
            var answers: [Int: [TokenID]] = [:]
            for number in 0..<24 {
                answers[number] = try await bundle.generate(
                    Self.prompt(number), parameters: Self.parameters(number, 16)
                )
                .collect().tokens
            }
            alone.append(answers)
        }
        #expect(alone[0] != alone[1] && alone[1] != alone[2])
        for answer in answers {
            let expected = alone[(Int(answer.version.dropFirst()) ?? 0) % 3][answer.number % 24] ?? []
            #expect(answer.tokens == Array(expected.prefix(answer.wanted)), "\(answer)")
        }
    }

    @Test(arguments: [
        (RealModel.Variant.damaged, RolloutDecision.Action.rollback), (.broken, .rollback), (.original, .promote),
    ])
    func `a real model on trial is decided rightly`(
        _ variant: RealModel.Variant, _ action: RolloutDecision.Action
    ) async throws {
        let decided = ServingPoolTests.Box<[RolloutDecision]>([])
        let pool = ServingPool { decided.value += [$0] }
        let original = try RealModel.load(.original)
        try pool.deploy(try Self.served("stable", original), as: "main")
        let candidate = try RealModel.load(variant)
        var policy = CanaryPolicy()
        policy.share = 0.5
        // Latencies are left out: other suites keep the processors busy.
        policy.measures = [.failure, .quality]
        let judge = try RealModel.Judge(original)
        let (answers, _) = try await Self.load(pool) { answer in
            let prompt = original.tokenizer.encode(Self.prompt(answer.number))
            guard let score = try? await judge.score(prompt: prompt, answer: answer.tokens) else { return }
            pool.recordQuality(score, name: "main", version: answer.version)
        } while: {
            try pool.startCanary(try Self.served("trial", candidate), as: "main", policy: policy)
            try await EngineSchedulingTests.wait { !decided.value.isEmpty }
        }
        #expect(decided.value.map(\.action) == [action], "\(decided.value)")
        #expect(pool.models.map(\.version) == [action == .promote ? "trial" : "stable"])
        #expect(answers.contains { $0.version == "stable" })
    }
}
