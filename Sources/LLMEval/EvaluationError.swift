/// What can go wrong while something is measured. Every case says what was found and what was expected.
public enum EvaluationError: Error, Sendable, Equatable {
    /// An option lies outside its range, for instance a stride longer than the context.
    case invalidOption(name: String, value: String, expected: String)
    /// The text has too few tokens for the protocol.
    case tooFewTokens(found: Int, needed: Int, context: Int)
    /// The model answered with NaN or infinity for the token at this index of the text.
    case logitsNotFinite(tokenIndex: Int)
    /// A token of the text is not in the model's vocabulary.
    case tokenOutOfRange(token: Int, tokenIndex: Int, vocabularySize: Int)
    /// Two lists that belong together differ in length, for instance hypotheses and references.
    case countMismatch(first: String, firstCount: Int, second: String, secondCount: Int)
    /// Nothing was given to measure.
    case nothingToMeasure(what: String)
    /// A value at this position is not what the metric needs.
    case invalidValue(what: String, index: Int, value: String, expected: String)
}

extension EvaluationError: CustomStringConvertible {
    /// What to tell the user.
    public var description: String {
        switch self {
        case .invalidOption(let name, let value, let expected):
            "\(name) is \(value), expected \(expected)"
        case .tooFewTokens(let found, let needed, let context):
            "the text has \(found) tokens, but a context of \(context) needs at least \(needed)"
        case .logitsNotFinite(let index):
            "the model's logits for token \(index) of the text are not finite numbers"
        case .tokenOutOfRange(let token, let index, let size):
            "token \(token) at index \(index) is outside the model's vocabulary of \(size) tokens"
        case .countMismatch(let first, let firstCount, let second, let secondCount):
            "\(first) has \(firstCount) entries and \(second) has \(secondCount), expected the same number"
        case .nothingToMeasure(let what):
            "\(what): nothing to measure"
        case .invalidValue(let what, let index, let value, let expected):
            "\(what) at index \(index) is \(value), expected \(expected)"
        }
    }
}
