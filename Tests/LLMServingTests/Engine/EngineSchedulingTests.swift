import Foundation
import LLMModel
import LLMTokenizer
import Synchronization
import Testing

@testable import LLMServing

/// Queue, priorities, memory, cancellation: with a scripted model.
@Suite struct EngineSchedulingTests {
    /// Waits until `condition` holds, at most some minutes.
    static func wait(_ condition: () -> Bool) async throws {
        for _ in 0..<40_000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
        #expect(condition())
    }

    @Test func `a long prompt does not hold up the streams`() async throws {
        var configuration = EngineConfiguration()
        configuration.promptTokensBesideStreams = 16
        let batch = ScriptedBatch { _ in usleep(500) }
        let engine = try ServingEngine.scripted(batch, configuration: configuration)
        let short = try engine.ask("short", count: 60)
        let long = try engine.ask(String(repeating: "a long prompt ", count: 40), count: 5)
        async let first = short.collect()
        let second = try await long.collect()
        #expect(try await first.choices[0].tokens == ScriptedBatch.answer(to: "short".byteTokens, count: 60))
        #expect(second.choices[0].tokens.count == 5)
        for step in batch.steps.withLock({ $0 }) where step.contains(where: { $0.tokens == 1 && $0.position > 0 }) {
            #expect(step.reduce(0) { $0 + ($1.tokens > 1 ? $1.tokens : 0) } <= 16)
        }
    }

    @Test func `several choices share the prompt and have draws of their own`() async throws {
        let engine = try ServingEngine.scripted()
        let result = try await engine.ask("three of them", count: 12, choices: 3).collect()
        let expected = ScriptedBatch.answer(to: "three of them".byteTokens, count: 12)
        #expect(result.choices.map(\.tokens) == [expected, expected, expected])
        #expect(result.summary.usage == ServingUsage(promptTokens: 13, completionTokens: 36))
        // Logits of 50 and 0: at a temperature of 20 the draws differ.
        var request = ServingRequest.scripted("three of them", count: 30, choices: 3)
        request.parameters.sampling = SamplingParameters(temperature: 20, seed: 5)
        let drawn = try await engine.submit(request).collect()
        #expect(Set(drawn.choices.map(\.tokens)).count == 3)
        #expect(drawn.summary.seed == 5)
        request.choiceCount = 1
        #expect(try await engine.submit(request).collect().choices[0].tokens == drawn.choices[0].tokens)
        request.parameters.sampling.seed = 6
        #expect(try await engine.submit(request).collect().choices[0].tokens == drawn.choices[1].tokens)
    }

    @Test func `the next turn of a conversation is not computed again`() async throws {
        let log = EventLog()
        let engine = try ServingEngine.scripted(observer: log)
        let prompt = String(repeating: "system ", count: 10)
        let first = try await engine.ask(prompt, count: 20).collect()
        #expect(first.summary.usage.cachedTokens == 0)
        let turn = prompt + first.choices[0].text + " and then?"
        let second = try await engine.ask(turn, count: 20).collect()
        // The last token of an answer is never computed, so its state is not there.
        #expect(second.summary.usage.cachedTokens == 70 + 19)
        #expect(second.choices[0].tokens == ScriptedBatch.answer(to: turn.byteTokens, count: 20))
        var alone = ServingRequest.scripted(turn, count: 20)
        alone.reusesPrefix = false
        #expect(try await engine.submit(alone).collect().summary.usage.cachedTokens == 0)
        #expect(engine.statistics.cachedTokens == 89)
        #expect(log.story(of: second.summary.id).prefix(3) == ["queued", "scheduled", "first"])
        #expect(log.story(of: second.summary.id).last == "finished")
    }

    @Test func `urgent requests go first, and waiting makes urgent`() async throws {
        var configuration = EngineConfiguration()
        configuration.maximumSequences = 1
        configuration.ageing = .seconds(10)
        let clock = ManualClock()
        let gate = Mutex(true)
        let batch = ScriptedBatch { _ in while gate.withLock({ $0 }) { usleep(200) } }
        let log = EventLog()
        let engine = try ServingEngine.scripted(batch, configuration: configuration, observer: log, clock: clock)
        let blocker = try engine.ask("blocker", count: 1)
        try await Self.wait { engine.statistics.waiting == 0 }
        let low = try engine.ask("low", count: 1, priority: .low)
        clock.advance(by: .seconds(5))
        let normal = try engine.ask("normal", count: 1)
        let high = try engine.ask("high", count: 1, priority: .high)
        // Two levels and a bit later, the low one is ahead of a new high one.
        clock.advance(by: .seconds(16))
        let late = try engine.ask("late", count: 1, priority: .high)
        gate.withLock { $0 = false }
        for stream in [blocker, low, normal, high, late] { _ = try await stream.collect() }
        let order = log.all.compactMap { event -> String? in
            if case .scheduled = event.kind { event.request } else { nil }
        }
        #expect(
            order == [blocker, high, normal, low, late].map(\.id)
                || order == [blocker, high, low, normal, late].map(\.id))
        #expect(order.last == late.id)
    }

    @Test func `short memory puts requests aside and loses nothing`() async throws {
        var configuration = EngineConfiguration()
        configuration.maximumSequences = 8
        configuration.keyValueByteLimit = 24 * 1000
        let batch = ScriptedBatch()
        let log = EventLog()
        let engine = try ServingEngine.scripted(batch, configuration: configuration, observer: log)
        #expect(engine.contextLength == 24 * 16)
        let worst = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<24 {
                let prompt = "request \(index) " + String(repeating: "x", count: index * 3)
                let stream = try engine.ask(prompt, count: 120)
                group.addTask {
                    let result = try await stream.collect()
                    #expect(result.choices[0].tokens == ScriptedBatch.answer(to: prompt.byteTokens, count: 120))
                    return result.summary.preemptions
                }
            }
            return try await group.reduce(0) { max($0, $1) }
        }
        #expect(engine.statistics.preemptions > 0)
        #expect(worst > 0)
        #expect(batch.keyValueByteCount <= 24 * 1000)
    }

    @Test func `a thousand cancellations at random moments leak nothing`() async throws {
        var configuration = EngineConfiguration()
        configuration.maximumSequences = 16
        configuration.queueLimit = 2000
        let batch = ScriptedBatch(endOdds: 200) { _ in usleep(20) }
        let engine = try ServingEngine.scripted(batch, configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<1000 {
                let stream = try engine.ask("cancelled \(index % 37) ", count: 200, choices: 1 + index % 3)
                let moment = index * 7919 % 300
                group.addTask {
                    switch index % 3 {
                    case 0:
                        // The stream is dropped after some events.
                        var seen = 0
                        for try await _ in stream {
                            seen += 1
                            if seen > moment { break }
                        }
                    case 1:
                        // The reading task is cancelled.
                        let task = Task { try await stream.collect() }
                        try await Task.sleep(for: .microseconds(moment * 50))
                        task.cancel()
                        _ = await task.result
                    default: stream.cancel()
                    }
                }
            }
            try await group.waitForAll()
        }
        try await Self.wait { engine.statistics.running == 0 && engine.statistics.waiting == 0 }
        let statistics = engine.statistics
        #expect(statistics.completed + statistics.cancelled == 1000)
        #expect(statistics.cancelled > 300)
        #expect(statistics.keyValueBytes == statistics.prefixBytes)
        #expect(batch.keyValueByteCount == statistics.prefixBytes)
        await engine.drain()
        #expect(throws: ServingError.draining) { try engine.ask("late", count: 1) }
    }

    @Test func `a slow reader pauses only its own request, and loses it in the end`() async throws {
        var configuration = EngineConfiguration()
        configuration.streamCapacity = 4
        configuration.slowReaderLimit = .seconds(3)
        let clock = ManualClock()
        let engine = try ServingEngine.scripted(configuration: configuration, clock: clock)
        let slow = try engine.ask("slow", count: 100)
        let paced = try engine.ask("paced", count: 100)
        // The others go on at once, and one that reads late but in time gets everything.
        for index in 0..<20 {
            let result = try await engine.ask("quick \(index)", count: 50).collect()
            #expect(result.choices[0].tokens.count == 50)
        }
        #expect(engine.statistics.running == 2)
        #expect(
            try await paced.collect().choices[0].text.byteTokens
                == ScriptedBatch.answer(to: "paced".byteTokens, count: 100))
        clock.advance(by: .seconds(4))
        try await Self.wait { engine.statistics.running == 0 }
        #expect(engine.statistics.cancelled == 1)
        var seen = 0
        await #expect(throws: ServingError.slowReader) { for try await _ in slow { seen += 1 } }
        #expect(seen <= 5)
    }

    @Test func `trouble with one request leaves the others alone`() async throws {
        let poison = TokenID(1)
        let batch = ScriptedBatch { inputs in
            if inputs.contains(where: { $0.tokens.contains(poison) }) { throw ScriptedBatch.Broken() }
        }
        let engine = try ServingEngine.scripted(batch)
        let good = try (0..<5).map { try engine.ask("good \($0)", count: 40) }
        let bad = try engine.ask("bad \u{1}", count: 40)
        await #expect(throws: ServingError.failed("Broken()")) { try await bad.collect() }
        for (index, stream) in good.enumerated() {
            let result = try await stream.collect()
            #expect(result.choices[0].tokens == ScriptedBatch.answer(to: "good \(index)".byteTokens, count: 40))
        }
        #expect(engine.statistics.failed == 1)
    }

    @Test func `shutting down ends what runs and what waits`() async throws {
        var configuration = EngineConfiguration()
        configuration.maximumSequences = 2
        let engine = try ServingEngine.scripted(ScriptedBatch { _ in usleep(1000) }, configuration: configuration)
        let streams = try (0..<6).map { try engine.ask("request \($0)", count: 4000) }
        await engine.shutDown()
        for stream in streams { await #expect(throws: ServingError.draining) { try await stream.collect() } }
    }
}
