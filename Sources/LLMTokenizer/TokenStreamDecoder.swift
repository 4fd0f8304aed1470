/// Turns tokens into text as they come, holding back a character until all its bytes are there.
///
/// Not shared between threads. What `append` and `finish` return, put together, is the text that `decode` gives for
/// all the ids, as long as byte tokens make whole characters; text that was given out is never taken back. For byte-level
/// and marked vocabularies (GPT-2, Llama 3, Qwen, Gemma ...) a token allocates nothing but a text of more than 15 bytes.
public struct TokenStreamDecoder: Sendable {
    private let tokenizer: any Tokenizer
    private let skipSpecialTokens: Bool
    /// Does the work where tokens can be decoded one by one.
    private var plain: PlainStream?
    /// The last tokens: enough of them that more tokens do not change how they decode.
    private var window: [TokenID] = []
    /// The part of the window's text that was given out.
    private var emitted: [UInt8] = []

    private static let longWindow = 12
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    init(tokenizer: any Tokenizer, skipSpecialTokens: Bool) {
        self.tokenizer = tokenizer
        self.skipSpecialTokens = skipSpecialTokens
        plain = (tokenizer as? PipelineTokenizer).flatMap { PlainStream($0, skipSpecialTokens: skipSpecialTokens) }
    }

    /// The text that has become certain by one more token; often empty inside a character.
    public mutating func append(_ id: TokenID) -> String {
        if plain != nil { return plain?.append(id) ?? "" }
        window.append(id)
        let bytes = tokenizer.decodeBytes(window, skipSpecialTokens: skipSpecialTokens)
        // Bytes of byte tokens that are no character yet decode to U+FFFD each: at most three of them can still
        // become one.
        var end = UTF8Text.completePrefix(of: bytes)
        var held = 0
        while held < 3, end >= 3, bytes[(end - 3)..<end].elementsEqual(Self.replacement) {
            end -= 3
            held += 1
        }
        if held == 3, end >= 3, bytes[(end - 3)..<end].elementsEqual(Self.replacement) {
            end = UTF8Text.completePrefix(of: bytes)
        }
        guard end > emitted.count, bytes.starts(with: emitted) else { return "" }
        let text = String(decoding: bytes[emitted.count..<end], as: UTF8.self)
        emitted = Array(bytes[..<end])
        if end == bytes.count, window.count >= Self.longWindow { shortenWindow() }
        return text
    }

    /// What is still held back, incomplete characters as U+FFFD.
    public mutating func finish() -> String {
        if plain != nil { return plain?.finish() ?? "" }
        let bytes = tokenizer.decodeBytes(window, skipSpecialTokens: skipSpecialTokens)
        let text = bytes.count > emitted.count ? String(decoding: bytes[emitted.count...], as: UTF8.self) : ""
        window.removeAll()
        emitted.removeAll()
        return text
    }

    /// Keeps so few tokens that they decode alone as they do in their place.
    private mutating func shortenWindow() {
        for number in 1...4 where number < window.count {
            let tail = Array(window.suffix(number))
            let bytes = tokenizer.decodeBytes(tail, skipSpecialTokens: skipSpecialTokens)
            let isText = bytes.withUnsafeBytes { UTF8Text.wellFormedPrefix($0) } == bytes.count
            guard isText, !bytes.isEmpty, emitted.suffix(bytes.count).elementsEqual(bytes),
                !bytes.suffix(3).elementsEqual(Self.replacement)
            else { continue }
            window = tail
            emitted = bytes
            return
        }
    }
}
