/// The number a model knows a token by: a row of its embedding matrix.
public typealias TokenID = Int32

/// Text to token ids and back.
///
/// A tokenizer is immutable and may be used from any number of threads at once. Text is bytes: input that is not
/// UTF-8 is read with U+FFFD for every maximal ill-formed part (Unicode 3.9, practice of substitution).
public protocol Tokenizer: Sendable {
    /// How many ids there are: one past the largest one.
    var vocabularySize: Int { get }

    /// The tokens that mean something to the program around the model.
    var specialTokens: SpecialTokens { get }

    /// The ids of UTF-8 text.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - addSpecialTokens: put in what the model expects around a text (beginning of sequence, `[CLS]` ...).
    ///   - parseSpecialTokens: read special tokens written in the text as such. Switch it off for text by strangers.
    func encode(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID]

    /// The ids of several texts in one piece of memory.
    ///
    /// - Parameter threadCount: how many threads share the work, the calling one included; 0 for one per processor.
    func encodeBatch(
        _ texts: [UnsafeRawBufferPointer], addSpecialTokens: Bool, parseSpecialTokens: Bool, threadCount: Int
    ) -> TokenRows

    /// The ids of a text, or of two, with all that is known about each token.
    func encoding(
        bytes: UnsafeRawBufferPointer, pair: UnsafeRawBufferPointer?, options: EncodingOptions
    ) -> Encoding

    /// The tokens of a text, or of two, that somebody has split into words (datasets for tagging come like that).
    ///
    /// Each word is tokenized for itself, as if it were a text. ``Encoding/words`` says which word a token is of, and
    /// the offsets are in bytes of that word.
    func encoding(words: [String], pair: [String]?, options: EncodingOptions) -> Encoding

    /// How many tokens a text has.
    func countTokens(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> Int

    /// Whether a word begins at every space between two letters of ASCII, so that what is before such a place and what
    /// is behind can be tokenized one by one.
    var splitsAtSpaces: Bool { get }

    /// How the tokenizer's own file wants texts to be cut and filled up. Nothing does that unasked: hand these options
    /// to an encoding method.
    var fileOptions: EncodingOptions { get }

    /// The bytes that the ids stand for. Ids outside the vocabulary are skipped.
    func decodeBytes(_ ids: [TokenID], skipSpecialTokens: Bool) -> [UInt8]

    /// What one token adds to the text, which need not be whole UTF-8; nil outside the vocabulary.
    func bytes(of id: TokenID) -> [UInt8]?

    /// The token as the vocabulary writes it (`Ġthe`, `▁the`, `<0x0A>`), nil outside the vocabulary.
    func token(for id: TokenID) -> String?

    /// The id of a token written as in the vocabulary.
    func id(of token: String) -> TokenID?

    /// Decodes tokens as they come.
    func makeStreamDecoder(skipSpecialTokens: Bool) -> TokenStreamDecoder
}

extension Tokenizer {
    /// Without better knowledge: ids alone, every offset empty. The second text is left out.
    public func encoding(
        bytes: UnsafeRawBufferPointer, pair: UnsafeRawBufferPointer?, options: EncodingOptions
    ) -> Encoding {
        let ids = encode(
            bytes: bytes, addSpecialTokens: options.addsSpecialTokens, parseSpecialTokens: options.parsesSpecialTokens)
        return Encoding(ids: ids)
    }

    /// Without better knowledge: the words' ids alone, one behind the other. The second text is left out.
    public func encoding(words: [String], pair: [String]?, options: EncodingOptions) -> Encoding {
        var result = Encoding(ids: [])
        for (index, word) in words.enumerated() {
            var part = encoding(word, options: EncodingOptions(addsSpecialTokens: false))
            part.words = Array(repeating: Int32(truncatingIfNeeded: index), count: part.count)
            result.appendColumns(of: part)
        }
        return result
    }

    /// The tokens of a text that is split into words.
    public func encoding(words: [String], options: EncodingOptions = .init()) -> Encoding {
        encoding(words: words, pair: nil, options: options)
    }

    /// Without better knowledge: special tokens are added and read, lengths are left as they are.
    public var fileOptions: EncodingOptions { EncodingOptions() }

    /// The ids of a text, or of two, with all that is known about each token.
    public func encoding(_ text: String, pair: String? = nil, options: EncodingOptions = .init()) -> Encoding {
        Array(text.utf8).withUnsafeBytes { first in
            guard let pair else { return encoding(bytes: first, pair: nil, options: options) }
            return Array(pair.utf8).withUnsafeBytes { second in
                encoding(bytes: first, pair: second, options: options)
            }
        }
    }

    /// The encodings of several texts, padded together when the options say so.
    public func encodings(_ texts: [String], options: EncodingOptions = .init()) -> [Encoding] {
        var alone = options
        alone.padding = nil
        var results = texts.map { encoding($0, options: alone) }
        if let padding = options.padding { Encoding.pad(&results, padding) }
        return results
    }

    /// The ids of a text.
    public func encode(
        _ text: String, addSpecialTokens: Bool = true, parseSpecialTokens: Bool = true
    ) -> [TokenID] {
        var text = text
        return text.withUTF8 { utf8 in
            encode(
                bytes: UnsafeRawBufferPointer(utf8), addSpecialTokens: addSpecialTokens,
                parseSpecialTokens: parseSpecialTokens)
        }
    }

    /// The ids of UTF-8 text.
    public func encode(
        bytes: [UInt8], addSpecialTokens: Bool = true, parseSpecialTokens: Bool = true
    ) -> [TokenID] {
        bytes.withUnsafeBytes { buffer in
            encode(bytes: buffer, addSpecialTokens: addSpecialTokens, parseSpecialTokens: parseSpecialTokens)
        }
    }

    /// The text that the ids stand for, with U+FFFD where they are not whole characters.
    public func decode(_ ids: [TokenID], skipSpecialTokens: Bool = true) -> String {
        String(decoding: decodeBytes(ids, skipSpecialTokens: skipSpecialTokens), as: UTF8.self)
    }

    /// The bytes that the ids stand for, special tokens written out.
    public func decodeBytes(_ ids: [TokenID]) -> [UInt8] {
        decodeBytes(ids, skipSpecialTokens: false)
    }

    /// Decodes tokens as they come.
    public func makeStreamDecoder(skipSpecialTokens: Bool) -> TokenStreamDecoder {
        TokenStreamDecoder(tokenizer: self, skipSpecialTokens: skipSpecialTokens)
    }
}
