import Foundation
import LLMModel
import LLMServing
import LLMTokenizer
import Synchronization

/// A real model's versions swapped, tried and rolled back under load; every stream's tokens are compared with what its version
/// says when it is asked alone.
struct RolloutTrial {
    var path: String
    var clients = 8
    var compute = ComputeMode.precise

    /// An answer that came back.
    private struct Answer: Sendable {
        var version: String
        var question: Question
        var tokens: [TokenID]
    }

    private final class Traffic: Sendable {
        struct State: Sendable {
            var isOver = false
            var answers: [Answer] = []
            var failures: [ServingError: Int] = [:]
            var wrongLengths = 0
        }
        let state = Mutex(State())
    }

    /// Asks without pause from several clients while `body` runs.
    ///
    /// - Parameter judge: scores answers for the trial of a version.
    private func load(
        _ pool: ServingPool, judge: AnswerJudge? = nil, while body: () async throws -> Void
    ) async throws -> Traffic.State {
        let traffic = Traffic()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask { try await Self.ask(pool, client: client, traffic, judge) }
            }
            defer { traffic.state.withLock { $0.isOver = true } }
            try await body()
            traffic.state.withLock { $0.isOver = true }
            try await group.waitForAll()
        }
        return traffic.state.withLock { $0 }
    }

    private static func ask(
        _ pool: ServingPool, client: Int, _ traffic: Traffic, _ judge: AnswerJudge?
    ) async throws {
        var number = client * 7
        while !traffic.state.withLock(\.isOver) {
            number += 1
            let question = Question.make(number)
            let count = 4 + (number * 13 + client) % 29
            do throws(ServingError) {
                let stream = try pool.submit(to: "main", routingKey: "\(client)-\(number)") { model in
                    ServingRequest(
                        prompt: model.engine.tokenizer.encode(question.text), parameters: question.parameters(count))
                }
                let result = try await stream.collect()
                let tokens = result.choices.first?.tokens ?? []
                let version = result.summary.model
                traffic.state.withLock {
                    $0.answers.append(Answer(version: version, question: question, tokens: tokens))
                    if tokens.count != count { $0.wrongLengths += 1 }
                }
                if let judge, let prompt = try? pool.model("main").engine.tokenizer.encode(question.text),
                    let score = try? await judge.score(prompt: prompt, answer: tokens)
                {
                    pool.recordQuality(score, name: "main", version: version)
                }
            } catch {
                traffic.state.withLock { $0.failures[error, default: 0] += 1 }
            }
        }
    }

    private func load(_ variant: ModelVariant, as version: String) async throws -> ServedModel {
        try await ServedModel.load(ResolvedModel(version: version, path: path), options: variant.options(compute))
    }

    /// 50 swaps between three versions and 10 rollbacks, each loaded from the file again.
    func swaps() async throws -> Bool {
        let variants: [ModelVariant] = [.original, .altered(1), .altered(2)]
        let pool = ServingPool()
        try pool.deploy(try await load(.original, as: "v0"), as: "main")
        let begin = ContinuousClock.now
        let traffic = try await load(pool) {
            for number in 1...50 {
                let model = try await load(variants[number % 3], as: "v\(number)")
                try pool.deploy(model, as: "main")
                try await Task.sleep(for: .milliseconds(300))
                if number % 5 == 0 {
                    try await pool.rollback("main") { source in
                        let number = Int(source.version.dropFirst()) ?? 0
                        return try await self.load(variants[number % 3], as: source.version)
                    }
                    try await Task.sleep(for: .milliseconds(300))
                }
            }
        }
        await pool.waitForDraining()
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        let mixed = try await differences(traffic.answers) { version in
            variants[(Int(version.dropFirst()) ?? 0) % 3]
        }
        let versions = Set(traffic.answers.map(\.version)).count
        let failed = traffic.failures.values.reduce(0, +)
        print(
            "50 swaps and 10 rollbacks in \(Int(seconds)) s under \(clients) clients (\(compute.rawValue)):",
            terminator: " ")
        print("\(traffic.answers.count) streams from \(versions) versions, \(failed) failed,", terminator: " ")
        print("\(traffic.wrongLengths) cut, \(mixed.count) of other tokens")
        for line in mixed.prefix(3) { print("  " + line) }
        return traffic.failures.isEmpty && traffic.wrongLengths == 0 && mixed.isEmpty && versions > 40
    }

    /// Answers whose tokens are not those their version gives alone.
    private func differences(
        _ answers: [Answer], _ variant: (String) -> ModelVariant
    ) async throws -> [String] {
        var wrong: [String] = []
        for (variant, group) in Dictionary(grouping: answers, by: { variant($0.version) }) {
            let bundle = try ModelBundle.load(path: path, options: variant.options(compute))
            for (question, group) in Dictionary(grouping: group, by: \.question) {
                let longest = group.map(\.tokens.count).max() ?? 0
                let prompt = bundle.tokenizer.encode(question.text)
                let alone = try await bundle.generate(tokens: prompt, parameters: question.parameters(longest))
                    .collect()
                for answer in group where answer.tokens != Array(alone.tokens.prefix(answer.tokens.count)) {
                    wrong.append(
                        "\(answer.version), \"\(question.text)\", seed \(question.seed.map { "\($0)" } ?? "none")")
                }
            }
        }
        return wrong
    }

    /// A version that answers nonsense, one that cannot compute, and an identical one, each on trial.
    func trials() async throws -> Bool {
        let judge = try AnswerJudge(try ModelBundle.load(path: path))
        var isRight = true
        for (variant, wanted) in [
            (ModelVariant.damaged, RolloutDecision.Action.rollback), (.broken, .rollback), (.original, .promote),
        ] {
            let decided = Mutex<RolloutDecision?>(nil)
            let pool = ServingPool { decision in decided.withLock { $0 = decision } }
            try pool.deploy(try await load(.original, as: "stable"), as: "main")
            var policy = CanaryPolicy()
            policy.share = 0.3
            policy.measures = [.failure, .latency, .quality]
            let begin = ContinuousClock.now
            let traffic = try await load(pool, judge: judge) {
                try pool.startCanary(try await load(variant, as: "trial"), as: "main", policy: policy)
                while decided.withLock({ $0 == nil }), ContinuousClock.now - begin < .seconds(90) {
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            await pool.waitForDraining()
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            let decision = decided.withLock { $0 }
            let outcome = decision.map { "\($0.action.rawValue) after \($0.pairs) pairs" } ?? "undecided"
            let byIt = traffic.answers.count { $0.version == "trial" }
            let failed = traffic.failures.values.reduce(0, +)
            print("\(variant) on trial: \(outcome) and \(Int(seconds)) s (\(decision?.reason ?? ""));")
            print(
                "  \(traffic.answers.count) answers, \(byIt) of them by it, \(failed) requests failed;", terminator: " "
            )
            print("now serving \(pool.models.map(\.version))")
            isRight = isRight && decision?.action == wanted
        }
        return isRight
    }
}
