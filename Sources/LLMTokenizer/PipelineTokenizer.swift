import Synchronization

/// A tokenizer made of the stages that tokenizer files describe: added tokens, normalizer, pre-tokenizer, model,
/// post-processor, decoder.
///
/// Immutable. Calls from several threads each take their own scratch memory from a pool.
final class PipelineTokenizer: Tokenizer {
    /// The parts, as a file gives them.
    struct Parts {
        /// Every token as the file writes it.
        var vocabulary: Vocabulary
        var addedTokens: [AddedToken] = []
        var normalizer: Normalizer?
        var preTokenizer = PreTokenizer()
        var model: Model
        var postProcessor = PostProcessor()
        var decoder: Decoder?
        /// Without decoder, what stands between tokens.
        var joiner: [UInt8] = []
        var specialTokens = SpecialTokens()
        var truncation: Truncation?
        var padding: Padding?
        /// Offsets leave white space out that a token begins or ends with (byte-level vocabularies).
        var trimmings: [OffsetTrimming] = []
        /// What decoding writes for tokens that stand for something else than they say.
        var tokenTexts: [TokenID: [UInt8]] = [:]
        /// Tokens that are written out as they are, whatever the decoder does with others.
        var literalTokens: Set<TokenID> = []
    }

    let parts: Parts
    let rawMatcher: AddedTokenMatcher
    let normalizedMatcher: AddedTokenMatcher
    let addedByID: [TokenID: [UInt8]]
    private let addedByContent: [[UInt8]: TokenID]
    private let pool = ScratchPool()
    /// Words that the threads of a large batch share.
    let sharedWords = SharedWordStore()
    let vocabularySize: Int
    /// The pre-tokenizer, when it is one scanner and nothing else and words may be remembered.
    let onlyScanner: SplitScanner?
    /// The fast half of that scanner.
    let fastSplit: FastSplit?
    /// How the text becomes segments, where the stages allow it.
    let segments: Segments?
    /// Whether words are remembered; where segments are, their words need not be.
    let cachesWords: Bool
    /// Whether words or segments are remembered.
    let knowsWords: Bool
    /// Special tokens that decoding leaves out. Those that normalization changes count as text, as in the reference.
    let skippedTokens: Set<TokenID>
    let prefix: [TokenID]
    let suffix: [TokenID]

    var specialTokens: SpecialTokens { parts.specialTokens }

    var fileOptions: EncodingOptions { EncodingOptions(truncation: parts.truncation, padding: parts.padding) }

    init(_ parts: Parts) {
        var parts = parts
        parts.normalizer = parts.normalizer?.simplified
        self.parts = parts
        rawMatcher = AddedTokenMatcher(parts.addedTokens.filter { !$0.isNormalized })
        normalizedMatcher = AddedTokenMatcher(
            parts.addedTokens.filter(\.isNormalized).map { Self.normalized($0, parts.normalizer) })
        var byID: [TokenID: [UInt8]] = [:]
        var byContent: [[UInt8]: TokenID] = [:]
        for token in parts.addedTokens {
            // A token that is looked for in normalized text reads as it is there.
            byID[token.id] = token.isNormalized ? Self.normalized(token, parts.normalizer).content : token.content
            byContent[token.content] = token.id
        }
        addedByID = byID
        let changed = parts.addedTokens.filter { byID[$0.id] != $0.content }.map(\.id)
        skippedTokens = parts.specialTokens.all.subtracting(changed)
        addedByContent = byContent
        vocabularySize = max(parts.vocabulary.count, Int(byID.keys.max() ?? -1) + 1)
        segments = Segments(parts)
        cachesWords = parts.model.isCacheable && segments == nil
        knowsWords = parts.model.isCacheable || segments != nil
        onlyScanner = parts.model.isCacheable ? parts.preTokenizer.onlyScanner : nil
        fastSplit = onlyScanner.flatMap { FastSplit($0) }
        prefix = parts.postProcessor.prefix
        suffix = parts.postProcessor.suffix
    }

    private static func normalized(_ token: AddedToken, _ normalizer: Normalizer?) -> AddedToken {
        guard let normalizer else { return token }
        // SentencePiece keeps these texts as they are.
        if case .sentencePiece = normalizer { return token }
        var text = TextBuffer()
        var spare = TextBuffer()
        var matcher = RegexMatcher()
        text.bytes = token.content
        normalizer.apply(&text, spare: &spare, matcher: &matcher)
        var changed = token
        changed.content = text.bytes
        return changed
    }

    func token(for id: TokenID) -> String? {
        if let added = addedByID[id] { return String(decoding: added, as: UTF8.self) }
        return parts.vocabulary.string(of: id)
    }

    func id(of token: String) -> TokenID? {
        let bytes = Array(token.utf8)
        return addedByContent[bytes] ?? parts.vocabulary.id(of: bytes)
    }

    /// The token's bytes as the vocabulary writes them.
    func rawToken(_ id: TokenID) -> [UInt8]? {
        if let added = addedByID[id] { return added }
        guard id >= 0, Int(id) < parts.vocabulary.count else { return nil }
        return Array(parts.vocabulary.bytes(of: id))
    }

    /// Whether a token is looked for in the text itself.
    func isAdded(_ id: TokenID) -> Bool { addedByID[id] != nil }

    /// Runs `body` with scratch memory of its own.
    func withScratch<R>(_ body: (EncodeScratch) -> R) -> R {
        let scratch = pool.take()
        defer { pool.giveBack(scratch) }
        return body(scratch)
    }
}

/// Scratch memory between calls.
private final class ScratchPool: Sendable {
    private struct Free: @unchecked Sendable {
        var items: [EncodeScratch] = []
    }

    private let free = Mutex(Free())

    func take() -> EncodeScratch {
        let known = free.withLock { free in free.items.popLast().map(Unchecked.init) }
        return known?.value ?? EncodeScratch()
    }

    func giveBack(_ scratch: EncodeScratch) {
        let box = Unchecked(value: scratch)
        free.withLock { free in
            if free.items.count < 16 { free.items.append(box.value) }
        }
    }

    /// A scratch has one owner at a time; the pool is where it changes hands.
    private struct Unchecked: @unchecked Sendable {
        let value: EncodeScratch
    }
}
