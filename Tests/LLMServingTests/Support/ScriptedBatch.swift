import LLMModel
import LLMTokenizer
import Synchronization

@testable import LLMServing

/// One token per byte, 256 ends a generation, 257 is a special token without text.
struct ByteTokenizer: Tokenizer {
    static let end: TokenID = 256

    var vocabularySize: Int { 258 }
    var specialTokens: SpecialTokens { SpecialTokens(eos: Self.end, endOfGeneration: [Self.end]) }

    func encode(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
        bytes.map { TokenID($0) }
    }
    func decodeBytes(_ ids: [TokenID], skipSpecialTokens: Bool) -> [UInt8] { ids.flatMap { bytes(of: $0) ?? [] } }
    func bytes(of id: TokenID) -> [UInt8]? { UInt8(exactly: id).map { [$0] } ?? (id < 258 ? [] : nil) }
    func token(for id: TokenID) -> String? { nil }
    func id(of token: String) -> TokenID? { nil }
}

/// Time that only moves when somebody moves it.
final class ManualClock: EngineClock {
    private let time = Mutex(Duration.zero)
    var now: Duration { time.withLock { $0 } }
    func advance(by step: Duration) { time.withLock { $0 += step } }
}

/// A sequence of a ``ScriptedBatch``.
final class ScriptedSequence: BatchSequence {
    final class Page {
        let batch: ScriptedBatch
        init(_ batch: ScriptedBatch) {
            self.batch = batch
            batch.pageCount.withLock { $0 += 1 }
        }
        deinit { batch.pageCount.withLock { $0 -= 1 } }
    }
    var tokens: [TokenID] = []
    var memory: [Page] = []
    var position: Int { tokens.count }
    var pages: [ObjectIdentifier] { memory.map { ObjectIdentifier($0) } }
}

/// A model whose next token is a function of all tokens before, so that any mix-up shows; letters a to z, and the end
/// with a chance of one in `endOdds`.
final class ScriptedBatch: BatchModel, @unchecked Sendable {
    struct Broken: Error {}
    let vocabularySize = 258
    let contextLength: Int
    let stepLimit: Int
    let pagePositions = 16
    let pageByteCount = 1000
    let endOdds: UInt64
    let salt: UInt64
    let pageCount = Mutex(0)
    let steps = Mutex<[[(tokens: Int, position: Int)]]>([])
    /// Called before each step with its tokens; may wait, move a clock, or throw.
    let onStep: @Sendable ([BatchInput]) throws -> Void
    var keyValueByteCount: Int { pageCount.withLock { $0 } * pageByteCount }

    init(
        contextLength: Int = 4096, stepLimit: Int = 512, endOdds: UInt64 = 0, salt: UInt64 = 0,
        onStep: @escaping @Sendable ([BatchInput]) throws -> Void = { _ in }
    ) {
        self.contextLength = contextLength
        self.stepLimit = stepLimit
        self.endOdds = endOdds
        self.salt = salt
        self.onStep = onStep
    }

    static func next(_ tokens: [TokenID], salt: UInt64, endOdds: UInt64) -> TokenID {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 &+ salt
        for token in tokens { hash = (hash ^ UInt64(UInt32(bitPattern: token))) &* 0x100_0000_01b3 }
        hash ^= hash >> 29
        hash = hash &* 0xbf58_476d_1ce4_e5b9
        hash ^= hash >> 32
        if endOdds > 0, hash % endOdds == 0 { return ByteTokenizer.end }
        return TokenID(97 + (hash / 64) % 26)
    }

    /// What the model says after `prompt`, alone.
    static func answer(to prompt: [TokenID], count: Int, salt: UInt64 = 0, endOdds: UInt64 = 0) -> [TokenID] {
        var tokens = prompt
        for _ in 0..<count {
            tokens.append(next(tokens, salt: salt, endOdds: endOdds))
            if tokens.last == ByteTokenizer.end { break }
        }
        return Array(tokens[prompt.count...])
    }

    func makeBatchSequence() -> any BatchSequence { ScriptedSequence() }

    func forkSequence(_ sequence: any BatchSequence) -> any BatchSequence {
        let fork = ScriptedSequence()
        guard let sequence = sequence as? ScriptedSequence else { return fork }
        fork.tokens = sequence.tokens
        fork.memory = sequence.memory
        return fork
    }

    func truncateSequence(_ sequence: any BatchSequence, to position: Int) throws {
        guard let sequence = sequence as? ScriptedSequence, position <= sequence.position else { throw Broken() }
        sequence.tokens.removeLast(sequence.tokens.count - position)
        sequence.memory.removeLast(sequence.memory.count - (position + pagePositions - 1) / pagePositions)
    }

    func advance(_ inputs: [BatchInput], _ body: (Int, UnsafeBufferPointer<Float>) -> Void) throws {
        try onStep(inputs)
        steps.withLock { $0.append(inputs.map { ($0.tokens.count, $0.sequence.position) }) }
        for input in inputs {
            guard let sequence = input.sequence as? ScriptedSequence else { throw Broken() }
            if sequence.position % pagePositions != 0, let last = sequence.memory.indices.last,
                !isKnownUniquelyReferenced(&sequence.memory[last])
            {
                sequence.memory[last] = ScriptedSequence.Page(self)
            }
            sequence.tokens += input.tokens
            while sequence.memory.count * pagePositions < sequence.position {
                sequence.memory.append(ScriptedSequence.Page(self))
            }
        }
        for (index, input) in inputs.enumerated() where input.wantsLogits {
            guard let sequence = input.sequence as? ScriptedSequence else { continue }
            var logits = [Float](repeating: 0, count: vocabularySize)
            logits[Int(Self.next(sequence.tokens, salt: salt, endOdds: endOdds))] = 50
            logits.withUnsafeBufferPointer { body(index, $0) }
        }
    }
}

extension String {
    var byteTokens: [TokenID] { utf8.map { TokenID($0) } }
}

extension ServingEngine {
    /// An engine over a scripted model. Readers are patient unless a test says otherwise: while other suites keep the
    /// processors busy, a reader may not get its turn for a minute.
    static func scripted(
        _ batch: ScriptedBatch = ScriptedBatch(), name: String = "scripted",
        configuration: EngineConfiguration = EngineConfiguration(), observer: (any EngineObserver)? = nil,
        clock: any EngineClock = SystemEngineClock()
    ) throws -> ServingEngine {
        var configuration = configuration
        if configuration.slowReaderLimit == EngineConfiguration().slowReaderLimit {
            configuration.slowReaderLimit = .seconds(3600)
        }
        return try ServingEngine(
            batch: batch, tokenizer: ByteTokenizer(), name: name, configuration: configuration, observer: observer,
            clock: clock)
    }

    /// Greedy, `count` tokens.
    func ask(_ text: String, count: Int, choices: Int = 1, priority: ServingRequest.Priority = .normal)
        throws(ServingError)
        -> ServingStream
    {
        try submit(.scripted(text, count: count, choices: choices, priority: priority))
    }
}

extension ServingRequest {
    static func scripted(
        _ text: String, count: Int, choices: Int = 1, priority: Priority = .normal, timeLimit: Duration? = nil
    ) -> ServingRequest {
        ServingRequest(
            prompt: text.byteTokens, parameters: .init(sampling: .greedy, maximumTokens: count), choiceCount: choices,
            priority: priority, timeLimit: timeLimit)
    }
}
