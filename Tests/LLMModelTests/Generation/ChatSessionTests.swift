import LLMTokenizer
import Testing

@testable import LLMModel

@Suite struct ChatSessionTests {
    /// "u:hello\na:" for one user message.
    static func render(_ messages: [ChatMessage]) -> [TokenID] {
        (messages.map { "\($0.role.name.prefix(1)):\($0.content)\n" }.joined() + "a:").byteTokens
    }

    func session(
        script: String = "ok!", log: ScriptedPredictor.Log = .init(), instructions: String? = nil,
        failsAt: Int? = nil
    ) -> ChatSession {
        let tokens = script.byteTokens + [ByteTokenizer.end]
        return ChatSession(
            engine: GenerationEngine(tokenizer: ByteTokenizer()) {
                ScriptedPredictor(script: tokens, log: log, failsAt: failsAt)
            },
            instructions: instructions, history: [], parameters: GenerationParameters(sampling: .greedy),
            prompt: { Self.render($0) })
    }

    @Test func `an answer becomes part of the conversation`() async throws {
        let session = session(instructions: "Be brief.")
        #expect(try await session.respond(to: "Hi").text == "ok!")
        #expect(
            await session.messages == [
                ChatMessage(role: .system, content: "Be brief."), ChatMessage(role: .user, content: "Hi"),
                ChatMessage(role: .assistant, content: "ok!"),
            ])
    }

    @Test func `a second turn computes only what is new`() async throws {
        let log = ScriptedPredictor.Log()
        let session = session(log: log)
        _ = try await session.respond(to: "Hi")
        let before = log.lengths.count
        let second = try await session.streamResponse(to: "More").collect()
        // In the cache: "u:Hi\na:ok!"; the end token was chosen but never added.
        let cached = "u:Hi\na:ok!".utf8.count
        #expect(second.summary.timings.reusedTokens == cached)
        #expect(log.lengths[before] == "\nu:More\na:".utf8.count)
        #expect(second.text == "ok!")
    }

    @Test func `reset keeps the instructions and forgets the rest`() async throws {
        let log = ScriptedPredictor.Log()
        let session = session(log: log, instructions: "Be brief.")
        _ = try await session.respond(to: "Hi")
        try await session.reset()
        #expect(await session.messages == [ChatMessage(role: .system, content: "Be brief.")])
        #expect(try await session.streamResponse(to: "Hi").collect().summary.timings.reusedTokens == 0)
    }

    @Test func `asking while an answer is under way is refused`() async throws {
        let session = session()
        var first = session.streamResponse(to: "One").makeAsyncIterator()
        _ = try await first.next()
        await #expect {
            try await session.respond(to: "Two")
        } throws: { error in
            guard case GenerationError.busy = error else { return false }
            return true
        }
        while try await first.next() != nil {}
        #expect(await session.messages.map(\.content) == ["One", "ok!"])
    }

    @Test func `an answer left early counts as far as it was delivered`() async throws {
        let session = session()
        for try await event in session.streamResponse(to: "One") {
            if case .token(_, "k") = event { break }
        }
        // The script goes on where it was left.
        #expect(try await session.respond(to: "Two").text == "!")
        #expect(await session.messages.map(\.content).prefix(2) == ["One", "ok"])
    }

    @Test func `a cancelled answer counts as far as it was delivered`() async throws {
        let session = session()
        let task = Task {
            for try await event in session.streamResponse(to: "One") {
                switch event {
                case .token(_, let text): if text == "o" { withUnsafeCurrentTask { $0?.cancel() } }
                case .finished(let summary): return summary.reason
                }
            }
            return .stop
        }
        #expect(try await task.value == .cancelled)
        #expect(await session.messages.map(\.content) == ["One", "o"])
    }

    @Test func `a failed answer leaves the conversation as it was`() async throws {
        let session = session(failsAt: 1)
        await #expect(throws: GenerationError.self) { try await session.respond(to: "One") }
        #expect(await session.messages.isEmpty)
    }
}
