/// Collects negative log-likelihoods of tokens; mergeable, so parts may be scored by different threads or machines.
///
/// Mean and spread are kept by Welford's recurrence and merged by Chan's, which do not cancel on long texts.
public struct PerplexityAccumulator: Sendable, Equatable {
    /// Tokens scored.
    public private(set) var tokens = 0
    /// Bytes of text those tokens stand for.
    public private(set) var bytes = 0
    private var mean = 0.0
    private var squaredDeviations = 0.0

    /// An empty accumulator.
    public init() {}

    /// Adds one token.
    ///
    /// - Parameters:
    ///   - negativeLogLikelihood: nats.
    ///   - bytes: bytes of text the token stands for; 0 for a special token.
    public mutating func add(negativeLogLikelihood: Double, bytes: Int) {
        tokens += 1
        self.bytes += bytes
        let deviation = negativeLogLikelihood - mean
        mean += deviation / Double(tokens)
        squaredDeviations += deviation * (negativeLogLikelihood - mean)
    }

    /// Takes in another accumulator's tokens.
    public mutating func merge(_ other: PerplexityAccumulator) {
        guard other.tokens > 0 else { return }
        let total = Double(tokens + other.tokens)
        let deviation = other.mean - mean
        squaredDeviations +=
            other.squaredDeviations + deviation * deviation * Double(tokens) * Double(other.tokens) / total
        mean += deviation * Double(other.tokens) / total
        tokens += other.tokens
        bytes += other.bytes
    }

    /// The figures so far, or nil when no token was scored.
    public func result(signature: String) -> PerplexityResult? {
        guard tokens > 0 else { return nil }
        let variance = tokens > 1 ? squaredDeviations / Double(tokens) / Double(tokens - 1) : 0
        let perplexity = exponential(mean)
        return PerplexityResult(
            perplexity: perplexity,
            meanNegativeLogLikelihood: mean,
            tokens: tokens,
            bytes: bytes,
            bitsPerByte: bytes > 0 ? mean * Double(tokens) / Double(bytes) / naturalLogarithm(2) : nil,
            meanStandardError: variance.squareRoot(),
            standardError: variance.squareRoot() * perplexity,
            signature: signature)
    }
}

/// The perplexity of a text under a model.
public struct PerplexityResult: Sendable, Equatable {
    /// exp of ``meanNegativeLogLikelihood``.
    public let perplexity: Double
    /// Mean over the scored tokens, in nats.
    public let meanNegativeLogLikelihood: Double
    /// Tokens scored.
    public let tokens: Int
    /// Bytes of text the scored tokens stand for.
    public let bytes: Int
    /// Bits the model needs per byte of the scored text; nil when that text has no bytes.
    public let bitsPerByte: Double?
    /// Standard error of ``meanNegativeLogLikelihood``, taking tokens as independent.
    public let meanStandardError: Double
    /// Standard error of ``perplexity``, to first order: the ± that `llama-perplexity` prints.
    public let standardError: Double
    /// Protocol, context and stride: what a figure must share to be comparable.
    public let signature: String
}
