import Dispatch
import LLMTokenizer
import Synchronization
import Testing

@testable import LLMModel

@Suite struct TextGenerationTests {
    func generation(
        _ prompt: [TokenID] = "Say: ".byteTokens, parameters: GenerationParameters = GenerationParameters(),
        make: @escaping @Sendable () throws -> any TokenPredictor
    ) -> TextGeneration {
        var request = GenerationRequest(prompt: prompt, parameters: parameters)
        request.prefillChunk = 4
        return TextGeneration(
            engine: GenerationEngine(tokenizer: ByteTokenizer(), makePredictor: make), request: request)
    }

    @Test func `tokens and text come one by one and then the summary`() async throws {
        let script = "né!".byteTokens + [ByteTokenizer.end]
        var texts: [String] = []
        var ids: [TokenID] = []
        var summary: GenerationSummary?
        for try await event in generation(make: { ScriptedPredictor(script: script) }) {
            switch event {
            case .token(let id, let text):
                ids.append(id)
                texts.append(text)
            case .finished(let last): summary = last
            }
        }
        #expect(ids == script)
        #expect(texts == ["n", "", "é", "!", ""])
        let timings = try #require(summary).timings
        #expect(summary?.reason == .stop)
        #expect(timings.promptTokens == 5 && timings.generatedTokens == 5 && timings.reusedTokens == 0)
        #expect(timings.prefill > .zero && timings.decode > .zero)
        #expect(try #require(timings.timeToFirstToken) >= timings.prefill)
    }

    @Test func `the number of tokens is limited`() async throws {
        for limit in [0, 1, 2, 3] {
            let result = try await generation(parameters: GenerationParameters(maximumTokens: limit)) {
                ScriptedPredictor(script: "abc".byteTokens)
            }.collect()
            #expect(result.text == String("abc".prefix(limit)))
            #expect(result.tokens.count == limit)
            #expect(result.summary.reason == .length)
        }
    }

    @Test func `an incomplete character at the end becomes a replacement character`() async throws {
        let result = try await generation(parameters: GenerationParameters(maximumTokens: 2)) {
            ScriptedPredictor(script: "aé".byteTokens)
        }.collect()
        #expect(result.text == "a\u{FFFD}")
    }

    @Test func `a stop string spanning tokens ends the text before it`() async throws {
        let result = try await generation(parameters: GenerationParameters(stopStrings: ["\nUser:", "zzz"])) {
            ScriptedPredictor(script: "Hi.\nUser: more".byteTokens)
        }.collect()
        #expect(result.text == "Hi.")
        #expect(result.summary.reason == .stopString)
        #expect(result.tokens == "Hi.\nUser:".byteTokens)
    }

    @Test func `what was held back for a stop string comes out at the end`() async throws {
        let script = "Hi\nUs".byteTokens + [ByteTokenizer.end]
        let result = try await generation(parameters: GenerationParameters(stopStrings: ["\nUser:"])) {
            ScriptedPredictor(script: script)
        }.collect()
        #expect(result.text == "Hi\nUs")
        #expect(result.summary.reason == .stop)
    }

    @Test func `end tokens can be added and ignored`() async throws {
        let script = [65, ByteTokenizer.end, 66, ByteTokenizer.mark]
        var parameters = GenerationParameters(ignoresEndOfGeneration: true)
        parameters.additionalEndTokens = [ByteTokenizer.mark]
        let result = try await generation(parameters: parameters) { ScriptedPredictor(script: script) }.collect()
        #expect(result.text == "AB")
        #expect(result.tokens == script)
        #expect(result.summary.reason == .stop)
    }

    @Test func `a full context ends the generation cleanly`() async throws {
        let result = try await generation("12345".byteTokens) {
            ScriptedPredictor(script: "abc".byteTokens, contextLength: 7)
        }.collect()
        // The prompt and two tokens fit; the third is chosen from the logits behind the second.
        #expect(result.text == "abc")
        #expect(result.summary.reason == .contextFull)
    }

    @Test func `a prompt that cannot be used is a typed error`() async throws {
        await #expect {
            try await generation("12345".byteTokens) {
                ScriptedPredictor(script: [65], contextLength: 4)
            }.collect()
        } throws: { error in
            guard case GenerationError.promptExceedsContext(tokens: 5, contextLength: 4) = error else { return false }
            return true
        }
        await #expect {
            try await generation([]) { ScriptedPredictor(script: [65]) }.collect()
        } throws: { error in
            guard case GenerationError.emptyPrompt = error else { return false }
            return true
        }
        await #expect {
            try await generation([1, 258]) { ScriptedPredictor(script: [65]) }.collect()
        } throws: { error in
            guard case GenerationError.tokenOutOfRange(token: 258, vocabularySize: 258) = error else { return false }
            return true
        }
    }

    @Test func `parameters out of range are typed errors`() async throws {
        for parameters in [
            GenerationParameters(maximumTokens: -1), GenerationParameters(stopStrings: [""]),
            GenerationParameters(sampling: SamplingParameters(topP: 2)),
        ] {
            await #expect(throws: GenerationError.self) {
                try await generation(parameters: parameters) { ScriptedPredictor(script: [65]) }.collect()
            }
        }
    }

    @Test func `a failing step throws and the next generation starts afresh`() async throws {
        let log = ScriptedPredictor.Log()
        let engine = GenerationEngine(tokenizer: ByteTokenizer()) {
            ScriptedPredictor(script: "abc".byteTokens, log: log, failsAt: 2)
        }
        let request = GenerationRequest(prompt: "x".byteTokens, parameters: GenerationParameters(maximumTokens: 3))
        await #expect {
            try await TextGeneration(engine: engine, request: request).collect()
        } throws: { error in
            guard case GenerationError.computation = error else { return false }
            return true
        }
        let resets = log.resets.withLock { $0 }
        await #expect(throws: GenerationError.self) {
            try await TextGeneration(engine: engine, request: request).collect()
        }
        #expect(log.resets.withLock { $0 } == resets + 1)
    }

    @Test func `nothing is computed before it is asked for`() async throws {
        let log = ScriptedPredictor.Log()
        let generation = generation { ScriptedPredictor(script: "abcdef".byteTokens, log: log) }
        var iterator = generation.makeAsyncIterator()
        #expect(log.lengths == [])
        _ = try await iterator.next()
        #expect(log.lengths == [4, 1])
        _ = try await iterator.next()
        #expect(log.lengths == [4, 1, 1])
    }

    @Test func `cancellation ends a generation within one step`() async throws {
        let log = ScriptedPredictor.Log()
        let generation = generation(parameters: GenerationParameters(maximumTokens: nil)) {
            ScriptedPredictor(script: [65], log: log, contextLength: 1 << 20)
        }
        let task = Task {
            var count = 0
            var reason: FinishReason?
            for try await event in generation {
                switch event {
                case .token:
                    count += 1
                    if count == 7 { withUnsafeCurrentTask { $0?.cancel() } }
                case .finished(let summary): reason = summary.reason
                }
            }
            return (count, reason)
        }
        let (count, reason) = try await task.value
        #expect(count == 7)
        #expect(reason == .cancelled)
        #expect(log.lengths.count == 8)
    }

    @Test func `cancellation ends the computation of a long prompt within one chunk`() async throws {
        let log = ScriptedPredictor.Log()
        let cancel = Mutex<Task<GenerationResult, any Error>?>(nil)
        let prompt = [TokenID](repeating: 70, count: 400)
        let generation = generation(prompt) {
            ScriptedPredictor(script: [65], log: log) { position in
                if position >= 40 { cancel.withLock { $0?.cancel() } }
            }
        }
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate { break }
            return try await generation.collect()
        }
        cancel.withLock { $0 = task }
        open.yield()
        let result = try await task.value
        #expect(result.summary.reason == .cancelled)
        #expect(result.tokens.isEmpty)
        #expect(log.lengths.count == 10)
    }

    @Test func `steps run outside the cooperative pool`() async throws {
        // As many generations as the machine has cores block their steps; an unrelated task still gets through.
        let cores = 64
        let gate = DispatchSemaphore(value: 0)
        let blocked = (0..<cores).map { _ in
            let generation = generation(parameters: GenerationParameters(maximumTokens: 1)) {
                ScriptedPredictor(script: [65]) { if $0 == 5 { gate.wait() } }
            }
            return Task { try await generation.collect() }
        }
        let unrelated = Task.detached { 42 }
        #expect(await unrelated.value == 42)
        for _ in 0..<cores { gate.signal() }
        for task in blocked { #expect(try await task.value.text == "A") }
    }

    @Test func `a second generation on an engine reuses the common prefix and ends the first`() async throws {
        let log = ScriptedPredictor.Log()
        let engine = GenerationEngine(tokenizer: ByteTokenizer()) {
            ScriptedPredictor(script: "abc".byteTokens, log: log)
        }
        func generation(_ prompt: String) -> TextGeneration {
            let parameters = GenerationParameters(maximumTokens: 3)
            return TextGeneration(
                engine: engine, request: GenerationRequest(prompt: prompt.byteTokens, parameters: parameters))
        }
        var first = generation("Hello ").makeAsyncIterator()
        _ = try await first.next()
        _ = try await first.next()
        // In the cache: "Hello a"; "b" was chosen but not yet added.
        let second = try await generation("Hello world").collect()
        #expect(second.summary.timings.reusedTokens == 6)
        #expect(log.truncations.withLock { $0 } == [6])
        await #expect {
            try await first.next()
        } throws: { error in
            guard case GenerationError.superseded = error else { return false }
            return true
        }
        // The cache of a finished generation holds all but its last token.
        let third = try await generation("Hello worldcaXYZ").collect()
        #expect(third.summary.timings.reusedTokens == 13)
        // The same prompt again: its last token is computed again.
        let fourth = try await generation("Hello").collect()
        #expect(fourth.summary.timings.reusedTokens == 4)
    }

    @Test func `a cache that cannot be cut is computed anew`() async throws {
        let log = ScriptedPredictor.Log()
        let engine = GenerationEngine(tokenizer: ByteTokenizer()) {
            ScriptedPredictor(script: "abc".byteTokens, log: log, refusesTruncation: true)
        }
        for prompt in ["Hello", "Hey"] {
            let parameters = GenerationParameters(maximumTokens: 2)
            let result = try await TextGeneration(
                engine: engine, request: GenerationRequest(prompt: prompt.byteTokens, parameters: parameters)
            ).collect()
            #expect(result.summary.timings.reusedTokens == 0)
        }
    }

    @Test func `the same seed gives the same text`() async throws {
        let parameters = GenerationParameters(
            sampling: SamplingParameters(temperature: 60, topK: 100, seed: 77), maximumTokens: 20)
        let runs = [1, 2].map { _ in
            generation(parameters: parameters) { ScriptedPredictor(script: "abc".byteTokens) }
        }
        #expect(try await runs[0].collect().tokens == runs[1].collect().tokens)
    }

    @Test func `text pieces leave out tokens without text`() async throws {
        let script = "né".byteTokens + [ByteTokenizer.end]
        var pieces: [String] = []
        for try await piece in generation(make: { ScriptedPredictor(script: script) }).textPieces {
            pieces.append(piece)
        }
        #expect(pieces == ["n", "é"])
    }
}
