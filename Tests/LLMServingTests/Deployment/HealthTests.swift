import LLMTensor
import Testing

@testable import LLMServing

@Suite struct HealthTests {
    @Test func `the sequential test keeps its error levels`() {
        var generator = CounterGenerator(seed: 11)
        func run(probabilityOfWorse: Double) -> (verdict: SequentialSignTest.Verdict, pairs: Int) {
            var test = SequentialSignTest(odds: 4, falseAlarm: 0.01, missedHarm: 0.05)
            while test.verdict == .undecided {
                test.add(difference: generator.nextDouble() < probabilityOfWorse ? 1 : -1)
            }
            return (test.verdict, test.pairs)
        }
        let alike = (0..<20_000).map { _ in run(probabilityOfWorse: 0.5) }
        let harmful = (0..<20_000).map { _ in run(probabilityOfWorse: 0.8) }
        // Wald's bounds; three standard errors of 20,000 draws.
        #expect(Double(alike.count { $0.verdict == .worse }) / 20_000 < 0.01 + 0.0022)
        #expect(Double(harmful.count { $0.verdict == .alike }) / 20_000 < 0.05 + 0.0047)
        #expect(alike.reduce(0) { $0 + $1.pairs } / 20_000 < 30)
        #expect(harmful.reduce(0) { $0 + $1.pairs } / 20_000 < 30)
    }

    @Test func `ties and decided tests change nothing`() {
        var test = SequentialSignTest()
        for _ in 0..<50 { test.add(difference: 0) }
        #expect(test.verdict == .undecided)
        #expect(test.pairs == 50)
        for _ in 0..<20 { test.add(difference: 1) }
        #expect(test.verdict == .worse)
        for _ in 0..<200 { test.add(difference: -1) }
        #expect(test.verdict == .worse)
    }

    @Test func `the breaker opens on failures, tries again later, and closes when that works`() {
        var configuration = CircuitBreaker.Configuration()
        configuration.minimumRequests = 4
        configuration.probes = 2
        configuration.openTime = .seconds(5)
        var breaker = CircuitBreaker(configuration)
        for outcome in [true, true, false, nil, false] {
            #expect(breaker.admit(now: .zero) == nil)
            breaker.record(outcome, now: .zero)
        }
        #expect(breaker.state == .open(until: .seconds(5)))
        #expect(breaker.admit(now: .seconds(2)) == .seconds(3))
        // One failure on trial opens it again.
        #expect(breaker.admit(now: .seconds(6)) == nil)
        breaker.record(false, now: .seconds(6))
        #expect(breaker.state == .open(until: .seconds(11)))
        #expect(breaker.admit(now: .seconds(12)) == nil)
        #expect(breaker.admit(now: .seconds(12)) == nil)
        #expect(breaker.admit(now: .seconds(12)) != nil)
        breaker.record(nil, now: .seconds(12))
        #expect(breaker.admit(now: .seconds(12)) == nil)
        breaker.record(true, now: .seconds(13))
        breaker.record(true, now: .seconds(13))
        #expect(breaker.state == .closed)
    }

    @Test func `retries pause longer each time and keep to their budget`() {
        let policy = RetryPolicy()
        #expect(policy.pause(before: 2, draw: 1) == .milliseconds(50))
        #expect(policy.pause(before: 4, draw: 1) == .milliseconds(200))
        #expect(policy.pause(before: 4, draw: 0.5) == .milliseconds(100))
        #expect(policy.pause(before: 20, draw: 1) == .seconds(2))
        var budget = RetryBudget(policy)
        #expect((0..<20).count { _ in budget.withdraw() } == 10)
        for _ in 0..<25 { budget.deposit() }
        #expect((0..<20).count { _ in budget.withdraw() } == 2)
    }

    @Test func `the limit of requests under way grows slowly and shrinks fast`() {
        var limit = AdaptiveLimit(4...64)
        for _ in 0..<100 { limit.record(isGood: false) }
        #expect(limit.limit == 4)
        for _ in 0..<40 { limit.record(isGood: true) }
        #expect((8...10).contains(limit.limit))
    }
}
