public import LLMTokenizer

/// A conversation with a model: keeps the messages, and the computed state of what was said before.
///
/// Each turn renders the whole conversation by the model's chat template; what it shares with the turn before is
/// still in the cache and not computed again. One answer at a time: asking while one is under way throws
/// ``GenerationError/busy``. May be used from any task.
///
/// ```swift
/// let session = ChatSession(model: model, instructions: "Answer in one sentence.")
/// print(try await session.respond(to: "Why is the sky blue?").text)
/// for try await piece in session.streamResponse(to: "And at night?").textPieces { print(piece, terminator: "") }
/// ```
public actor ChatSession {
    /// The conversation so far: instructions, then completed turns. An answer that was cancelled counts as given.
    public private(set) var messages: [ChatMessage]
    /// How answers are generated, unless a call says otherwise.
    public var parameters: GenerationParameters

    private let instructions: [ChatMessage]
    private let engine: GenerationEngine
    private let prompt: @Sendable ([ChatMessage]) throws(GenerationError) -> [TokenID]
    private var pending: PendingTurn?

    /// A turn under way; abandoned when nobody holds its token any more.
    private struct PendingTurn {
        var user: ChatMessage
        var text = ""
        var number: Int?
        weak var token: ChatTurnToken?
    }

    /// A session over an engine; `prompt` turns a conversation into tokens.
    package init(
        engine: GenerationEngine, instructions: String?, history: [ChatMessage], parameters: GenerationParameters,
        prompt: @escaping @Sendable ([ChatMessage]) throws(GenerationError) -> [TokenID]
    ) {
        self.engine = engine
        self.instructions = instructions.map { [ChatMessage(role: .system, content: $0)] } ?? []
        self.parameters = parameters
        self.prompt = prompt
        messages = self.instructions + history
    }

    /// The answer to a message.
    ///
    /// - Parameters:
    ///   - parameters: for this answer; the session's own when nil.
    ///   - processors: run on the logits of each step before sampling, such as a ``GrammarProcessor``.
    /// - Throws: ``GenerationError``. The message is then not part of the conversation.
    public func respond(
        to text: String, parameters: GenerationParameters? = nil, processors: [any LogitsProcessor] = []
    ) async throws(GenerationError) -> GenerationResult {
        try await streamResponse(to: text, parameters: parameters, processors: processors).collect()
    }

    /// The answer to a message as it is generated.
    ///
    /// Nothing happens before the first event is asked for. Leaving the loop early ends the answer; what was
    /// delivered of it stays part of the conversation.
    public nonisolated func streamResponse(
        to text: String, parameters: GenerationParameters? = nil, processors: [any LogitsProcessor] = []
    ) -> ChatResponse {
        ChatResponse(session: self, text: text, parameters: parameters, processors: processors)
    }

    /// Forgets the conversation; the instructions stay.
    ///
    /// - Throws: ``GenerationError/busy`` while an answer is under way.
    public func reset() async throws(GenerationError) {
        settleAbandonedTurn()
        guard pending == nil else { throw .busy }
        messages = instructions
        await engine.reset()
    }

    /// Changes how answers are generated from now on.
    public func setParameters(_ parameters: GenerationParameters) {
        self.parameters = parameters
    }
}

extension ChatSession {
    /// Starts a turn for the holder of `token`.
    func begin(
        _ text: String, _ parameters: GenerationParameters?, _ processors: [any LogitsProcessor], token: ChatTurnToken
    ) async throws(GenerationError) {
        settleAbandonedTurn()
        guard pending == nil else { throw .busy }
        let user = ChatMessage(role: .user, content: text)
        let request = GenerationRequest(
            prompt: try prompt(messages + [user]), parameters: parameters ?? self.parameters, processors: processors)
        pending = PendingTurn(user: user, token: token)
        do throws(GenerationError) {
            let number = try await engine.start(request)
            pending?.number = number
        } catch {
            pending = nil
            throw error
        }
    }

    /// The next event of the turn of the holder of `token`.
    func next(token: ChatTurnToken) async throws(GenerationError) -> GenerationEvent? {
        guard let pending, pending.token === token, let number = pending.number else { return nil }
        let event: GenerationEvent?
        do throws(GenerationError) {
            event = try await engine.next(of: number)
        } catch {
            self.pending = nil
            throw error
        }
        switch event {
        case .token(_, let text): self.pending?.text += text
        case .finished, nil: settleTurn()
        }
        return event
    }

    private func settleAbandonedTurn() {
        if let pending, pending.token == nil { settleTurn() }
    }

    /// Makes the turn part of the conversation; a turn without any answer leaves no trace.
    private func settleTurn() {
        guard let turn = pending.take(), !turn.text.isEmpty else { return }
        messages += [turn.user, ChatMessage(role: .assistant, content: turn.text)]
    }
}
