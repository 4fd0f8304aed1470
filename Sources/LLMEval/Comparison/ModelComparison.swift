public import LLMTokenizer

/// How far one model's predictions are from another's on a text: what quantization, pruning or distillation changed.
///
/// Perplexity alone hides changes that cancel; the divergence of the distributions and the share of unchanged first
/// choices do not. Compare against the source model in exact mode.
public struct ModelComparison: Sendable, Equatable {
    /// Tokens predicted.
    public let tokens: Int
    /// Perplexity of the text under the reference.
    public let referencePerplexity: Double
    /// Perplexity of the text under the candidate.
    public let perplexity: Double
    /// Mean over the tokens of KL(reference, candidate), in nats.
    public let meanDivergence: Double
    /// The divergence that 99 % of the tokens do not exceed.
    public let divergence99: Double
    /// Share of the tokens for which both models hold the same token likeliest.
    public let topAgreement: Double
    /// Chunk length: what figures must share to be comparable.
    public let signature: String

    /// Compares two models over disjoint chunks of a text; every token but a chunk's first is predicted.
    ///
    /// Both have the same vocabulary. Memory for the logits of one chunk is needed.
    ///
    /// - Parameters:
    ///   - reference: the source model.
    ///   - candidate: the changed model.
    ///   - tokens: the text.
    ///   - context: tokens per chunk; a shorter rest is left out unless it is all there is.
    ///   - progress: called after each chunk with the share that is done.
    /// - Throws: ``EvaluationError``, what the models throw, and `CancellationError` within one chunk.
    public static func run(
        reference: some LogitsSource, candidate: some LogitsSource, tokens: [TokenID], context: Int,
        progress: (Double) -> Void = { _ in }
    ) throws -> ModelComparison {
        guard context >= 2 else {
            throw EvaluationError.invalidOption(name: "context", value: "\(context)", expected: "at least 2 tokens")
        }
        let length = min(context, tokens.count)
        guard length >= 2 else { throw EvaluationError.tooFewTokens(found: tokens.count, needed: 2, context: context) }
        var sums = Sums()
        var logits: [Float] = []
        let chunks = tokens.count / length
        for chunk in 0..<chunks {
            try Task.checkCancellation()
            let part = Array(tokens[(chunk * length)..<((chunk + 1) * length)])
            logits.removeAll(keepingCapacity: true)
            try reference.restart()
            try reference.feed(Array(part.dropLast())) { _, row in logits.append(contentsOf: row) }
            try candidate.restart()
            try candidate.feed(Array(part.dropLast())) { index, row in
                try logits.withUnsafeBufferPointer { all in
                    let size = all.count / (part.count - 1)
                    guard size == row.count else {
                        throw EvaluationError.invalidOption(
                            name: "candidate", value: "\(row.count) tokens in its vocabulary", expected: "\(size)")
                    }
                    let theirs = UnsafeBufferPointer(rebasing: all[(index * size)..<((index + 1) * size)])
                    try sums.add(theirs, row, target: Int(part[index + 1]), tokenIndex: chunk * length + index + 1)
                }
            }
            progress(Double(chunk + 1) / Double(chunks))
        }
        return sums.result(signature: "chunks:\(length)")
    }
}

/// What is added up token by token.
private struct Sums {
    private var referenceLoss = 0.0
    private var candidateLoss = 0.0
    private var divergences: [Double] = []
    private var agreements = 0

    mutating func add(
        _ reference: UnsafeBufferPointer<Float>, _ candidate: UnsafeBufferPointer<Float>, target: Int, tokenIndex: Int
    ) throws(EvaluationError) {
        guard target >= 0, target < reference.count else {
            throw .tokenOutOfRange(token: target, tokenIndex: tokenIndex, vocabularySize: reference.count)
        }
        let theirs = LogSoftmax.negativeLogLikelihood(reference, target: target)
        let ours = LogSoftmax.negativeLogLikelihood(candidate, target: target)
        guard theirs.isFinite, ours.isFinite else { throw .logitsNotFinite(tokenIndex: tokenIndex) }
        referenceLoss += theirs
        candidateLoss += ours
        // ln p = logit + shift, the shift being the same for all tokens.
        let shift = Double(reference[target]) + theirs
        let otherShift = Double(candidate[target]) + ours
        var divergence = 0.0
        var (best, otherBest) = (0, 0)
        for index in 0..<reference.count {
            let logarithm = Double(reference[index]) - shift
            if logarithm > -40 {
                divergence += exponential(logarithm) * (logarithm - (Double(candidate[index]) - otherShift))
            }
            if reference[index] > reference[best] { best = index }
            if candidate[index] > candidate[otherBest] { otherBest = index }
        }
        divergences.append(max(divergence, 0))
        if best == otherBest { agreements += 1 }
    }

    func result(signature: String) -> ModelComparison {
        let count = max(divergences.count, 1)
        let sorted = divergences.sorted()
        return ModelComparison(
            tokens: divergences.count, referencePerplexity: exponential(referenceLoss / Double(count)),
            perplexity: exponential(candidateLoss / Double(count)),
            meanDivergence: divergences.reduce(0, +) / Double(count),
            divergence99: sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 99 / 100)],
            topAgreement: Double(agreements) / Double(count), signature: signature)
    }
}
