/// Hears what happens to requests: what metrics, traces and health checks are made of.
///
/// Called on the thread where it happens — the submitting one for ``EngineEvent/Kind/queued(promptTokens:)`` and
/// ``EngineEvent/Kind/refused(_:)``, the engine's for all else — and must return quickly: the engine waits.
public protocol EngineObserver: Sendable {
    /// Something happened.
    func engineDid(_ event: EngineEvent)
}

/// Something that happened to a request, or a step.
public struct EngineEvent: Sendable {
    /// What happened.
    public enum Kind: Sendable {
        /// It was taken in.
        case queued(promptTokens: Int)
        /// It was turned away at once.
        case refused(ServingError)
        /// It is computed from now on; so many tokens of its prompt came from earlier requests.
        case scheduled(cachedTokens: Int)
        /// It was put aside for want of memory, to be computed again.
        case preempted
        /// Its first token is there.
        case firstToken
        /// More tokens are there.
        case newTokens(Int)
        /// It is over: complete.
        case finished(ServingSummary)
        /// It is over: not complete, with so many tokens given.
        case ended(ServingError, ServingUsage)
        /// A step was computed; `request` is empty.
        case step(EngineStep)
    }

    /// The request's name.
    public var request: String
    /// The model version.
    public var model: String
    /// When, by the engine's clock.
    public var time: Duration
    /// What happened.
    public var kind: Kind
}

/// What a step computed.
public struct EngineStep: Sendable, Hashable {
    /// Prompt tokens read.
    public var promptTokens: Int
    /// Sequences continued by a token.
    public var decodingSequences: Int
    /// How long it took, choosing tokens included.
    public var duration: Duration
}
