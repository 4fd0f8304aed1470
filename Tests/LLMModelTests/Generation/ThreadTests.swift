import Foundation
import LLMTensor
import LLMTokenizer
import Synchronization
import Testing

@testable import LLMModel

#if canImport(Darwin)
    import Darwin
#endif

/// A real decoder that says on which thread it is asked, and how often.
final class WatchedPredictor: TokenPredictor {
    final class Log: Sendable {
        let threads = Mutex<Set<String>>([])
        let steps = Mutex(0)
    }

    private let session: DecoderSession
    private let log: Log
    private let onStep: @Sendable (Int) -> Void

    init(_ decoder: Decoder, log: Log, onStep: @escaping @Sendable (Int) -> Void = { _ in }) throws {
        session = try DecoderSession(model: decoder)
        self.log = log
        self.onStep = onStep
    }

    var vocabularySize: Int { session.vocabularySize }
    var contextLength: Int { session.contextLength }
    var position: Int { session.position }

    func append(
        _ tokens: [TokenID], wantsLogits: Bool, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        log.threads.withLock { _ = $0.insert(Self.threadName) }
        let step = log.steps.withLock { steps in
            steps += 1
            return steps
        }
        try session.append(tokens, wantsLogits: wantsLogits, body)
        onStep(step)
    }
    func truncate(to position: Int) throws { try session.truncate(to: position) }
    func reset() { session.reset() }

    static var threadName: String {
        #if canImport(Darwin)
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
                guard let base = buffer.baseAddress, pthread_getname_np(pthread_self(), base, 64) == 0 else {
                    return ""
                }
                return String(cString: base)
            }
        #else
            (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
        #endif
    }
}

@Suite struct ThreadTests {
    @Test func `kernels run on the engine's own thread and not on the cooperative pool`() async throws {
        let decoder = try QuantizedModel.decoder()
        let log = WatchedPredictor.Log()
        let engine = GenerationEngine(tokenizer: ByteTokenizer()) { try WatchedPredictor(decoder, log: log) }
        let request = GenerationRequest(
            prompt: "Say: ".byteTokens, parameters: GenerationParameters(maximumTokens: 5, ignoresEndOfGeneration: true)
        )
        let result = try await TextGeneration(engine: engine, request: request).collect()
        #expect(result.tokens.count == 5)
        // The names of the cooperative pool's threads are others, whatever they are.
        let pool = await withTaskGroup(of: String.self) { group in
            for _ in 0..<16 { group.addTask { WatchedPredictor.threadName } }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        let names = log.threads.withLock { $0 }
        #expect(names.count == 1)
        #expect(names.isDisjoint(with: pool))
        #expect(names.first?.hasPrefix("swift-llmops") == true)
    }

    @Test func `a cancelled generation computes no further step`() async throws {
        let decoder = try QuantizedModel.decoder()
        let log = WatchedPredictor.Log()
        let cancel = Mutex<Task<GenerationResult, any Error>?>(nil)
        let engine = GenerationEngine(tokenizer: ByteTokenizer()) {
            try WatchedPredictor(decoder, log: log) { step in
                // In the middle of the sixth step's work.
                if step == 6 { cancel.withLock { $0?.cancel() } }
            }
        }
        let request = GenerationRequest(
            prompt: "Say: ".byteTokens,
            parameters: GenerationParameters(maximumTokens: 500, ignoresEndOfGeneration: true))
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate { break }
            return try await TextGeneration(engine: engine, request: request).collect()
        }
        cancel.withLock { $0 = task }
        open.yield()
        let result = try await task.value
        #expect(result.summary.reason == .cancelled)
        #expect(log.steps.withLock { $0 } == 6)
        #expect(result.tokens.count == 6)
    }
}
