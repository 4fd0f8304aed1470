internal import LLMTokenizer

/// Why the next token could not be chosen.
public enum SamplingError: Error, Equatable, Sendable {
    /// A parameter is outside its range.
    case invalidParameter(name: String, value: String, expected: String)
    /// The model produced a logit that is not a number or is positive infinity.
    case invalidLogit(token: Int, value: Float)
    /// Every token was masked out (all logits are negative infinity).
    case everyTokenMasked
    /// The number of logits is not the vocabulary size the sampler was made for.
    case vocabularySizeMismatch(expected: Int, actual: Int)
    /// A token identifier is outside the vocabulary.
    case tokenOutOfRange(token: Int, vocabularySize: Int)
    /// A logits processor threw.
    case processorFailed(description: String)
}

extension SamplingError: CustomStringConvertible {
    /// A message a user can act on.
    public var description: String {
        switch self {
        case .invalidParameter(let name, let value, let expected):
            "sampling parameter \(name) is \(value); expected \(expected)"
        case .invalidLogit(let token, let value):
            "the model produced the logit \(value) for token \(token); the weights or the input are damaged"
        case .everyTokenMasked:
            "no token can be chosen: every logit is masked out"
        case .vocabularySizeMismatch(let expected, let actual):
            "the sampler was made for \(expected) logits and received \(actual)"
        case .tokenOutOfRange(let token, let vocabularySize):
            "token \(token) is outside the vocabulary of \(vocabularySize) tokens"
        case .processorFailed(let description):
            "a logits processor failed: \(description)"
        }
    }
}
