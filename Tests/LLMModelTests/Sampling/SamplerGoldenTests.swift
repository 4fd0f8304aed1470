import Foundation
import LLMTokenizer
import Testing

@testable import LLMModel

/// Distributions made by the logits processors of transformers (Goldens/make_sampling_goldens.py).
@Suite struct SamplerGoldenTests {
    struct Goldens: Decodable {
        struct Case: Decodable, CustomTestStringConvertible {
            struct Parameters: Decodable {
                var temperature: Double?, topK: Int?, topP: Double?, minP: Double?, repetition: Double?
            }
            var name: String
            var parameters: Parameters
            var kept: [TokenID]
            var probabilities: [Double]
            var logits: Int
            var testDescription: String { name }
        }
        var history: [TokenID]
        var logits: [[Float]]
        var cases: [Case]
    }

    static let goldens: Goldens? = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Goldens/sampling.json")
        guard let data = try? Data(contentsOf: url) else { return nil }
        return try? JSONDecoder().decode(Goldens.self, from: data)
    }()

    @Test func `the goldens are there`() throws {
        #expect(try #require(Self.goldens).cases.count == 24)
    }

    @Test(arguments: goldens?.cases ?? [])
    func `the filtered distribution equals the one of transformers`(_ golden: Goldens.Case) throws {
        let goldens = try #require(Self.goldens)
        let given = golden.parameters
        let parameters = SamplingParameters(
            temperature: given.temperature ?? 1, topK: given.topK ?? 0, topP: given.topP ?? 1, minP: given.minP ?? 0,
            penalties: .init(repetition: given.repetition ?? 1))
        let logits = goldens.logits[golden.logits]
        var sampler = try Sampler(parameters, vocabularySize: logits.count)
        try sampler.accept(contentsOf: goldens.history)
        let result = try logits.withUnsafeBufferPointer { try sampler.distribution($0) }
        let byToken = result.sorted { $0.token < $1.token }
        #expect(byToken.map(\.token) == golden.kept)
        for (ours, theirs) in zip(byToken, golden.probabilities) {
            // Single precision logits divided by a temperature: 1e-5 relative is a few roundings.
            #expect(abs(ours.probability - theirs) <= 1e-5 * theirs + 1e-9)
        }
    }
}
