/// Identifies a turn; lives as long as somebody may still ask for its events.
final class ChatTurnToken: Sendable {}

/// The answer to a message, as an asynchronous sequence of ``GenerationEvent``; see ``TextGeneration``.
///
/// Every iteration is a turn of its own: iterate it once.
public struct ChatResponse: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = GenerationEvent
    /// What an answer throws.
    public typealias Failure = GenerationError

    let session: ChatSession
    let text: String
    let parameters: GenerationParameters?
    let processors: [any LogitsProcessor]

    /// Starts the turn with the first call of `next()`.
    public func makeAsyncIterator() -> Iterator {
        Iterator(session: session, text: text, parameters: parameters, processors: processors)
    }

    /// Pulls the events.
    public struct Iterator: AsyncIteratorProtocol {
        let session: ChatSession
        let text: String
        let parameters: GenerationParameters?
        let processors: [any LogitsProcessor]
        private let token = ChatTurnToken()
        private var hasBegun = false

        init(
            session: ChatSession, text: String, parameters: GenerationParameters?, processors: [any LogitsProcessor]
        ) {
            self.session = session
            self.text = text
            self.parameters = parameters
            self.processors = processors
        }

        /// Computes until there is an event; nil after ``GenerationEvent/finished(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(GenerationError) -> GenerationEvent? {
            if !hasBegun {
                hasBegun = true
                try await session.begin(text, parameters, processors, token: token)
            }
            return try await session.next(token: token)
        }
    }
}
