internal import LLMTokenizer

/// A text being generated: an asynchronous sequence of ``GenerationEvent``.
///
/// The sequence is pulled: a token is computed when the consumer asks for the next event, so nothing is buffered and
/// a slow consumer slows the generation down. The computation runs on a thread of its own, never on Swift's
/// cooperative pool. When the consuming task is cancelled the generation finishes with
/// ``FinishReason/cancelled`` within one step.
///
/// ```swift
/// for try await event in try model.generate("The capital of France is") {
///     if case .token(_, let text) = event { print(text, terminator: "") }
/// }
/// ```
///
/// Iterating it a second time generates anew, and ends an iteration that is still under way.
public struct TextGeneration: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = GenerationEvent
    /// What a generation throws.
    public typealias Failure = GenerationError

    private let engine: GenerationEngine
    private let request: GenerationRequest

    /// A generation on an engine.
    package init(engine: GenerationEngine, request: GenerationRequest) {
        self.engine = engine
        self.request = request
    }

    /// Starts with the first call of `next()`.
    public func makeAsyncIterator() -> Iterator {
        Iterator(engine: engine, request: request)
    }

    /// Pulls the events.
    public struct Iterator: AsyncIteratorProtocol {
        let engine: GenerationEngine
        let request: GenerationRequest
        private var number: Int?

        init(engine: GenerationEngine, request: GenerationRequest) {
            self.engine = engine
            self.request = request
        }

        /// Computes until there is an event; nil after ``GenerationEvent/finished(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(GenerationError) -> GenerationEvent? {
            if let number { return try await engine.next(of: number) }
            let started = try await engine.start(request)
            number = started
            return try await engine.next(of: started)
        }
    }
}

extension AsyncSequence where Element == GenerationEvent, Failure == GenerationError {
    /// Runs the generation to its end.
    ///
    /// - Throws: what the generation throws. Cancellation does not throw: it is the summary's reason.
    public func collect() async throws(GenerationError) -> GenerationResult {
        var text = ""
        var tokens: [TokenID] = []
        for try await event in self {
            switch event {
            case .token(let id, let piece):
                tokens.append(id)
                text += piece
            case .finished(let summary):
                return GenerationResult(text: text, tokens: tokens, summary: summary)
            }
        }
        throw .superseded
    }

    /// The pieces of text alone, none of them empty.
    public var textPieces: AsyncCompactMapSequence<Self, String> {
        compactMap { event in
            guard case .token(_, let text) = event, !text.isEmpty else { return nil }
            return text
        }
    }
}
