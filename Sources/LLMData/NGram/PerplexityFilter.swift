internal import LLMTensor

/// Drops documents that an n-gram model finds too surprising, or too little so.
///
/// High perplexity means noise or another language, very low perplexity boilerplate (Wenzek et al. 2020, "CCNet").
/// Pure, for use from any thread.
public struct PerplexityFilter: DocumentStage {
    /// The stage's name.
    public let name = "perplexity_filter"
    /// The model of what good text is like.
    public let model: NGramModel
    /// Documents with a perplexity outside are dropped.
    public var range: ClosedRange<Double>
    /// Whether the perplexity is noted in the attribute `perplexity` of documents that stay.
    public var notesPerplexity = true

    /// A filter that keeps documents of these perplexities.
    public init(model: NGramModel, range: ClosedRange<Double>) {
        self.model = model
        self.range = range
    }

    /// Measures the document and decides.
    public func process(_ document: inout Document) -> StageDecision {
        let result = model.perplexity(ofText: document.text)
        guard result.words > 0 else { return .drop(reason: "perplexity_no_words") }
        if result.perplexity > range.upperBound { return .drop(reason: "perplexity_too_high") }
        if result.perplexity < range.lowerBound { return .drop(reason: "perplexity_too_low") }
        if notesPerplexity {
            document.attributes["perplexity"] = .number(result.perplexity)
            document.history.append(name)
        }
        return .keep
    }
}
