import Testing

@testable import LLMEval

private struct Golden: Decodable {
    struct Entry: Decodable {
        var score: Double
        var signature: String
        var mean: Double?
        var interval: Double?
    }

    struct Corpus: Decodable {
        var count: Int
        var seed: UInt64
        var scores: [String: Entry]
    }

    struct Sentences: Decodable {
        var count: Int
        var seed: UInt64
        var scores: [String: [Double]]
    }

    struct System: Decodable {
        var score: Double
        var pValue: Double?
        var mean: Double?
        var ci: Double?

        enum CodingKeys: String, CodingKey {
            case score, mean, ci
            case pValue = "p_value"
        }
    }

    struct Pair: Decodable {
        var signature: String
        var systems: [System]
    }

    struct Paired: Decodable {
        var count: Int
        var seed: UInt64
        var scores: [String: Pair]
    }

    var pieces: [String]
    var glues: [String]
    var sample: [String]
    var corpus: Corpus
    var bootstrap: Corpus
    var sentences: Sentences
    var pairedBootstrap: Paired
    var approximateRandomization: Paired

    func make(_ count: Int, _ seed: UInt64) -> TranslationCorpus {
        TranslationCorpus(count: count, seed: seed, pieces: pieces, glues: glues)
    }
}

/// Expected values come from sacrebleu 2.6.0; 1e-12 is the last digits of a Double around 50.
@Suite struct TranslationTests {
    private let golden: Golden

    init() throws { golden = try LLMEvalTests.golden("translation.json") }

    private func expectSame(_ value: Double, _ expected: Double, _ name: String) {
        #expect(abs(value - expected) <= 1e-12 * max(1, abs(expected)), "\(name): \(value), expected \(expected)")
    }

    private func ours(_ signature: String) -> String {
        signature.replacing("version:2.6.0", with: "version:\(EvaluationLibrary.version)")
    }

    /// Calls `body` with every metric that the golden file names, and its number of references.
    private func forEach(
        _ entries: [String: Golden.Entry],
        _ body: (String, any CorpusMetric, _ references: Int, Golden.Entry) throws -> Void
    ) throws {
        for (name, entry) in entries {
            let parts = name.split(separator: " ").map(String.init)
            let metric: (any CorpusMetric)? =
                switch parts[0] {
                case "BLEU": TranslationOptions.bleu[parts[1]]
                case "chrF": TranslationOptions.chrF[parts[1]]
                default: TranslationOptions.ter[parts[1]]
                }
            try body(name, try #require(metric), try #require(Int(parts[2])), entry)
        }
    }

    @Test func `The corpus is the one the golden file was made from`() {
        let corpus = golden.make(20, 5)
        #expect(corpus.columns.map { Array($0[17].utf8) } == golden.sample.map { Array($0.utf8) })
    }

    @Test func `Five thousand segments score as in sacrebleu under every option`() throws {
        let whole = golden.make(golden.corpus.count, golden.corpus.seed)
        let part = golden.make(250, golden.corpus.seed)
        try forEach(golden.corpus.scores) { name, metric, references, expected in
            let corpus = name.hasPrefix("TER") ? part : whole
            let score = try metric.score(
                hypotheses: corpus.system, references: corpus.references(references))
            expectSame(score.score, expected.score, name)
            #expect(score.signature == ours(expected.signature))
        }
    }

    @Test func `Bootstrap intervals are those of sacrebleu's generator`() throws {
        func check<Metric: CorpusMetric>(
            _ metric: Metric, _ corpus: TranslationCorpus, _ references: Int, _ name: String,
            _ expected: Golden.Entry
        ) throws {
            let accumulator = try metric.accumulate(
                hypotheses: corpus.system, references: corpus.references(references))
            let (score, interval) = try #require(accumulator.confidence())
            expectSame(score.score, expected.score, name)
            expectSame(interval.mean, try #require(expected.mean), "\(name) mean")
            expectSame(interval.halfWidth, try #require(expected.interval), "\(name) interval")
            #expect(score.signature == ours(expected.signature))
        }
        let corpus = golden.make(golden.bootstrap.count, golden.bootstrap.seed)
        try forEach(golden.bootstrap.scores) { name, metric, references, expected in
            try check(metric, corpus, references, name, expected)
        }
    }

    @Test func `Single sentences score as in sacrebleu`() throws {
        let corpus = golden.make(golden.sentences.count, golden.sentences.seed)
        let metrics: [String: any CorpusMetric] = [
            "BLEU": BLEU(usesEffectiveOrder: true), "chrF": ChrF(wordOrder: 2), "TER": TER(),
        ]
        for (name, expected) in golden.sentences.scores {
            let parts = name.split(separator: " ").map(String.init)
            let metric = try #require(metrics[parts[0]])
            let references = corpus.references(try #require(Int(parts[1])))
            for (segment, expected) in expected.enumerated() {
                let score = try metric.score(
                    hypotheses: [corpus.system[segment]], references: [references[segment]])
                expectSame(score.score, expected, "\(name) segment \(segment)")
            }
        }
    }

    @Test func `Paired tests give sacrebleu's p-values`() throws {
        func check<Metric: CorpusMetric>(_ metric: Metric, _ pair: Golden.Pair, bootstrap: Bool) throws {
            let paired = bootstrap ? golden.pairedBootstrap : golden.approximateRandomization
            let corpus = golden.make(paired.count, paired.seed)
            let references = corpus.references(2)
            let first = try metric.accumulate(hypotheses: corpus.system, references: references)
            let second = try metric.accumulate(hypotheses: corpus.otherSystem, references: references)
            let result =
                bootstrap
                ? try PairedTest.bootstrap(baseline: first, system: second)
                : try PairedTest.approximateRandomization(
                    baseline: first, system: second, Resampling(samples: 2000), confidenceSamples: 500)
            let name = "\(Metric.self) \(bootstrap)"
            expectSame(result.baseline.score, pair.systems[0].score, name)
            expectSame(result.system.score, pair.systems[1].score, name)
            #expect(result.pValue == pair.systems[1].pValue)
            expectSame(try #require(result.interval).mean, try #require(pair.systems[1].mean), name)
            expectSame(try #require(result.interval).halfWidth, try #require(pair.systems[1].ci), name)
            #expect(result.system.signature == ours(pair.signature))
        }
        for bootstrap in [true, false] {
            let paired = bootstrap ? golden.pairedBootstrap : golden.approximateRandomization
            try check(BLEU(), try #require(paired.scores["BLEU"]), bootstrap: bootstrap)
            try check(ChrF(), try #require(paired.scores["chrF2"]), bootstrap: bootstrap)
            try check(TER(), try #require(paired.scores["TER"]), bootstrap: bootstrap)
        }
    }

    @Test func `Merged parts score as the whole`() throws {
        let corpus = golden.make(400, 9)
        let references = corpus.references(2)
        func check<Metric: CorpusMetric>(_ metric: Metric) throws {
            let whole = try metric.accumulate(hypotheses: corpus.system, references: references)
            var merged = CorpusAccumulator(metric)
            for start in stride(from: 0, to: 400, by: 37) {
                let range = start..<min(400, start + 37)
                merged.merge(
                    try metric.accumulate(
                        hypotheses: Array(corpus.system[range]), references: Array(references[range])))
            }
            #expect(merged.statistics == whole.statistics)
            expectSame(try #require(merged.result()).score, try #require(whole.result()).score, "\(Metric.self)")
            #expect(merged.result()?.signature == whole.result()?.signature)
        }
        try check(BLEU())
        try check(ChrF(wordOrder: 2))
        try check(TER())
    }

    @Test func `Corpora that do not fit together are refused`() {
        #expect(throws: EvaluationError.self) { try BLEU().score(hypotheses: ["a"], references: []) }
        #expect(throws: EvaluationError.self) { try BLEU().score(hypotheses: ["a"], references: [[]]) }
        #expect(throws: EvaluationError.self) { try ChrF().score(hypotheses: [], references: []) }
    }

    @Test func `A variable number of references is said in the signature`() throws {
        let score = try BLEU().score(hypotheses: ["a b", "c d"], references: [["a b"], ["c d", "c e"]])
        #expect(score.signature.hasPrefix("nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp|version:"))
    }

    @Test func `The first draws of the generator are NumPy's`() {
        var generator = NumPyGenerator(seed: 12345)
        var draws = [Int32](repeating: 0, count: 6)
        draws.withUnsafeMutableBufferPointer { generator.choices(below: 1000, into: $0) }
        #expect(draws == [699, 227, 788, 316, 204, 797])
    }
}
