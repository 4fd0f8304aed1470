public import LLMTokenizer

/// A token sequence and which of its tokens the model is to learn.
public struct TrainingExample: Sendable, Equatable {
    /// The tokens.
    public var tokens: [TokenID]
    /// For each token, whether it is scored as a target.
    public var mask: [Bool]

    /// Creates an example; all tokens are scored unless a mask says otherwise.
    public init(tokens: [TokenID], mask: [Bool]? = nil) {
        self.tokens = tokens
        self.mask = mask ?? Array(repeating: true, count: tokens.count)
    }

    /// Tokens that are scored: a first token is nobody's target.
    public var scoredTokenCount: Int { mask.dropFirst().reduce(0) { $0 + ($1 ? 1 : 0) } }
}

/// What is done with examples longer than the model is to see.
public enum LengthPolicy: String, Sendable, CaseIterable {
    /// They are left out.
    case drop
    /// Their first tokens are kept.
    case keepStart = "keep-start"
    /// Their last tokens are kept.
    case keepEnd = "keep-end"
    /// They end the reading of the data with an error.
    case fail
}

/// What became of the examples of a data set.
public struct ExampleStatistics: Sendable, Equatable {
    /// Examples that are trained on.
    public var examples = 0
    /// Examples that were cut to the longest length.
    public var truncated = 0
    /// Examples left out because they are too long.
    public var tooLong = 0
    /// Examples left out because no token of theirs is scored.
    public var unscored = 0
    /// Tokens of the examples that are trained on.
    public var tokens = 0
    /// Scored tokens among them.
    public var scoredTokens = 0
}
