/// The beginning of a text, as many tokens as were allowed.
public struct TokenCut: Sendable, Equatable {
    /// The tokens of the beginning; the same as what the whole text begins with.
    public var ids: [TokenID]
    /// How many bytes of the text they are; always between two characters (Unicode scalars).
    public var byteCount: Int
    /// Whether that is the whole text.
    public var isWhole: Bool
}

extension Tokenizer {
    /// How many tokens a text has. Nothing is kept of them.
    public func countTokens(_ text: String, addSpecialTokens: Bool = true, parseSpecialTokens: Bool = true) -> Int {
        var text = text
        return text.withUTF8 { utf8 in
            countTokens(
                bytes: UnsafeRawBufferPointer(utf8), addSpecialTokens: addSpecialTokens,
                parseSpecialTokens: parseSpecialTokens)
        }
    }

    /// Without better knowledge: the number of ids.
    public func countTokens(
        bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool
    ) -> Int {
        encode(bytes: bytes, addSpecialTokens: addSpecialTokens, parseSpecialTokens: parseSpecialTokens).count
    }

    /// The longest beginning of a text with at most so many tokens that tokenizes, alone, to the very tokens the whole
    /// text begins with. No special tokens are added.
    ///
    /// Ids cut off somewhere may end inside a character, and their text may tokenize differently: here neither can be.
    /// Takes time in proportion to the text, and a few times that where many places do not do.
    public func cut(_ text: String, afterTokens limit: Int, parseSpecialTokens: Bool = true) -> TokenCut {
        let bytes = Array(text.utf8)
        let options = EncodingOptions(addsSpecialTokens: false, parsesSpecialTokens: parseSpecialTokens)
        let whole = encoding(text, options: options)
        if whole.count <= max(limit, 0) { return TokenCut(ids: whole.ids, byteCount: bytes.count, isWhole: true) }
        var count = max(limit, 0)
        while count > 0 {
            let end = Int(whole.ends[count - 1])
            // A token of the same character, or one that begins before the end of this one, forbids the place.
            if Int(whole.starts[count]) >= end, end > 0, end <= bytes.count {
                let ids = bytes[0..<end].withUnsafeBytes {
                    encode(bytes: $0, addSpecialTokens: false, parseSpecialTokens: parseSpecialTokens)
                }
                if ids.elementsEqual(whole.ids[0..<count]) { return TokenCut(ids: ids, byteCount: end, isWhole: false) }
            }
            count -= 1
        }
        return TokenCut(ids: [], byteCount: 0, isWhole: false)
    }
}
