import LLMGovernance
import LLMTensor
import Synchronization
import Testing

@testable import LLMServing

@Suite struct DriftMonitorTests {
    private final class Sink: AuditSink {
        let events = Mutex<[AuditEvent]>([])
        func record(_ event: AuditEvent) { events.withLock { $0.append(event) } }
    }

    private func observation(_ generator: inout CounterGenerator, shift: Double) -> TrafficObservation {
        let length = Int((generator.nextDouble() + shift) * 200)
        var result = TrafficObservation(
            prompt: String(repeating: "a", count: length), output: shift > 0 ? "I cannot do that." : "Sure: 42.",
            promptTokens: length / 4, outputTokens: 5, finishReason: "stop",
            promptEmbedding: [Float(1 - shift), Float(shift), generator.nextFloat()])
        result.addTokens([Int32(truncatingIfNeeded: length), 7])
        return result
    }

    @Test func `Merged profiles are the profile of everything, in any order`() {
        var generator = CounterGenerator(seed: 1)
        var whole = TrafficProfile()
        var parts = [TrafficProfile](repeating: TrafficProfile(), count: 7)
        for index in 0..<2000 {
            let observation = observation(&generator, shift: Double(index % 3) / 4)
            whole.add(observation)
            parts[index % 7].add(observation)
        }
        for order in [Array(0..<7), [6, 2, 4, 0, 1, 5, 3]] {
            var merged = TrafficProfile()
            for part in order { merged.merge(parts[part]) }
            #expect(merged == whole)
        }
    }

    @Test func `Quantiles are right to one percent over twenty orders of magnitude`() throws {
        var sketch = QuantileSketch()
        let negative = (0..<2000).map { -1e-3 * Double(2000 - $0) }
        let positive = (1...2000).map { 1e6 * Double($0) }
        let values = negative + [0.0] + positive
        for value in values { sketch.add(value) }
        for share in stride(from: 0.0, through: 1, by: 0.01) {
            let exact = values[Int(share * 4000)]
            let found = try #require(sketch.quantile(share))
            #expect(abs(found - exact) <= 0.0101 * abs(exact), "quantile \(share): \(found), \(exact)")
        }
    }

    @Test func `The test on sketches is close to the test on values`() throws {
        var generator = CounterGenerator(seed: 2)
        let a = (0..<3000).map { _ in generator.nextDouble() * 100 }
        let b = (0..<2000).map { _ in generator.nextDouble() * 90 }
        var sketches = (QuantileSketch(), QuantileSketch())
        for value in a { sketches.0.add(value) }
        for value in b { sketches.1.add(value) }
        let exact = try KolmogorovSmirnov.test(a, b)
        let sketched = try sketches.0.kolmogorovSmirnov(sketches.1)
        #expect(sketched.statistic <= exact.statistic + 1e-12 && sketched.statistic > exact.statistic - 0.02)
        let distance = try Divergence.normalizedWasserstein(reference: a, current: b)
        #expect(abs(try sketches.0.normalizedWasserstein(sketches.1) - distance) < 0.02 * distance + 0.01)
    }

    @Test func `An alert waits for its duration, is raised once, recorded, and ends below its lower threshold`() throws
    {
        var generator = CounterGenerator(seed: 3)
        var reference = TrafficProfile()
        for _ in 0..<1000 { reference.add(observation(&generator, shift: 0)) }
        let rules = [
            DriftRule(
                name: "length", feature: "prompt_characters", measure: .populationStabilityIndex(), threshold: 0.25,
                for: .seconds(10), actions: [.alert, .rollback]),
            DriftRule(name: "refusals", feature: "refusal", measure: .shareChange(category: "yes"), threshold: 0.5),
            DriftRule(name: "topic", feature: "prompt_embedding", measure: .centroidDistance, threshold: 0.1),
        ]
        let sink = Sink()
        let raised = Mutex<[DriftMonitor.Event]>([])
        let monitor = DriftMonitor(reference: reference, rules: rules, paneSize: 50, paneCount: 4, audit: sink) {
            event in
            raised.withLock { $0.append(event) }
        }
        func run(_ count: Int, shift: Double) {
            for _ in 0..<count { monitor.add(observation(&generator, shift: shift)) }
        }
        #expect(try monitor.evaluate(at: .zero).allSatisfy { $0.value == nil })
        run(250, shift: 0)
        #expect(try monitor.evaluate(at: .seconds(1)).allSatisfy { $0.state == .quiet })
        run(250, shift: 0.75)
        #expect(monitor.window.count <= 250)
        #expect(try monitor.evaluate(at: .seconds(2))[0].state == .pending(since: .seconds(2)))
        #expect(try monitor.evaluate(at: .seconds(11))[0].state == .pending(since: .seconds(2)))
        #expect(try monitor.evaluate(at: .seconds(12))[0].state == .raised(at: .seconds(12)))
        try monitor.evaluate(at: .seconds(13))
        run(250, shift: 0)
        try monitor.evaluate(at: .seconds(14))
        let events = raised.withLock { $0 }
        #expect(events.filter { $0.rule.name == "length" }.map(\.isRaised) == [true, false])
        #expect(events.filter { $0.rule.name == "refusals" }.map(\.isRaised) == [true, false])
        #expect(events.filter { $0.rule.name == "topic" }.map(\.isRaised) == [true, false])
        #expect(sink.events.withLock { $0.count } == events.count)
        #expect(sink.events.withLock { $0.first { $0.subject == "length" }?.details["actions"] } == "alert,rollback")
    }

    @Test func `Categories are bounded whatever comes in`() {
        var counts = CategoryCounts(limit: 10)
        for index in 0..<1000 { counts.add("category \(index)") }
        #expect(counts.counts.count == 11 && counts.total == 1000)
        #expect(counts.counts[CategoryCounts.other] == 990)
    }
}
