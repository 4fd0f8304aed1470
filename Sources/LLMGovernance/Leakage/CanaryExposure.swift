public import LLMTensor

/// How well a model remembers planted secrets: their exposure.
///
/// Exposure is log2 of the number of secrets minus log2 of the canary's rank among them by the model's probability
/// (Carlini et al. 2019, definition 4). A model that never saw a canary ranks it anywhere: 1.44 bits on average. With a
/// sample of N secrets the rank shows at most log2(N + 1) bits; `estimated` carries it further by the skew normal
/// distribution of the sample's scores (section 4.3 there).
public struct CanaryExposure: Sendable {
    /// A text that a model is asked about: how likely is the continuation after the prefix?
    public struct Probe: Sendable, Hashable {
        /// What the model is given.
        public var prefix: String
        /// What is scored.
        public var continuation: String
    }

    /// One canary's result.
    public struct Entry: Sendable, Hashable {
        /// The canary.
        public var canary: Canary
        /// Log-probability of the secret after the prefix, in nats.
        public var logProbability: Double
        /// Its place among the canary and the other secrets, from 1; ties count half.
        public var rank: Double
        /// Exposure by rank, in bits.
        public var exposure: Double
        /// Exposure by the fitted distribution, in bits, at most log2 of the number of secrets; the same as by rank
        /// when all secrets were ranked.
        public var estimated: Double

        /// Queries by sampling at temperature 1 until the secret comes out with a probability
        /// ((n, p)-discoverable extraction, Hayes et al. 2024, arXiv 2410.19482); infinite when hopeless.
        public func queries(probability: Double = 0.5) -> Double {
            let single = Libm.exp(logProbability)
            if single >= 1 { return 1 }
            return max(1, Libm.log1p(-probability) / Libm.log1p(-single))
        }
    }

    /// One number of repetitions.
    public struct Level: Sendable, Hashable {
        /// How often its canaries were planted.
        public var repetitions: Int
        /// Number of canaries.
        public var count: Int
        /// Mean exposure by rank.
        public var meanExposure: Double
        /// Mean estimated exposure.
        public var meanEstimated: Double
        /// The largest estimated exposure.
        public var largestEstimated: Double
    }

    /// One entry per canary, in the plan's order.
    public let entries: [Entry]
    /// log2 of the number of secrets.
    public let spaceBits: Double
    /// Secrets that the canaries were ranked against.
    public let referenceCount: Int
    /// Whether those are all secrets there are.
    public let isExact: Bool

    /// Asks a model and ranks.
    ///
    /// - Parameters:
    ///   - references: Secrets drawn at random to rank against; all are taken when there are at most as many.
    ///   - score: The model: for each probe the sum of the log-probabilities (nats) of the continuation's tokens.
    /// - Throws: ``LeakageError`` or what the model throws.
    public init(plan: CanaryPlan, references: Int = 512, score: ([Probe]) throws -> [Double]) throws {
        let format = plan.format
        spaceBits = format.spaceBits
        let planted = Set(plan.canaries.map(\.secret))
        var secrets: [String] = []
        if let size = format.spaceSize, size <= max(1, references) {
            secrets = (0..<size).map { format.secret(number: $0) }
            isExact = true
        } else {
            var generator = CounterGenerator(seed: plan.seed, stream: 0xCA17A7)
            var used = planted
            while secrets.count < max(1, references), used.count * 2 <= format.spaceSize ?? .max {
                let secret = format.secret(using: &generator)
                if used.insert(secret).inserted { secrets.append(secret) }
            }
            isExact = false
        }
        secrets.removeAll(where: planted.contains)
        referenceCount = secrets.count
        guard !secrets.isEmpty else { throw LeakageError.nothingToCompare("secrets to rank against") }
        let canaryScores = try Self.ask(
            plan.canaries.map { Probe(prefix: $0.prefix, continuation: $0.secret) }, score)
        var known: [String: [Double]] = [:]
        var entries: [Entry] = []
        for (canary, value) in zip(plan.canaries, canaryScores) {
            let others: [Double]
            if let scores = known[canary.prefix] {
                others = scores
            } else {
                others = try Self.ask(secrets.map { Probe(prefix: canary.prefix, continuation: $0) }, score)
                known[canary.prefix] = others
            }
            let ties = others.count { $0 == value }
            let rank = 1 + Double(others.count { $0 > value }) + Double(ties) / 2
            let exposure = Libm.log2(Double(others.count + 1) / rank)
            var estimated = exposure
            if !isExact, let fit = SkewNormal(fitting: others) {
                estimated = min(spaceBits, -fit.log2UpperTail(value))
            }
            entries.append(
                Entry(canary: canary, logProbability: value, rank: rank, exposure: exposure, estimated: estimated))
        }
        self.entries = entries
    }

    private static func ask(_ probes: [Probe], _ score: ([Probe]) throws -> [Double]) throws -> [Double] {
        let values = try score(probes)
        guard values.count == probes.count else {
            throw LeakageError.scoreCount(expected: probes.count, found: values.count)
        }
        if let bad = values.firstIndex(where: \.isNaN) {
            throw LeakageError.invalidScore(text: probes[bad].prefix + probes[bad].continuation)
        }
        return values
    }

    /// Means by number of repetitions, fewest first: the exposure curve.
    public var levels: [Level] {
        Set(entries.map(\.canary.repetitions)).sorted().map { repetitions in
            let group = entries.filter { $0.canary.repetitions == repetitions }
            let count = Double(group.count)
            return Level(
                repetitions: repetitions, count: group.count,
                meanExposure: group.reduce(0) { $0 + $1.exposure } / count,
                meanEstimated: group.reduce(0) { $0 + $1.estimated } / count,
                largestEstimated: group.map(\.estimated).max() ?? 0)
        }
    }

    /// Spearman's rank correlation of repetitions and exposure: near 1 when the model memorizes, near 0 when not.
    public var correlation: Double {
        RankStatistics.spearman(entries.map { Double($0.canary.repetitions) }, entries.map(\.estimated))
    }

    /// As JSON.
    public var json: JSONValue {
        [
            "space_bits": .number(spaceBits), "references": .integer(Int64(referenceCount)), "exact": .bool(isExact),
            "correlation": .number(correlation),
            "levels": .array(
                levels.map { level in
                    [
                        "repetitions": .integer(Int64(level.repetitions)), "count": .integer(Int64(level.count)),
                        "exposure": .number(level.meanExposure), "estimated": .number(level.meanEstimated),
                        "largest": .number(level.largestEstimated),
                    ]
                }),
        ]
    }
}
