/// Exact match and word overlap F1 of short answers, by SQuAD's normalization (Rajpurkar et al., 2016): lower case, no
/// ASCII punctuation, no articles, single spaces. Mergeable.
public struct AnswerMatch: Sendable, Equatable {
    /// Answers so far.
    public private(set) var count = 0
    private var exact = 0
    private var f1Sum = 0.0

    /// No answers.
    public init() {}

    /// Adds one answer, judged by the reference that suits it best.
    ///
    /// - Throws: ``EvaluationError/nothingToMeasure(what:)`` when there is no reference.
    public mutating func add(answer: String, references: [String]) throws(EvaluationError) {
        guard !references.isEmpty else {
            throw .nothingToMeasure(what: "answer \(count + 1) has no reference")
        }
        let words = Self.words(of: answer)
        var best = (isExact: false, f1: 0.0)
        for reference in references {
            let other = Self.words(of: reference)
            best.isExact = best.isExact || words == other
            best.f1 = max(best.f1, Self.f1(words, other))
        }
        count += 1
        exact += best.isExact ? 1 : 0
        f1Sum += best.f1
    }

    /// Takes in another's answers.
    public mutating func merge(_ other: AnswerMatch) {
        count += other.count
        exact += other.exact
        f1Sum += other.f1Sum
    }

    /// Share of answers equal to a reference, 0 to 1.
    public var exactMatch: Double { Ratio.of(exact, count) }
    /// Mean F1, 0 to 1. An answer without words has 1 when the reference has none either.
    public var f1: Double { count > 0 ? f1Sum / Double(count) : 0 }
    /// Says what was computed.
    public var signature: String { "metric:em-f1|norm:squad|multi:max|version:\(EvaluationLibrary.version)" }

    /// The words of a normalized answer.
    static func words(of text: String) -> [[UInt8]] {
        var buffer = TextBuffer()
        buffer.load(text)
        var lowercase = Lowercase()
        lowercase.apply(to: &buffer)
        buffer.rewrite(limit: buffer.count) { source, target in
            var length = 0
            for byte in source where !isPunctuation(byte) {
                target[length] = byte
                length += 1
            }
            return length
        }
        var scalars: [UInt32] = []
        buffer.withBytes { UTF8Decoding.append($0, to: &scalars) }
        return split(scalars)
    }

    /// Words between white space, articles replaced by white space where they stand between characters that are not
    /// part of a word.
    private static func split(_ scalars: [UInt32]) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        func end() {
            if !word.isEmpty { words.append(word) }
            word.removeAll()
        }
        var index = 0
        while index < scalars.count {
            if index == 0 || !isWordCharacter(scalars[index - 1]), let length = articleLength(at: index, in: scalars) {
                end()
                index += length
                continue
            }
            if Whitespace.contains(scalars[index]) {
                end()
            } else if let scalar = Unicode.Scalar(scalars[index]) {
                word.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
            index += 1
        }
        end()
        return words
    }

    private static func articleLength(at index: Int, in scalars: [UInt32]) -> Int? {
        for article in ["an", "a", "the"] {
            let letters = article.unicodeScalars.map(\.value)
            let stop = index + letters.count
            guard stop <= scalars.count, scalars[index..<stop].elementsEqual(letters) else { continue }
            if stop == scalars.count || !isWordCharacter(scalars[stop]) { return letters.count }
        }
        return nil
    }

    private static func f1(_ first: [[UInt8]], _ second: [[UInt8]]) -> Double {
        if first.isEmpty || second.isEmpty { return first == second ? 1 : 0 }
        var counts: [[UInt8]: Int] = [:]
        for word in second { counts[word, default: 0] += 1 }
        var common = 0
        for word in first {
            if let left = counts[word], left > 0 {
                counts[word] = left - 1
                common += 1
            }
        }
        return PrecisionRecallF(matches: common, predicted: first.count, expected: second.count).f
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// A letter or number, as Python's `\w` (punctuation, `_` among it, is gone by now).
    private static func isWordCharacter(_ value: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }
}
