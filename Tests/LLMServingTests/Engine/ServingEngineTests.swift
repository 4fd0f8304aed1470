import LLMModel
import LLMTokenizer
import Synchronization
import Testing

@testable import LLMServing

@Suite struct ServingEngineTests {
    @Test func `a request is answered token by token`() async throws {
        let engine = try ServingEngine.scripted()
        let expected = ScriptedBatch.answer(to: "hello".byteTokens, count: 9)
        var tokens: [TokenID] = []
        var text = ""
        var summary: ServingSummary?
        for try await event in try engine.ask("hello", count: 9) {
            switch event {
            case .token(let token):
                tokens.append(token.id)
                text += token.text
            case .choiceFinished(let index, let reason):
                #expect(index == 0)
                #expect(reason == .length)
            case .finished(let value): summary = value
            }
        }
        #expect(tokens == expected)
        #expect(text.byteTokens == expected)
        #expect(summary?.usage == ServingUsage(promptTokens: 5, cachedTokens: 0, completionTokens: 9))
        #expect(summary?.reasons == [.length])
    }

    @Test func `many requests of all lengths get the answers they get alone`() async throws {
        var configuration = EngineConfiguration()
        configuration.maximumSequences = 7
        configuration.stepTokens = 24
        configuration.promptTokensBesideStreams = 9
        let engine = try ServingEngine.scripted(ScriptedBatch(endOdds: 40), configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<100 {
                let prompt = String(repeating: "prompt \(index % 9) ", count: 1 + index * 7 % 13) + "\(index)"
                let count = 1 + index * 31 % 90
                let stream = try engine.ask(prompt, count: count)
                group.addTask {
                    let result = try await stream.collect()
                    let expected = ScriptedBatch.answer(to: prompt.byteTokens, count: count, endOdds: 40)
                    #expect(result.choices[0].tokens == expected, "request \(index)")
                    #expect(result.choices[0].reason == (expected.last == ByteTokenizer.end ? .stop : .length))
                }
            }
            try await group.waitForAll()
        }
        let statistics = engine.statistics
        #expect(statistics.completed == 100)
        #expect(statistics.cachedTokens > 0)
    }
}
