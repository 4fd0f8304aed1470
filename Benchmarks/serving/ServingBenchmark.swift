import Foundation
import LLMModel
import LLMServing
import LLMTensor
import LLMTokenizer

/// Total tokens per second of many streams through the engine, beside the same sequences in a bare `DecoderBatch` loop,
/// in one program; and whether the tokens are those of a single stream.
///
/// ```
/// swift run -c release serving-benchmark MODEL [--streams 32] [--prompt 64] [--tokens 64] [--compute fast] [--parity]
/// swift run -c release serving-benchmark MODEL --rollouts [--compute precise] [--streams 8]
/// ```
///
/// `--rollouts` swaps, tries and rolls back versions of the model under load; it ends with 1 when a stream was dropped or mixed, or a
/// trial was decided wrongly.
@main
struct ServingBenchmark {
    var path = ""
    var streams = 32
    var promptTokens = 64
    var tokens = 64
    var rounds = 3
    var compute = ComputeMode.fast
    var checksParity = false
    var rollsOut = false

    static func main() async throws {
        var benchmark = ServingBenchmark()
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--streams": benchmark.streams = arguments.popFirst().flatMap { Int($0) } ?? 32
            case "--prompt": benchmark.promptTokens = arguments.popFirst().flatMap { Int($0) } ?? 64
            case "--tokens": benchmark.tokens = arguments.popFirst().flatMap { Int($0) } ?? 64
            case "--rounds": benchmark.rounds = arguments.popFirst().flatMap { Int($0) } ?? 3
            case "--compute":
                benchmark.compute = arguments.popFirst().flatMap { ComputeMode(rawValue: $0) } ?? .fast
            case "--parity": benchmark.checksParity = true
            case "--rollouts": benchmark.rollsOut = true
            case _ where argument.hasPrefix("-"):
                print("serving-benchmark: unknown option \(argument)")
                exit(64)
            default: benchmark.path = argument
            }
        }
        if benchmark.rollsOut {
            let trial = RolloutTrial(
                path: benchmark.path, clients: min(benchmark.streams, 8), compute: benchmark.compute)
            let results = [try await trial.swaps(), try await trial.trials()]
            exit(results.contains(false) ? 1 : 0)
        }
        let model = try ModelBundle.load(path: benchmark.path, options: LoadOptions(compute: benchmark.compute))
        if benchmark.checksParity { try await benchmark.parity(model) } else { try await benchmark.rates(model) }
    }

    private var parameters: GenerationParameters {
        GenerationParameters(sampling: .greedy, maximumTokens: tokens, ignoresEndOfGeneration: true)
    }

    /// Prompts of the same length with different beginnings, so that nothing is shared.
    private func prompts(_ model: ModelBundle) -> [[TokenID]] {
        let words = model.tokenizer.encode(String(repeating: " The printer on the second floor is jammed.", count: 200))
        return (0..<streams).map { index in
            let head = model.tokenizer.encode("Ticket \(index * 7919):")
            return Array((head + words.dropFirst(index)).prefix(promptTokens))
        }
    }

    /// Alternates the bare loop and the engine, so that both see the same machine.
    private func rates(_ model: ModelBundle) async throws {
        let prompts = prompts(model)
        var configuration = EngineConfiguration()
        configuration.maximumSequences = streams
        var shares: [Double] = []
        for round in 0..<rounds {
            let bare = try await Self.outsidePool { try self.bareRate(model, prompts) }
            let engine = try ServingEngine(model: model, configuration: configuration)
            let served = try await servedRate(engine, prompts)
            shares.append(served / bare)
            print(
                "round \(round): bare loop \(Self.digits(bare)) tokens/s, engine \(Self.digits(served)) tokens/s,"
                    + " share \(Self.digits(100 * served / bare)) %")
        }
        print("median share \(Self.digits(100 * shares.sorted()[shares.count / 2])) %")
    }

    /// All prompts read and continued by the model's own batch: no queue, no sampler, no text.
    private func bareRate(_ model: ModelBundle, _ prompts: [[TokenID]]) throws -> Double {
        let batch = try DecoderBatch(model: model.decoder)
        let sequences = prompts.map { _ in batch.makeSequence() }
        var next = [TokenID](repeating: 0, count: prompts.count)
        let begin = ContinuousClock.now
        var first = 0
        while first < prompts.count {
            let last = min(first + max(1, batch.stepLimit / promptTokens), prompts.count)
            let inputs = (first..<last).map { DecoderBatch.Input(sequences[$0], prompts[$0]) }
            try batch.advance(inputs) { next[first + $0] = Self.largest($1) }
            first = last
        }
        for _ in 1..<tokens {
            let inputs = prompts.indices.map { DecoderBatch.Input(sequences[$0], [next[$0]]) }
            try batch.advance(inputs) { next[$0] = Self.largest($1) }
        }
        return Double(prompts.count * tokens) / ((ContinuousClock.now - begin) / .seconds(1))
    }

    private func servedRate(_ engine: ServingEngine, _ prompts: [[TokenID]]) async throws -> Double {
        let begin = ContinuousClock.now
        let parameters = parameters
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for prompt in prompts {
                let stream = try engine.submit(ServingRequest(prompt: prompt, parameters: parameters))
                group.addTask { try await stream.collect().summary.usage.completionTokens }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / ((ContinuousClock.now - begin) / .seconds(1))
    }

    /// Tokens through the engine, all streams at once, beside those of a generation of its own.
    private func parity(_ model: ModelBundle) async throws {
        for seed in [nil, 7] as [UInt64?] {
            var parameters = parameters
            if let seed { parameters.sampling = SamplingParameters(temperature: 0.8, topK: 40, topP: 0.95, seed: seed) }
            let fixed = parameters
            let prompts = prompts(model)
            var alone: [[TokenID]] = []
            for prompt in prompts {
                alone.append(try await model.generate(tokens: prompt, parameters: fixed).collect().tokens)
            }
            for reuses in [false, true] {
                let engine = try ServingEngine(model: model)
                let served = try await withThrowingTaskGroup(of: (Int, [TokenID]).self) { group in
                    for (index, prompt) in prompts.enumerated() {
                        let request = ServingRequest(prompt: prompt, parameters: fixed, reusesPrefix: reuses)
                        let stream = try engine.submit(request)
                        group.addTask { (index, try await stream.collect().choices[0].tokens) }
                    }
                    var all = [[TokenID]](repeating: [], count: prompts.count)
                    for try await (index, tokens) in group { all[index] = tokens }
                    return all
                }
                let same = zip(served, alone).count { $0 == $1 }
                let first = zip(served, alone).compactMap { pair in
                    zip(pair.0, pair.1).enumerated().first { $1.0 != $1.1 }?.offset
                }.min()
                print(
                    "\(compute.rawValue), \(seed == nil ? "greedy" : "seeded"), prefix reuse \(reuses): \(same) of"
                        + " \(prompts.count) streams have the tokens of a single stream"
                        + (first.map { "; first difference at token \($0)" } ?? ""))
            }
        }
    }

    private static func largest(_ logits: UnsafeBufferPointer<Float>) -> TokenID {
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        return TokenID(best)
    }

    private static func outsidePool<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await Task.detached { try body() }.value
    }

    private static func digits(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
