/// How well a tokenizer fits texts of one language or kind.
public struct TokenizerFit: Sendable, Equatable {
    /// The language, or whatever the texts were called.
    public var name: String
    /// Bytes of UTF-8.
    public internal(set) var bytes = 0
    /// Unicode scalars.
    public internal(set) var scalars = 0
    /// Parts between white space.
    public internal(set) var words = 0
    /// Tokens, special ones not counted.
    public internal(set) var tokens = 0
    /// Tokens that say the text is unknown.
    public internal(set) var unknownTokens = 0
    /// Tokens that stand for one byte of a character, or a part of one.
    public internal(set) var brokenTokens = 0
    /// How many different tokens occur.
    public internal(set) var distinctTokens = 0
    /// Words that are one token when they stand alone behind a space.
    public internal(set) var wholeWords = 0

    /// Tokens for each word (Rust et al. 2021); 0 without words. Says little where words are not divided by spaces.
    public var fertility: Double { words == 0 ? 0 : Double(tokens) / Double(words) }
    /// Bytes for each token; 0 without tokens.
    public var bytesPerToken: Double { tokens == 0 ? 0 : Double(bytes) / Double(tokens) }
    /// Scalars for each token; 0 without tokens.
    public var scalarsPerToken: Double { tokens == 0 ? 0 : Double(scalars) / Double(tokens) }
    /// The share of tokens that are known, 1 without tokens.
    public var coverage: Double { tokens == 0 ? 1 : 1 - Double(unknownTokens) / Double(tokens) }
    /// The share of words that are taken apart.
    public var continuedWords: Double { words == 0 ? 0 : 1 - Double(wholeWords) / Double(words) }
}

extension Tokenizer {
    /// How well the tokenizer fits texts, language by language, in the order given.
    ///
    /// - Parameter texts: a name for each group of texts, and the texts.
    public func fit(_ texts: [(name: String, texts: [String])]) -> [TokenizerFit] {
        texts.map { fit($0.name, $0.texts) }
    }

    private func fit(_ name: String, _ texts: [String]) -> TokenizerFit {
        var result = TokenizerFit(name: name)
        var seen: Set<TokenID> = []
        var isWhole: [String: Bool] = [:]
        var isBroken: [TokenID: Bool] = [:]
        let options = EncodingOptions(addsSpecialTokens: false, parsesSpecialTokens: false)
        for text in texts {
            result.bytes += text.utf8.count
            result.scalars += text.unicodeScalars.count
            let ids = encode(text, addSpecialTokens: options.addsSpecialTokens, parseSpecialTokens: false)
            result.tokens += ids.count
            seen.formUnion(ids)
            for id in ids {
                if id == specialTokens.unk {
                    result.unknownTokens += 1
                    continue
                }
                let broken = isBroken[id] ?? (bytes(of: id).map { !Self.isText($0) } ?? false)
                isBroken[id] = broken
                if broken { result.brokenTokens += 1 }
            }
            for word in text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace) {
                result.words += 1
                let name = String(word)
                let whole = isWhole[name] ?? (countTokens(" " + name, addSpecialTokens: false) == 1)
                isWhole[name] = whole
                if whole { result.wholeWords += 1 }
            }
        }
        result.distinctTokens = seen.count
        return result
    }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { UTF8Text.wellFormedPrefix($0) } == bytes.count
    }
}
