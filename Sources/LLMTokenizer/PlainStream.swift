/// Decodes tokens as they come where each adds its bytes whatever stands around it: byte-level vocabularies, and those whose
/// spaces are marks. Keeps its memory from token to token.
struct PlainStream: Sendable {
    /// How the bytes of the vocabulary become those of the text.
    enum Style: Equatable {
        case byteLevel
        /// `<0x0A>` is a byte, the mark is a space; the first space of a text may have been put there by the tokenizer.
        case marked(mark: [UInt8], dropsFirst: Bool)
    }

    private let tokenizer: PipelineTokenizer
    private let skipSpecialTokens: Bool
    private let style: Style
    /// Bytes not given out yet.
    private var pending: [UInt8] = []
    /// How many of them are as they will be given out: those of tokens that are written as they are.
    private var settled = 0
    private var hasBegun = false

    /// Nil when tokens of this tokenizer decode together only.
    init?(_ tokenizer: PipelineTokenizer, skipSpecialTokens: Bool) {
        guard let style = tokenizer.plainStyle else { return nil }
        self.tokenizer = tokenizer
        self.skipSpecialTokens = skipSpecialTokens
        self.style = style
        pending.reserveCapacity(256)
    }

    /// The text that has become certain by one more token.
    mutating func append(_ id: TokenID) -> String {
        if skipSpecialTokens, tokenizer.skippedTokens.contains(id) { return "" }
        let isLiteral = tokenizer.parts.literalTokens.contains(id)
        if isLiteral { settle(pending.count) }
        if let text = tokenizer.parts.tokenTexts[id] ?? tokenizer.addedByID[id] {
            text.withUnsafeBufferPointer { add($0, isLiteral: isLiteral) }
        } else {
            add(tokenizer.parts.vocabulary.bytes(of: id), isLiteral: isLiteral)
        }
        if isLiteral { settled = pending.count }
        let end = UTF8Text.completePrefix(of: pending)
        return end > 0 ? take(end) : ""
    }

    /// What is still held back, incomplete characters as U+FFFD.
    mutating func finish() -> String {
        let text = take(pending.count)
        hasBegun = false
        return text
    }

    private mutating func add(_ token: UnsafeBufferPointer<UInt8>, isLiteral: Bool) {
        if !isLiteral {
            switch style {
            case .byteLevel: if ByteAlphabet.decode(UnsafeRawBufferPointer(token), into: &pending) { return }
            case .marked:
                if let byte = ByteFallbackDecoder.byte(token) {
                    pending.append(byte)
                    return
                }
            }
        }
        pending.append(contentsOf: token)
    }

    private mutating func take(_ count: Int) -> String {
        let end = settle(count)
        let text = pending.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[..<end]), as: UTF8.self)
        }
        pending.removeFirst(end)
        settled = max(0, settled - end)
        return text
    }

    private func isMark(_ mark: [UInt8], at start: Int) -> Bool {
        for index in mark.indices where pending[start + index] != mark[index] { return false }
        return true
    }

    /// Makes the first `end` bytes what they are in the text; returns how many they are then.
    @discardableResult private mutating func settle(_ end: Int) -> Int {
        guard case .marked(let mark, let dropsFirst) = style, end > settled else { return end }
        var (from, to) = (settled, settled)
        while from < end {
            if from + mark.count <= end, isMark(mark, at: from) {
                pending[to] = 0x20
                from += mark.count
            } else {
                pending[to] = pending[from]
                from += 1
            }
            to += 1
        }
        pending.removeSubrange(to..<end)
        if dropsFirst, !hasBegun, to > 0 {
            if pending[0] == 0x20 {
                pending.removeFirst()
                to -= 1
            }
            hasBegun = true
        }
        settled = to
        return to
    }
}

extension PipelineTokenizer {
    /// How tokens decode one by one; nil when they do not.
    var plainStyle: PlainStream.Style? {
        switch parts.decoder {
        case nil: return nil
        case .byteLevel: return .byteLevel
        case .sequence(let steps):
            guard steps.count == 2 || steps.count == 4, case .rawByteFallback = steps[0],
                case .replace(let replacement) = steps[1], case .literal(let mark) = replacement.pattern,
                replacement.content == [0x20], !mark.isEmpty
            else { return nil }
            if steps.count == 2 { return .marked(mark: mark, dropsFirst: false) }
            guard case .fuse = steps[2], case .strip(let scalar, 1, 0) = steps[3], scalar == [0x20],
                parts.literalTokens.isEmpty
            else { return nil }
            return .marked(mark: mark, dropsFirst: true)
        default: return nil
        }
    }
}
