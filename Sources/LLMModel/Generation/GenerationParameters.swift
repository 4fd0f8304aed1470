public import LLMTokenizer

/// How a text is continued: how tokens are chosen, and when to stop.
public struct GenerationParameters: Sendable, Equatable {
    /// How each token is chosen.
    public var sampling: SamplingParameters
    /// Stop after this many tokens; `nil` goes on until the context is full.
    public var maximumTokens: Int?
    /// Stop when the text contains one of these; the text never includes it.
    public var stopStrings: [String]
    /// Stop tokens besides those the model's own files name.
    public var additionalEndTokens: Set<TokenID>
    /// Go on past end-of-generation tokens (for measurements).
    public var ignoresEndOfGeneration: Bool
    /// Leave the text of special tokens out of the output.
    public var skipsSpecialTokens: Bool

    /// Creates parameters; by default at most 512 tokens from the model's own distribution.
    public init(
        sampling: SamplingParameters = SamplingParameters(), maximumTokens: Int? = 512, stopStrings: [String] = [],
        additionalEndTokens: Set<TokenID> = [], ignoresEndOfGeneration: Bool = false, skipsSpecialTokens: Bool = true
    ) {
        self.sampling = sampling
        self.maximumTokens = maximumTokens
        self.stopStrings = stopStrings
        self.additionalEndTokens = additionalEndTokens
        self.ignoresEndOfGeneration = ignoresEndOfGeneration
        self.skipsSpecialTokens = skipsSpecialTokens
    }

    /// Checks every value.
    ///
    /// - Throws: ``GenerationError`` for the first one outside its range.
    public func validate() throws(GenerationError) {
        if let maximumTokens, maximumTokens < 0 {
            throw .invalidParameter(name: "maximumTokens", value: "\(maximumTokens)", expected: "0 or more")
        }
        if stopStrings.contains(where: \.utf8.isEmpty) {
            throw .invalidParameter(name: "stopStrings", value: "\"\"", expected: "strings that are not empty")
        }
        do throws(SamplingError) { try sampling.validate() } catch { throw .sampling(error) }
    }
}
