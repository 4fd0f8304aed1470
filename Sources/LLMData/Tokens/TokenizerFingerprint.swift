internal import LLMTensor
public import LLMTokenizer

/// Tells tokenizers apart: 32 bytes that depend on what each id stands for and on how a probe text is cut.
///
/// Stored with token ids, so that ids made with one tokenizer are not read with another.
public struct TokenizerFingerprint: Sendable, Hashable, CustomStringConvertible {
    /// A SHA-256 digest.
    public let bytes: [UInt8]

    /// Takes a digest; nil unless it has 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The fingerprint of a tokenizer. Reads the whole vocabulary.
    public init(_ tokenizer: any Tokenizer) {
        var hash = SHA256()
        hash.update(field: "LLMData tokenizer fingerprint 1")
        hash.update(number: tokenizer.vocabularySize)
        for id in 0..<tokenizer.vocabularySize {
            hash.update(field: tokenizer.token(for: TokenID(truncatingIfNeeded: id)) ?? "")
        }
        // The vocabulary does not tell normalization, splitting and the order of merges.
        let probe = Self.probe
        for addsSpecialTokens in [false, true] {
            for id in tokenizer.encode(probe, addSpecialTokens: addsSpecialTokens, parseSpecialTokens: false) {
                hash.update(number: Int(id))
            }
        }
        bytes = hash.finish()
    }

    /// No tokenizer in particular: 32 zeros.
    public static let none = TokenizerFingerprint(zeros: ())

    private init(zeros: Void) { bytes = [UInt8](repeating: 0, count: 32) }

    /// The digest in hexadecimal.
    public var description: String { SHA256.hexadecimal(digest: bytes) }

    private static let probe = """
          Hello, World! I'll re-read 1234567890 lines; you've 3.14 & x==y != z...\r\n\t\tdef f(a_b): return "%s" \
        Ça fût naïve — ﬁne Ｆｕｌｌ İstanbul ΑΒΓ αβγ Привет мир שלום مرحبا नमस्ते 你好，世界。こんにちは 안녕하세요 👩‍👩‍👧 \
        e\u{301} <s> [CLS] <|endoftext|> aaaaaaaaaaaaaaaaaaaaaaaa unbelievably antidisestablishmentarianism
        """
}
