import LLMTokenizer
import Synchronization

@testable import LLMModel

/// One token per byte, 256 ends a generation, 257 is a special token without text.
struct ByteTokenizer: Tokenizer {
    static let end: TokenID = 256
    static let mark: TokenID = 257

    var vocabularySize: Int { 258 }
    var specialTokens: SpecialTokens { SpecialTokens(eos: Self.end, endOfGeneration: [Self.end]) }

    func encode(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
        bytes.map { TokenID($0) }
    }
    func decodeBytes(_ ids: [TokenID], skipSpecialTokens: Bool) -> [UInt8] {
        ids.flatMap { bytes(of: $0) ?? [] }
    }
    func bytes(of id: TokenID) -> [UInt8]? { UInt8(exactly: id).map { [$0] } ?? (id < 258 ? [] : nil) }
    func token(for id: TokenID) -> String? { nil }
    func id(of token: String) -> TokenID? { nil }
}

/// Says a fixed text, whatever the prompt; counts what is asked of it.
final class ScriptedPredictor: TokenPredictor {
    /// What a test can see from outside the engine.
    final class Log: Sendable {
        let appended = Mutex<[[TokenID]]>([])
        let truncations = Mutex<[Int]>([])
        let resets = Mutex(0)
        let onMainThread = Mutex(false)
        var lengths: [Int] { appended.withLock { $0.map(\.count) } }
    }
    struct Broken: Error {}

    let vocabularySize = 258
    let contextLength: Int
    let script: [TokenID]
    let log: Log
    var sequence: [TokenID] = []
    var position: Int { sequence.count }
    var failsAt: Int?
    var refusesTruncation: Bool
    var onAppend: @Sendable (Int) -> Void
    private var said = 0

    init(
        script: [TokenID], log: Log = Log(), contextLength: Int = 4096, failsAt: Int? = nil,
        refusesTruncation: Bool = false, onAppend: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.script = script
        self.log = log
        self.contextLength = contextLength
        self.failsAt = failsAt
        self.refusesTruncation = refusesTruncation
        self.onAppend = onAppend
    }

    func append(
        _ tokens: [TokenID], wantsLogits: Bool, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        log.appended.withLock { $0.append(tokens) }
        sequence += tokens
        onAppend(sequence.count)
        if failsAt == said { throw Broken() }
        guard wantsLogits else { return }
        var logits = [Float](repeating: 0, count: vocabularySize)
        logits[Int(script[said % script.count])] = 50
        said += 1
        try logits.withUnsafeBufferPointer(body)
    }

    func truncate(to position: Int) throws {
        guard !refusesTruncation else { throw Broken() }
        log.truncations.withLock { $0.append(position) }
        sequence.removeLast(sequence.count - position)
    }

    func reset() {
        log.resets.withLock { $0 += 1 }
        sequence = []
    }
}

extension String {
    var byteTokens: [TokenID] { utf8.map { TokenID($0) } }
}
