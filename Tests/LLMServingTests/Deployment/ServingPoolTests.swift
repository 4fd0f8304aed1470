import Foundation
import LLMModel
import LLMTokenizer
import Synchronization
import Testing

@testable import LLMServing

/// Versions that come and go under load: with scripted models, whose answers tell them apart.
@Suite struct ServingPoolTests {
    static func model(
        _ number: Int, damaged: Bool = false, slow: Bool = false, source: Bool = false
    ) throws -> ServedModel {
        let batch = ScriptedBatch(salt: UInt64(number)) { inputs in
            usleep(slow ? 3000 : 300)
            // A damaged version cannot compute half of the requests.
            if damaged, inputs.contains(where: { ($0.tokens.last ?? 0) % 2 == 0 && $0.tokens.count > 1 }) {
                throw ScriptedBatch.Broken()
            }
        }
        return ServedModel(
            version: "v\(number)", engine: try .scripted(batch, name: "v\(number)"),
            source: source ? ResolvedModel(version: "v\(number)", path: "\(number)") : nil)
    }

    static let load: @Sendable (ResolvedModel) async throws -> ServedModel = {
        try model(Int($0.path) ?? 0, source: true)
    }

    static func expected(_ prompt: String, _ count: Int, version: String) -> [TokenID] {
        ScriptedBatch.answer(
            to: prompt.byteTokens, count: count, salt: UInt64(version.dropFirst()) ?? 999)
    }

    /// Asks without pause from several tasks until stopped; every answer must be whole and of one version.
    /// Returns how many were answered by each version.
    static func load(
        _ pool: ServingPool, tasks: Int, while body: () async throws -> Void
    ) async throws -> (answered: [String: Int], failures: [ServingError]) {
        let isOver = Box(false)
        return try await withThrowingTaskGroup(of: ([String: Int], [ServingError]).self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var answered: [String: Int] = [:]
                    var failures: [ServingError] = []
                    var index = 0
                    while !isOver.value {
                        index += 1
                        let prompt = "task \(task) request \(index)"
                        let count = 1 + (index * 13 + task) % 40
                        do throws(ServingError) {
                            let stream = try pool.submit(to: "main", routingKey: "\(task)-\(index)") { _ in
                                .scripted(prompt, count: count)
                            }
                            let result = try await stream.collect()
                            let version = result.summary.model
                            #expect(result.choices[0].tokens == expected(prompt, count, version: version))
                            answered[version, default: 0] += 1
                        } catch {
                            failures.append(error)
                        }
                    }
                    return (answered, failures)
                }
            }
            do { try await body() } catch {
                isOver.value = true
                throw error
            }
            isOver.value = true
            var all: ([String: Int], [ServingError]) = ([:], [])
            for try await (answered, failures) in group {
                all.0.merge(answered, uniquingKeysWith: +)
                all.1 += failures
            }
            return all
        }
    }

    final class Box<Value: Sendable>: Sendable {
        private let state: Mutex<Value>
        init(_ value: Value) { state = Mutex(value) }
        var value: Value {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    @Test func `fifty swaps and ten rollbacks under load drop and mix nothing`() async throws {
        let audit = AuditLog()
        let pool = ServingPool(audit: audit)
        try pool.deploy(try Self.model(0, source: true), as: "main")
        weak let first = try pool.model("main")
        let (answered, failures) = try await Self.load(pool, tasks: 12) {
            for number in 1...50 {
                try pool.deploy(try Self.model(number, source: true), as: "main")
                try await Task.sleep(for: .milliseconds(15))
                if number % 5 == 0 {
                    try await pool.rollback("main", load: Self.load)
                    #expect(pool.models[0].version == "v\(number - 1)")
                    try await Task.sleep(for: .milliseconds(15))
                }
            }
        }
        #expect(failures.isEmpty, "\(Set(failures))")
        #expect(answered.count > 40)
        await pool.waitForDraining()
        #expect(first == nil)
        #expect(audit.actions.count { $0 == "serving.deploy" } == 51)
        #expect(audit.actions.count { $0 == "serving.rollback" } == 10)
    }

    @Test func `a damaged version on trial is rolled back by itself`() async throws {
        let (audit, decided) = (AuditLog(), Box<[RolloutDecision]>([]))
        let pool = ServingPool(audit: audit) { decided.value += [$0] }
        try pool.deploy(try Self.model(1), as: "main")
        let (answered, _) = try await Self.load(pool, tasks: 8) {
            var policy = CanaryPolicy()
            policy.share = 0.3
            try pool.startCanary(try Self.model(2, damaged: true), as: "main", policy: policy)
            #expect(pool.models[0].canary == "v2")
            try await EngineSchedulingTests.wait { !decided.value.isEmpty }
        }
        #expect(decided.value.map(\.action) == [.rollback])
        #expect(decided.value.first?.reason.contains("failure") == true, "\(decided.value)")
        #expect(pool.models.map(\.version) == ["v1"])
        #expect(pool.models[0].canary == nil)
        #expect((answered["v2"] ?? 0) < (answered["v1"] ?? 0))
        #expect(audit.actions == ["serving.deploy", "serving.canary", "serving.rollback"])
        await pool.waitForDraining()
    }

    @Test func `a slower version on trial is rolled back by itself`() async throws {
        let decided = Box<[RolloutDecision]>([])
        let pool = ServingPool { decided.value += [$0] }
        try pool.deploy(try Self.model(1), as: "main")
        let (_, failures) = try await Self.load(pool, tasks: 4) {
            var policy = CanaryPolicy()
            policy.share = 0.5
            try pool.startCanary(try Self.model(2, slow: true), as: "main", policy: policy)
            try await EngineSchedulingTests.wait { !decided.value.isEmpty }
        }
        #expect(failures.isEmpty)
        #expect(decided.value.map(\.action) == [.rollback])
        #expect(decided.value.first?.reason.contains("latency") == true, "\(decided.value)")
        #expect(pool.models.map(\.version) == ["v1"])
    }

    @Test func `an identical version on trial is promoted by itself`() async throws {
        let (audit, decided) = (AuditLog(), Box<[RolloutDecision]>([]))
        let pool = ServingPool(audit: audit) { decided.value += [$0] }
        try pool.deploy(try Self.model(1), as: "main")
        pool.setAlias("other-name", to: "main")
        let (_, failures) = try await Self.load(pool, tasks: 8) {
            var policy = CanaryPolicy()
            policy.share = 0.5
            try pool.startCanary(try Self.model(2), as: "other-name", policy: policy)
            try await EngineSchedulingTests.wait { !decided.value.isEmpty }
        }
        #expect(failures.isEmpty)
        #expect(decided.value.map(\.action) == [.promote], "\(decided.value)")
        #expect(pool.models.map(\.version) == ["v2"])
        #expect(pool.models[0].aliases == ["other-name"])
        #expect(audit.actions.last == "serving.promote")
    }

    @Test func `a version of lower quality is rolled back by scores`() throws {
        let pool = ServingPool()
        try pool.deploy(try Self.model(1), as: "main")
        var policy = CanaryPolicy()
        policy.measures = [.quality]
        try pool.startCanary(try Self.model(2), as: "main", policy: policy)
        for index in 0..<60 {
            pool.recordQuality(0.7 + 0.01 * Double(index % 10), name: "main", version: "v1")
            pool.recordQuality(0.6 + 0.01 * Double(index % 7), name: "main", version: "v2")
        }
        #expect(pool.models[0].version == "v1")
        #expect(pool.models[0].canary == nil)
    }

    @Test func `what cannot be recorded does not happen, but for making things safe`() async throws {
        let audit = AuditLog()
        let pool = ServingPool(audit: audit)
        try pool.deploy(try Self.model(1), as: "main")
        try pool.startCanary(try Self.model(2), as: "main")
        audit.fails.withLock { $0 = true }
        #expect(throws: AuditLog.Full.self) { try pool.deploy(try Self.model(3), as: "main") }
        try pool.endCanary("main", .rollback, reason: "asked for")
        #expect(pool.models.map(\.version) == ["v1"])
        #expect(pool.models[0].canary == nil)
        #expect(throws: ServingError.self) { try pool.endCanary("main", .rollback, reason: "twice") }
        #expect(throws: ServingError.unknownModel("nobody")) {
            try pool.submit(to: "nobody") { _ in .scripted("x", count: 1) }
        }
        await pool.drain()
        #expect(throws: ServingError.draining) { try pool.submit(to: "main") { _ in .scripted("x", count: 1) } }
    }

    @Test func `a user stays on one side of a trial, and the share is kept`() throws {
        let pool = ServingPool()
        try pool.deploy(try Self.model(1), as: "main")
        var policy = CanaryPolicy()
        policy.share = 0.2
        try pool.startCanary(try Self.model(2), as: "main", policy: policy)
        var onTrial = 0
        for user in 0..<2000 {
            let version = try pool.model("main", routingKey: "user-\(user)").version
            #expect(try pool.model("main", routingKey: "user-\(user)").version == version)
            if version == "v2" { onTrial += 1 }
        }
        #expect((320...480).contains(onTrial))
        let free = try (0..<2000).count { _ in try pool.model("main").version == "v2" }
        #expect((380...420).contains(free))
    }

    @Test func `what fails before its first token is tried again, later failures are not`() async throws {
        let failures = Mutex(2)
        let batch = ScriptedBatch { inputs in
            let fails = failures.withLock { count -> Bool in
                count -= 1
                return count >= 0
            }
            if fails || inputs[0].sequence.position > 30 { throw ScriptedBatch.Broken() }
        }
        let pool = ServingPool()
        try pool.deploy(ServedModel(version: "v0", engine: try .scripted(batch)), as: "main")
        // A failing step is computed twice: together, and each request alone.
        let result = try await pool.submit(to: "main") { _ in .scripted("again", count: 10) }.collect()
        #expect(result.choices[0].tokens == ScriptedBatch.answer(to: "again".byteTokens, count: 10))
        var seen = 0
        let late = try pool.submit(to: "main") { _ in .scripted("later", count: 100) }
        await #expect(throws: ServingError.failed("Broken()")) { for try await _ in late { seen += 1 } }
        #expect(seen == 27)
    }

    @Test func `a directory resolves aliases to versions, and nothing outside it`() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "repository-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for folder in ["aliases", "versions/a1", "versions/b2"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        let repository = DirectoryModelRepository(root: root)
        try repository.setAlias("production", to: "a1")
        #expect(try await repository.resolve("production") == ResolvedModel(version: "a1", path: "\(root)/versions/a1"))
        try repository.setAlias("production", to: "b2")
        #expect(try await repository.resolve("production").version == "b2")
        #expect(throws: ServingError.unknownModel("c3")) { try repository.setAlias("production", to: "c3") }
        for name in ["../aliases", "", ".", "staging"] {
            await #expect(throws: ServingError.unknownModel(name)) { try await repository.resolve(name) }
        }
    }
}
