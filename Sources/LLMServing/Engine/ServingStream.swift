/// The answer to a request as it is generated: an asynchronous sequence of ``ServingEvent``.
///
/// Iterate it once. Leaving the loop, dropping the stream or cancelling the reading task ends the request within one
/// step of the engine. A reader slower than the model pauses only its own request.
public struct ServingStream: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = ServingEvent
    /// What a stream throws.
    public typealias Failure = ServingError

    /// The request's name.
    public let id: String
    /// The model version that answers.
    public let model: String
    private let source: any ServingEventSource

    init(id: String, model: String, source: any ServingEventSource) {
        self.id = id
        self.model = model
        self.source = source
    }

    /// Starts to read.
    public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    /// Ends the request, if it is still under way.
    public func cancel() { source.cancel() }

    /// Reads the events.
    public struct Iterator: AsyncIteratorProtocol {
        let source: any ServingEventSource

        /// Waits for the next event; nil after ``ServingEvent/finished(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ServingError) -> ServingEvent? {
            try await source.next()
        }
    }
}

/// Where a stream's events come from.
protocol ServingEventSource: AnyObject, Sendable {
    func next() async throws(ServingError) -> ServingEvent?
    func cancel()
}

/// A reader's hold on its request: when nobody has it any more, the request is cancelled. Keeps the engine alive.
final class StreamHandle: ServingEventSource {
    private let buffer: StreamBuffer
    private let engine: ServingEngine

    init(buffer: StreamBuffer, engine: ServingEngine) {
        self.buffer = buffer
        self.engine = engine
    }

    deinit { buffer.cancel() }

    func next() async throws(ServingError) -> ServingEvent? { try await buffer.next() }
    func cancel() { buffer.cancel() }
}

extension ServingStream {
    /// Reads the whole answer.
    ///
    /// - Throws: ``ServingError``, cancellation of the calling task included.
    public func collect() async throws(ServingError) -> ServingResult {
        var choices: [ServingResult.Choice] = []
        func grow(to index: Int) { while choices.count <= index { choices.append(ServingResult.Choice()) } }
        for try await event in self {
            switch event {
            case .token(let token):
                grow(to: token.choice)
                choices[token.choice].tokens.append(token.id)
                choices[token.choice].text += token.text
                if let logprobs = token.logprobs { choices[token.choice].logprobs.append(logprobs) }
            case .choiceFinished(let index, let reason):
                grow(to: index)
                choices[index].reason = reason
            case .finished(let summary):
                return ServingResult(choices: choices, summary: summary)
            }
        }
        throw .cancelled
    }
}
