public import LLMTokenizer

/// A causal language model that can be fed tokens and asked for logits: what ``PerplexityEvaluation`` needs of one.
public protocol LogitsSource: AnyObject {
    /// Forgets every token, so that the next one stands at position 0.
    func restart() throws
    /// Feeds tokens after those already fed, asking for no logits.
    func feed(_ tokens: [TokenID]) throws
    /// Feeds tokens after those already fed.
    ///
    /// - Parameters:
    ///   - tokens: token ids.
    ///   - body: called once per token in order, with the index in `tokens` and the logits `[vocabulary]` for what
    ///     follows that token. The buffer is valid during the call only.
    func feed(_ tokens: [TokenID], logits body: (Int, UnsafeBufferPointer<Float>) throws -> Void) throws
}

/// Measures the perplexity of a tokenized text. A value of options; one run uses one source from one thread.
public struct PerplexityEvaluation: Sendable {
    /// How far a run has come.
    public struct Progress: Sendable, Equatable {
        /// Tokens scored so far.
        public let scoredTokens: Int
        /// Tokens that will be scored in all.
        public let totalTokens: Int
        /// Perplexity over the tokens scored so far.
        public let perplexity: Double
    }

    /// Windows and scored tokens.
    public var `protocol`: PerplexityProtocol
    /// Put in place of each chunk's first token under ``PerplexityProtocol/chunked(context:)``; nil when the model's
    /// tokenizer adds none. The strided protocol takes the text as the tokenizer gave it.
    public var beginningOfSequence: TokenID?

    /// A measurement by one protocol.
    public init(protocol: PerplexityProtocol, beginningOfSequence: TokenID? = nil) {
        self.protocol = `protocol`
        self.beginningOfSequence = beginningOfSequence
    }

    /// Scores `tokens`.
    ///
    /// - Parameters:
    ///   - tokens: the whole text, special tokens included as the model's tokenizer adds them.
    ///   - source: the model; restarted for every window.
    ///   - byteCount: bytes of text a token stands for, 0 for special tokens.
    ///   - progress: called after each window.
    /// - Throws: ``EvaluationError``, what `source` throws, and `CancellationError` within one window of the current
    ///   task's cancellation.
    public func run(
        tokens: [TokenID], source: some LogitsSource, byteCount: (TokenID) -> Int,
        progress: (Progress) -> Void = { _ in }
    ) throws -> PerplexityResult {
        let windows = try self.protocol.windows(tokenCount: tokens.count)
        let total = windows.reduce(0) { $0 + $1.end - $1.firstScored }
        var accumulator = PerplexityAccumulator()
        for window in windows {
            try Task.checkCancellation()
            try score(window, of: tokens, source: source, byteCount: byteCount, into: &accumulator)
            if let result = accumulator.result(signature: "") {
                progress(Progress(scoredTokens: result.tokens, totalTokens: total, perplexity: result.perplexity))
            }
        }
        guard let result = accumulator.result(signature: self.protocol.signature) else {
            throw EvaluationError.nothingToMeasure(what: "perplexity")
        }
        return result
    }

    private func score(
        _ window: PerplexityWindow, of tokens: [TokenID], source: some LogitsSource, byteCount: (TokenID) -> Int,
        into accumulator: inout PerplexityAccumulator
    ) throws {
        // The logits of token i − 1 predict token i, so scoring starts one token early and the last is never fed.
        let firstPredictor = window.firstScored - 1
        var context = Array(tokens[window.start..<firstPredictor])
        var predictors = Array(tokens[firstPredictor..<window.end - 1])
        if case .chunked = self.protocol, let beginningOfSequence {
            if context.isEmpty {
                predictors[0] = beginningOfSequence
            } else {
                context[0] = beginningOfSequence
            }
        }
        try source.restart()
        if !context.isEmpty { try source.feed(context) }
        try source.feed(predictors) { index, logits in
            let tokenIndex = window.firstScored + index
            let token = tokens[tokenIndex]
            guard token >= 0, Int(token) < logits.count else {
                throw EvaluationError.tokenOutOfRange(
                    token: Int(token), tokenIndex: tokenIndex, vocabularySize: logits.count)
            }
            let negativeLogLikelihood = LogSoftmax.negativeLogLikelihood(logits, target: Int(token))
            guard negativeLogLikelihood.isFinite else { throw EvaluationError.logitsNotFinite(tokenIndex: tokenIndex) }
            accumulator.add(negativeLogLikelihood: negativeLogLikelihood, bytes: byteCount(token))
        }
    }
}
