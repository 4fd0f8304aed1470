import Foundation
import LLMTensor
import Testing

@testable import LLMServing

@Suite struct DriftStatisticsTests {
    private static let goldens = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Goldens/drift/drift.json")
    /// Agreement asked for; results above 1 are compared relatively.
    private static let tolerance = 1e-9

    private func golden(_ key: String) throws -> [[JSONValue]] {
        let document = try JSONValue.parse([UInt8](Data(contentsOf: Self.goldens)), source: "drift.json")
        return try #require(document[key]?.arrayValue).map { try #require($0.arrayValue) }
    }

    /// The generator of make_drift.py.
    private func draw(_ seed: Int, _ count: Int, levels: Int, shift: Double, spread: Double) -> [Double] {
        var state = UInt64(seed)
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var value = Double(state >> 11) / 0x1p53
            if levels > 0 { value = (value * Double(levels)).rounded(.down) / Double(levels) }
            return value * spread + shift
        }
    }

    private func agree(_ found: Double, _ expected: Double) -> Bool {
        abs(found - expected) <= Self.tolerance * max(1, abs(expected))
    }

    @Test func `Tests and distances of samples are scipy's`() throws {
        let cases = try golden("numeric")
        #expect(cases.count > 1200)
        for line in cases {
            let numbers = try line.map { try #require($0.doubleValue) }
            let (seed, levels) = (Int(numbers[0]), Int(numbers[3]))
            let a = draw(seed, Int(numbers[1]), levels: levels, shift: 0, spread: 1)
            let b = draw(seed + 1, Int(numbers[2]), levels: levels, shift: numbers[4], spread: numbers[5])
            let automatic = try KolmogorovSmirnov.test(a, b)
            let asymptotic = try KolmogorovSmirnov.test(a, b, method: .asymptotic)
            #expect(agree(automatic.statistic, numbers[6]), "statistic of \(line)")
            #expect(agree(automatic.pValue, numbers[7]), "\(automatic.pValue) of \(line)")
            #expect(agree(asymptotic.pValue, numbers[8]), "asymptotic \(asymptotic.pValue) of \(line)")
            #expect(agree(try Divergence.wasserstein(a, b), numbers[9]), "Wasserstein of \(line)")
            #expect(agree(try Divergence.normalizedWasserstein(reference: a, current: b), numbers[10]))
        }
    }

    @Test func `Tests and divergences of counts are scipy's`() throws {
        for line in try golden("counts") {
            func list(_ index: Int) throws -> [Double] {
                try #require(line[index].arrayValue).map { try #require($0.doubleValue) }
            }
            let (p, q, js) = (try list(0), try list(1), try list(2))
            #expect(agree(try Divergence.jensenShannonDistance(p, q), js[0]), "\(line)")
            #expect(agree(try Divergence.jensenShannonDistance(p, q, base: 2), js[1]), "\(line)")
            let psi = try Divergence.populationStabilityIndex(reference: p, current: q)
            #expect(agree(psi, try #require(line[3].doubleValue)), "\(psi) of \(line)")
            if !line[4].isNull {
                let expected = try list(4)
                let test = try CategoryTests.chiSquare(observed: q, expected: p)
                #expect(agree(test.statistic, expected[0]) && agree(test.pValue, expected[1]), "\(test) of \(line)")
            }
            let expected = try list(5)
            let test = try CategoryTests.homogeneity(p, q)
            #expect(agree(test.statistic, expected[0]) && agree(test.pValue, expected[1]), "\(test) of \(line)")
        }
    }

    @Test func `The test of proportions is the normal one`() throws {
        for line in try golden("proportions") {
            let numbers = try line.map { try #require($0.doubleValue) }
            let test = try CategoryTests.proportions(
                successes: numbers[0], of: numbers[1], and: numbers[2], of: numbers[3])
            #expect(agree(test.statistic, numbers[4]) && agree(test.pValue, numbers[5]), "\(test) of \(line)")
        }
    }

    @Test func `Nothing to compare is an error`() {
        #expect(throws: DriftError.self) { try KolmogorovSmirnov.test([], [1]) }
        #expect(throws: DriftError.self) { try KolmogorovSmirnov.test([.nan], [1]) }
        #expect(throws: DriftError.self) { try Divergence.wasserstein([.infinity], [1]) }
        #expect(throws: DriftError.self) { try Divergence.jensenShannon([1, 2], [1]) }
        #expect(throws: DriftError.self) { try Divergence.jensenShannon([0, 0], [1, 2]) }
        #expect(throws: DriftError.self) { try CategoryTests.chiSquare(observed: [1], expected: [-1]) }
        #expect(throws: DriftError.self) {
            try CategoryTests.proportions(successes: 2, of: 1, and: 0, of: 1)
        }
    }
}
