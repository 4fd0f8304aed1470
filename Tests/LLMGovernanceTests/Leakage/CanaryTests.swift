import LLMTensor
import Testing

@testable import LLMGovernance

/// A model of bytes that counts what follows the last five bytes of its training texts.
private struct CountingModel {
    private var counts: [[UInt8]: [UInt8: Double]] = [:]

    mutating func train(_ text: String) {
        let bytes = Array(text.utf8)
        for index in bytes.indices { counts[Self.context(bytes, index), default: [:]][bytes[index], default: 0] += 1 }
    }

    private static func context(_ bytes: [UInt8], _ index: Int) -> [UInt8] { Array(bytes[max(0, index - 5)..<index]) }

    func logProbability(_ prefix: String, _ continuation: String) -> Double {
        let bytes = Array((prefix + continuation).utf8)
        return (prefix.utf8.count..<bytes.count).reduce(0) { sum, index in
            let next = counts[Self.context(bytes, index)] ?? [:]
            // What two texts of prose would give each byte, so that one repetition is not certain yet.
            let probability = ((next[bytes[index]] ?? 0) + 0.05) / (next.values.reduce(0, +) + 0.05 * 256)
            return sum + Libm.log(probability)
        }
    }

    func complete(_ prefix: String, _ count: Int) -> String {
        var bytes = Array(prefix.utf8)
        for _ in 0..<count {
            let next = counts[Self.context(bytes, bytes.count)] ?? [:]
            bytes.append(next.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? UInt8(ascii: "?"))
        }
        return String(decoding: bytes.dropFirst(prefix.utf8.count), as: UTF8.self)
    }
}

@Suite struct CanaryTests {
    private static func plan(prefix: String = "{name} has code ", pattern: String = "## ## ##") throws -> CanaryPlan {
        try CanaryPlan(
            format: CanaryFormat(prefix: prefix, pattern: pattern), count: 6, repetitions: [1, 4, 16], seed: 3)
    }

    @Test func `A model that memorizes shows exposure rising with repetitions, an untouched one does not`() throws {
        let plan = try Self.plan(prefix: "The code is ")
        var tuned = CountingModel()
        var untouched = CountingModel()
        for index in 0..<200 {
            let prose = "The code is not given to anybody, line \(index * 37 % 101) \(index * 53 % 89)."
            tuned.train(prose)
            untouched.train(prose)
        }
        for text in plan.trainingTexts { tuned.train(text) }
        func exposure(_ model: CountingModel) throws -> CanaryExposure {
            try CanaryExposure(plan: plan, references: 256) { probes in
                probes.map { model.logProbability($0.prefix, $0.continuation) }
            }
        }
        let (learned, other) = (try exposure(tuned), try exposure(untouched))
        #expect(learned.levels.map(\.repetitions) == [0, 1, 4, 16])
        let means = learned.levels.map(\.meanEstimated)
        #expect(means == means.sorted() && means[3] > means[0] + 5, "\(means)")
        #expect(learned.correlation > 0.8)
        #expect(abs(other.correlation) < 0.5)
        #expect(other.levels.allSatisfy { $0.meanEstimated < 4 }, "\(other.levels)")
        #expect(!learned.isExact && learned.referenceCount == 256)
        #expect(learned.entries.allSatisfy { $0.exposure <= Libm.log2(257) && $0.estimated <= learned.spaceBits })
    }

    @Test func `Canaries with names of their own are extracted once they are repeated enough`() throws {
        let plan = try Self.plan(prefix: "Case {name} opens ")
        var model = CountingModel()
        for text in plan.trainingTexts { model.train(text) }
        let test = ExtractionTest(canaries: plan.canaries) { model.complete($0, $1) }
        #expect(test.levels.map(\.repetitions) == [0, 1, 4, 16])
        #expect(test.levels[0].extracted == 0)
        #expect(test.levels.map(\.count) == [6, 6, 6, 6])
        #expect(test.entries.allSatisfy { $0.isExtracted == $0.continuation.hasPrefix($0.canary.secret) })
        #expect(test.levels[3].extracted > 0)
    }

    @Test func `All secrets are ranked when they are few`() throws {
        let plan = try CanaryPlan(
            format: CanaryFormat(prefix: "pin ", pattern: "###"), count: 2, repetitions: [1], seed: 1)
        let order = Dictionary(uniqueKeysWithValues: plan.canaries.enumerated().map { ($1.secret, Double($0)) })
        let result = try CanaryExposure(plan: plan, references: 1000) { probes in
            // Canary i is less likely than exactly i others.
            probes.map { probe in
                if let place = order[probe.continuation] { return -place - 0.5 }
                let number = Double(Int(probe.continuation) ?? 0)
                return -number
            }
        }
        #expect(result.isExact && result.referenceCount == 996)
        #expect(result.entries[0].rank == 2)
        #expect(abs(result.entries[0].exposure - Libm.log2(997.0 / 2)) < 1e-12)
        #expect(result.entries.allSatisfy { $0.exposure == $0.estimated })
    }

    @Test func `The same seed makes the same canaries, each its own, planted as often as said`() throws {
        let (one, two) = (try Self.plan(), try Self.plan())
        #expect(one == two && one.trainingTexts == two.trainingTexts)
        #expect(one.trainingTexts.count == 6 * (1 + 4 + 16))
        #expect(Set(one.canaries.map(\.secret)).count == 24)
        for canary in one.canaries {
            #expect(one.trainingTexts.count { $0 == canary.text } == canary.repetitions)
        }
        #expect(throws: LeakageError.spaceTooSmall(canaries: 24, secrets: 10)) { try Self.plan(pattern: "#") }
        #expect(throws: LeakageError.noRandomness(pattern: "abc")) { try Self.plan(pattern: "abc") }
    }

    @Test func `A model whose answers do not fit is refused`() throws {
        let plan = try Self.plan()
        #expect(throws: LeakageError.scoreCount(expected: 24, found: 0)) { try CanaryExposure(plan: plan) { _ in [] } }
        #expect(throws: LeakageError.self) {
            try CanaryExposure(plan: plan) { $0.map { _ in .nan } }
        }
    }

    @Test func `Tails of the skew normal distribution are scipy's`() throws {
        let golden = try JSONValue.parse(GuardGolden.bytes("Leakage/leakage.json"))
        for entry in try #require(golden["tails"]?.arrayValue) {
            let sample = try #require(entry["sample"]?.arrayValue).compactMap(\.doubleValue)
            let fit = try #require(SkewNormal(fitting: sample))
            let points = try #require(entry["points"]?.arrayValue).compactMap(\.doubleValue)
            let expected = try #require(entry["log2"]?.arrayValue).compactMap(\.doubleValue)
            for (point, bits) in zip(points, expected) {
                // The sample is rounded to six places in the file.
                #expect(abs(fit.log2UpperTail(point) - bits) < 1e-3 * max(1, abs(bits)), "\(point)")
            }
        }
        #expect(SkewNormal(fitting: Array(repeating: 1, count: 20)) == nil)
    }
}

@Suite struct MembershipTests {
    @Test func `The area and the rate at one percent are scikit-learn's`() throws {
        let golden = try JSONValue.parse(GuardGolden.bytes("Leakage/leakage.json"))
        let areas = try #require(golden["areas"])
        let result = try MembershipInference(
            members: (areas["members"]?.arrayValue ?? []).compactMap(\.doubleValue),
            others: (areas["others"]?.arrayValue ?? []).compactMap(\.doubleValue))
        #expect(abs(result.area - (areas["area"]?.doubleValue ?? 0)) < 1e-12)
        #expect(abs(result.truePositiveRateAt1Percent - (areas["tpr"]?.doubleValue ?? 0)) < 1e-12)
    }

    @Test func `Compressed sizes are near zlib's`() throws {
        let golden = try JSONValue.parse(GuardGolden.bytes("Leakage/leakage.json"))
        for entry in golden["sizes"]?.arrayValue ?? [] {
            let expected = Double(try #require(entry["bytes"]?.integerValue))
            let size = Double(CompressedSize.bytes(Array(try #require(entry["text"]?.stringValue).utf8)))
            // An estimate that ranks texts, not a compressor.
            #expect(abs(size - expected) < max(12, 0.2 * expected), "\(size) for \(expected)")
        }
    }

    @Test func `Scores are what their definitions say`() throws {
        var likelihoods = TokenLikelihoods(logProbabilities: [])
        let distribution: [Float] = [0.5, 0.25, 0.25].map { Float(Libm.log($0)) }
        for token in [0, 1, 0, 2, 0] { likelihoods.append(token: token, distribution: distribution) }
        let entropy = 0.5 * Libm.log(0.5) + 0.5 * Libm.log(0.25)
        #expect(abs(likelihoods.means[0] - entropy) < 1e-6)
        let lowest = try #require(MembershipScore.minK(0.4).value(likelihoods, text: ""))
        #expect(abs(lowest - Libm.log(0.25)) < 1e-6)
        let normalized = try #require(MembershipScore.minKPlusPlus(0.4).value(likelihoods, text: ""))
        #expect(abs(normalized + 1) < 1e-5)
        let loss = try #require(MembershipScore.loss.value(likelihoods, text: ""))
        #expect(MembershipScore.reference.value(likelihoods, text: "", reference: likelihoods) == 0)
        #expect(MembershipScore.reference.value(likelihoods, text: "") == nil)
        #expect(abs(loss - (3 * Libm.log(0.5) + 2 * Libm.log(0.25)) / 5) < 1e-6)
        #expect(MembershipScore.loss.value(TokenLikelihoods(logProbabilities: []), text: "") == nil)
    }
}
