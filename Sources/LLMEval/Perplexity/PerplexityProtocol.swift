/// How a text longer than a model's context is cut, and which tokens of each piece are scored.
///
/// Figures under different protocols, contexts or strides cannot be compared; ``signature`` names all three.
public enum PerplexityProtocol: Sendable, Equatable {
    /// Windows of `context` tokens that advance by `stride`; a token is scored once, in the first window that holds
    /// it. This is the sliding window of the Hugging Face documentation, with the mean taken over the tokens scored.
    case strided(context: Int, stride: Int)
    /// Disjoint chunks of `context` tokens, a shorter rest left out; the tokens after the first half are scored. When
    /// the model's tokenizer adds a beginning-of-sequence token, it takes the place of each chunk's first token.
    /// This is what `llama-perplexity` computes.
    case chunked(context: Int)

    /// Tokens the model sees at once.
    public var context: Int {
        switch self {
        case .strided(let context, _): context
        case .chunked(let context): context
        }
    }

    /// Says exactly what was computed, for instance `protocol:strided|context:1024|stride:512`.
    public var signature: String {
        switch self {
        case .strided(let context, let stride): "protocol:strided|context:\(context)|stride:\(stride)"
        case .chunked(let context): "protocol:chunked|context:\(context)"
        }
    }
}

/// One forward pass: tokens `start ..< end` of the text are read, `firstScored ..< end` are scored.
struct PerplexityWindow: Equatable, Sendable {
    var start: Int
    var firstScored: Int
    var end: Int
}

extension PerplexityProtocol {
    /// The windows over a text of `tokenCount` tokens, each with at least one token to score.
    ///
    /// - Throws: ``EvaluationError`` for a context below 2, a stride outside `1...context`, or too short a text.
    func windows(tokenCount: Int) throws(EvaluationError) -> [PerplexityWindow] {
        switch self {
        case .strided(let context, let stride):
            guard context >= 2 else { throw Self.contextTooShort(context, minimum: 2) }
            guard (1...context).contains(stride) else {
                throw .invalidOption(name: "stride", value: "\(stride)", expected: "1 to the context of \(context)")
            }
            guard tokenCount >= 2 else { throw .tooFewTokens(found: tokenCount, needed: 2, context: context) }
            return Self.stridedWindows(tokenCount: tokenCount, context: context, stride: stride)
        case .chunked(let context):
            // Three tokens are the least of which llama.cpp scores one: half of them, then all but the first.
            guard context >= 3 else { throw Self.contextTooShort(context, minimum: 3) }
            guard tokenCount >= context else {
                throw .tooFewTokens(found: tokenCount, needed: context, context: context)
            }
            return (0..<tokenCount / context).map { chunk in
                let start = chunk * context
                return PerplexityWindow(start: start, firstScored: start + context / 2 + 1, end: start + context)
            }
        }
    }

    private static func stridedWindows(tokenCount: Int, context: Int, stride: Int) -> [PerplexityWindow] {
        var windows: [PerplexityWindow] = []
        var start = 0
        var scoredUpTo = 0
        while true {
            let end = min(start + context, tokenCount)
            // The first token of a window has nothing before it to be predicted from.
            let firstScored = max(scoredUpTo, start + 1)
            if firstScored < end {
                windows.append(PerplexityWindow(start: start, firstScored: firstScored, end: end))
            }
            scoredUpTo = end
            guard end < tokenCount else { return windows }
            start += stride
        }
    }

    private static func contextTooShort(_ context: Int, minimum: Int) -> EvaluationError {
        .invalidOption(name: "context", value: "\(context)", expected: "at least \(minimum) tokens")
    }
}
