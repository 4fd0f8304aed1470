public import LLMTokenizer

/// Why a trainable decoder could not be made or refused a batch.
public enum TrainableDecoderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A batch whose parts do not fit each other.
    case batch(String)
    /// A token outside the vocabulary; `place` counts from the batch's start.
    case invalidToken(id: TokenID, place: Int, vocabularySize: Int)
    /// A sequence longer than the table of learned positions.
    case sequenceTooLong(tokens: Int, contextLength: Int)
    /// An adapter without rank, targets or a finite alpha.
    case invalidAdapter(rank: Int, alpha: Float, targets: Int)
    /// A weight the configuration asks for is not there.
    case missingWeight(String)

    /// The message.
    public var description: String {
        switch self {
        case .batch(let reason): "the batch cannot be used: \(reason)"
        case .invalidToken(let id, let place, let size):
            "token \(id) at place \(place) of the batch is outside the vocabulary of \(size)"
        case .sequenceTooLong(let tokens, let length):
            "a sequence of \(tokens) tokens does not fit the model's \(length) learned positions"
        case .invalidAdapter(let rank, let alpha, let targets):
            "an adapter of rank \(rank), alpha \(alpha) on \(targets) projections; expected a rank of at least 1, a "
                + "finite alpha and at least one projection"
        case .missingWeight(let name): "the weight \(name) is missing"
        }
    }
}
