/// The tokens of a text that grows at its end, such as a conversation.
///
/// After every call ``ids`` is what the tokenizer makes of all the text so far. Tokenizers whose words end at spaces
/// (byte-level BPE, BERT) read only the last words again; with others each call reads the whole text.
/// A value with one owner; copies go their own ways, which is how a prompt is shared.
public struct IncrementalEncoding: Sendable {
    private let tokenizer: any Tokenizer
    private let parsesSpecialTokens: Bool
    private let prefix: [TokenID]
    private let suffix: [TokenID]
    /// Tokens that no later text can change.
    private var settled: [TokenID] = []
    /// The text behind them, and its tokens.
    private var tail: [UInt8] = []
    private var tailIDs: [TokenID] = []
    /// How many bytes of text there are.
    public private(set) var byteCount = 0

    /// An empty text.
    ///
    /// - Parameters:
    ///   - addSpecialTokens: put in what the model expects around a text.
    ///   - parseSpecialTokens: read special tokens written in the text as such.
    public init(tokenizer: any Tokenizer, addSpecialTokens: Bool = true, parseSpecialTokens: Bool = true) {
        self.tokenizer = tokenizer
        parsesSpecialTokens = parseSpecialTokens
        let around = addSpecialTokens ? tokenizer.encodingAround() : ([], [])
        (prefix, suffix) = around
    }

    /// The tokens of all the text so far.
    public var ids: [TokenID] { prefix + settled + tailIDs + suffix }

    /// How many tokens there are.
    public var count: Int { prefix.count + settled.count + tailIDs.count + suffix.count }

    /// How many tokens at the front later text cannot change.
    public var settledCount: Int { prefix.count + settled.count }

    /// Puts text behind.
    public mutating func append(_ text: String) { append(bytes: Array(text.utf8)) }

    /// Puts bytes of UTF-8 behind; they may end inside a character.
    public mutating func append(bytes: [UInt8]) {
        byteCount += bytes.count
        tail += bytes
        tailIDs = encode(tail[...])
        guard tokenizer.splitsAtSpaces, tail.count > 64, let place = lastSeam() else { return }
        let first = encode(tail[..<place])
        settled += first
        tail.removeFirst(place)
        tailIDs.removeFirst(first.count)
    }

    private func encode(_ bytes: ArraySlice<UInt8>) -> [TokenID] {
        bytes.withUnsafeBytes {
            tokenizer.encode(bytes: $0, addSpecialTokens: false, parseSpecialTokens: parsesSpecialTokens)
        }
    }

    /// The last place of a space between two letters of ASCII: a word begins there, whatever comes later.
    private func lastSeam() -> Int? {
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
        return (1..<(tail.count - 1)).last { tail[$0] == 0x20 && isLetter(tail[$0 - 1]) && isLetter(tail[$0 + 1]) }
    }
}

extension Tokenizer {
    /// Without better knowledge, not.
    public var splitsAtSpaces: Bool { false }

    /// What is put before and behind a text.
    fileprivate func encodingAround() -> (prefix: [TokenID], suffix: [TokenID]) {
        let marked = encoding("a")
        let first = marked.specialTokensMask.firstIndex(of: 0) ?? marked.count
        let last = marked.specialTokensMask.lastIndex(of: 0).map { $0 + 1 } ?? marked.count
        return (Array(marked.ids[..<first]), Array(marked.ids[last...]))
    }
}

extension PipelineTokenizer {
    func countTokens(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> Int {
        guard UTF8Text.wellFormedPrefix(bytes) == bytes.count else {
            return UTF8Text.repaired(bytes).withUnsafeBytes {
                countTokens(bytes: $0, addSpecialTokens: addSpecialTokens, parseSpecialTokens: parseSpecialTokens)
            }
        }
        let around = addSpecialTokens ? prefix.count + suffix.count : 0
        return withScratch { scratch in
            scratch.reset(tracksLengths: false)
            encodeText(bytes, parseSpecialTokens, scratch)
            return scratch.count + around
        }
    }

    var splitsAtSpaces: Bool {
        for token in parts.addedTokens {
            let endsInLetter = token.content.last.map { (0x61...0x7A).contains($0 | 0x20) } ?? false
            if token.content.contains(0x20) || (token.stripsRight && endsInLetter) { return false }
        }
        switch parts.normalizer {
        case nil, .bert, .lowercase, .form: break
        default: return false
        }
        var splits = false
        for step in parts.preTokenizer.steps {
            switch step {
            case .scanner, .words: splits = true
            case .classes(let classes, let behavior):
                guard behavior == .isolated || behavior == .removed else { return false }
                if classes == .whiteSpace, behavior == .removed { splits = true }
            case .digitGroupsFromRight, .scripts: break
            default: return false
            }
        }
        return splits
    }
}
