/// Turns tokens into text as they come, holding back a character until all its bytes are there.
///
/// Not shared between threads. The concatenation of everything `append` and `finish` return is the text that
/// `decode` gives for all the ids together.
public struct TokenStreamDecoder: Sendable {
    private let tokenizer: any Tokenizer
    private let skipSpecialTokens: Bool
    private var window: [TokenID] = []
    private var emitted = 0

    init(tokenizer: any Tokenizer, skipSpecialTokens: Bool) {
        self.tokenizer = tokenizer
        self.skipSpecialTokens = skipSpecialTokens
    }

    /// The text that has become certain by one more token; often empty inside a character.
    public mutating func append(_ id: TokenID) -> String {
        window.append(id)
        return take(final: false)
    }

    /// What is still held back, incomplete characters as U+FFFD.
    public mutating func finish() -> String {
        let text = take(final: true)
        window.removeAll()
        emitted = 0
        return text
    }

    private mutating func take(final: Bool) -> String {
        let bytes = tokenizer.decodeBytes(window, skipSpecialTokens: skipSpecialTokens)
        let end = final ? bytes.count : UTF8Text.completePrefix(of: bytes)
        guard end > emitted else { return "" }
        defer { emitted = end }
        return String(decoding: bytes[emitted..<end], as: UTF8.self)
    }
}
