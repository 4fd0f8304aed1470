/// The words of an n-gram model: texts, or token ids that need no texts.
///
/// Word 0 is `<unk>`, 1 `<s>`, 2 `</s>`; the others follow in the order in which they came.
public struct NGramVocabulary: Sendable, Equatable {
    /// Stands for words that are not in the vocabulary.
    public static let unknown: UInt32 = 0
    /// In front of every sentence; never predicted.
    public static let sentenceStart: UInt32 = 1
    /// Behind every sentence.
    public static let sentenceEnd: UInt32 = 2
    static let specialWords = ["<unk>", "<s>", "</s>"]

    /// The words in order of their numbers; nil when words are token ids, shifted by 3.
    public private(set) var words: [String]?
    private var numbers: [[UInt8]: UInt32] = [:]
    private(set) var tokenCount: Int

    /// A vocabulary of words.
    public init() {
        words = Self.specialWords
        tokenCount = 0
        for (number, word) in Self.specialWords.enumerated() { numbers[Array(word.utf8)] = UInt32(number) }
    }

    /// A vocabulary of token ids below `tokenCount`.
    public init(tokenCount: Int) {
        words = nil
        self.tokenCount = tokenCount
    }

    /// How many words there are, the three special ones included.
    public var count: Int { words?.count ?? tokenCount + 3 }

    /// The number of a word; that of `<unk>` when it is not there.
    public func number(of word: [UInt8]) -> UInt32 { numbers[word] ?? Self.unknown }

    /// The number of a token id.
    public func number(ofToken token: Int32) -> UInt32 {
        token >= 0 && Int(token) < tokenCount ? UInt32(token) + 3 : Self.unknown
    }

    /// The number of a word, which is put in when it is not there.
    mutating func insert(_ word: [UInt8]) -> UInt32 {
        if let number = numbers[word] { return number }
        let number = UInt32(words?.count ?? 0)
        numbers[word] = number
        words?.append(String(decoding: word, as: UTF8.self))
        return number
    }

    /// A word as text; token ids in decimal.
    public func text(of number: UInt32) -> String {
        if Int(number) < Self.specialWords.count { return Self.specialWords[Int(number)] }
        guard let words else { return "\(Int(number) - 3)" }
        return Int(number) < words.count ? words[Int(number)] : Self.specialWords[0]
    }

    /// The words of a line: what stands between spaces, tabs and other ASCII white space.
    static func split(_ line: some Collection<UInt8>, _ body: ([UInt8]) -> Void) {
        for part in line.split(whereSeparator: { $0 == 0x20 || (0x09...0x0D).contains($0) }) { body(Array(part)) }
    }
}
