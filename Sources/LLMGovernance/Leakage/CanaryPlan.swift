internal import LLMTensor

/// A secret planted in training data to see whether a model keeps it (Carlini et al. 2019, "The Secret Sharer").
public struct Canary: Sendable, Hashable {
    /// What stands before the secret.
    public var prefix: String
    /// The secret.
    public var secret: String
    /// What stands behind it.
    public var suffix: String
    /// How often it is put into the training data; 0 for controls, which are not.
    public var repetitions: Int

    /// The whole text.
    public var text: String { prefix + secret + suffix }
}

/// The canaries of an experiment: some for each number of repetitions, and controls that are never planted.
///
/// The same seed makes the same canaries.
public struct CanaryPlan: Sendable, Hashable {
    /// Their form.
    public let format: CanaryFormat
    /// The canaries, fewest repetitions first.
    public let canaries: [Canary]
    /// The seed.
    public let seed: UInt64

    /// Makes canaries.
    ///
    /// - Parameters:
    ///   - count: Canaries for each number of repetitions.
    ///   - repetitions: How often they are planted; 0 is added.
    /// - Throws: ``LeakageError/spaceTooSmall(canaries:secrets:)``
    public init(
        format: CanaryFormat, count: Int = 4, repetitions: [Int] = [1, 2, 4, 8, 16], seed: UInt64
    ) throws(LeakageError) {
        self.format = format
        self.seed = seed
        let levels = Set(repetitions.filter { $0 > 0 } + [0]).sorted()
        let (total, overflow) = max(1, count).multipliedReportingOverflow(by: levels.count)
        if let size = format.spaceSize, overflow || total > size / 2 {
            throw .spaceTooSmall(canaries: overflow ? .max : total, secrets: size)
        }
        var generator = CounterGenerator(seed: seed, stream: 0xCA17A5)
        var used: Set<String> = []
        var canaries: [Canary] = []
        for level in levels {
            for _ in 0..<max(1, count) {
                var secret = format.secret(using: &generator)
                while !used.insert(secret).inserted { secret = format.secret(using: &generator) }
                canaries.append(
                    Canary(
                        prefix: Self.prefix(format, &generator), secret: secret, suffix: format.suffix,
                        repetitions: level))
            }
        }
        self.canaries = canaries
    }

    /// The texts to mix into the training data: each canary as often as it is to be planted, in random order.
    public var trainingTexts: [String] {
        var texts = canaries.flatMap { repeatElement($0.text, count: $0.repetitions) }
        var generator = CounterGenerator(seed: seed, stream: 0xCA17A6)
        texts.shuffle(using: &generator)
        return texts
    }

    private static func prefix(_ format: CanaryFormat, _ generator: inout CounterGenerator) -> String {
        let parts = format.prefix.utf8.split(separator: UInt8(ascii: "{"), omittingEmptySubsequences: false)
        var text = String(decoding: Array(parts[0]), as: UTF8.self)
        for part in parts.dropFirst() {
            if part.starts(with: "name}".utf8) {
                text += name(&generator) + String(decoding: Array(part.dropFirst(5)), as: UTF8.self)
            } else {
                text += "{" + String(decoding: Array(part), as: UTF8.self)
            }
        }
        return text
    }

    private static func name(_ generator: inout CounterGenerator) -> String {
        let starts = ["Bel", "Cor", "Dra", "Fen", "Gal", "Hor", "Jas", "Kel", "Lum", "Mor", "Nar", "Ost", "Pel", "Rus"]
        let middles = ["a", "e", "i", "o", "u", "an", "en", "il", "or", "um"]
        let ends = ["bert", "dine", "gard", "lion", "mira", "nox", "phel", "quist", "ris", "san", "tov", "vane"]
        return [starts, middles, ends].map { $0[Int.random(in: 0..<$0.count, using: &generator)] }.joined()
    }
}
