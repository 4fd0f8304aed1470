/// General categories of Unicode, in the order the tables write them.
enum GeneralCategory: UInt8 {
    case unassigned, uppercaseLetter, lowercaseLetter, titlecaseLetter, modifierLetter, otherLetter
    case nonspacingMark, spacingMark, enclosingMark
    case decimalNumber, letterNumber, otherNumber
    case connectorPunctuation, dashPunctuation, openPunctuation, closePunctuation
    case initialPunctuation, finalPunctuation, otherPunctuation
    case mathSymbol, currencySymbol, modifierSymbol, otherSymbol
    case spaceSeparator, lineSeparator, paragraphSeparator
    case control, format, surrogate, privateUse
}

/// Sets of scalars as a bit mask: one bit for each general category, and some properties that are not categories.
struct ScalarClass: OptionSet, Sendable, Hashable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ category: GeneralCategory) { rawValue = 1 << UInt64(category.rawValue) }

    static let letter = ScalarClass(rawValue: 0b11_1110)
    static let mark = ScalarClass(rawValue: 0b111 << 6)
    static let number = ScalarClass(rawValue: 0b111 << 9)
    static let punctuation = ScalarClass(rawValue: 0b111_1111 << 12)
    static let symbol = ScalarClass(rawValue: 0b1111 << 19)
    static let separator = ScalarClass(rawValue: 0b111 << 23)
    static let other = ScalarClass(rawValue: 0b1111 << 26 | 1)
    static let whiteSpace = ScalarClass(rawValue: 1 << 32)
    static let word = ScalarClass(rawValue: 1 << 33)
    static let han = ScalarClass(rawValue: 1 << 34)
    static let carriageReturnOrLineFeed = ScalarClass(rawValue: 1 << 35)
    static let notWhiteSpace = ScalarClass(rawValue: 1 << 36)
    static let notWord = ScalarClass(rawValue: 1 << 37)
    static let notHan = ScalarClass(rawValue: 1 << 38)
    /// Sets of the `tokenizers` library that are of older Unicode versions than its patterns.
    static let numeric = ScalarClass(rawValue: 1 << 39)
    static let bertPunctuation = ScalarClass(rawValue: 1 << 40)
    static let bertDropped = ScalarClass(rawValue: 1 << 41)
    static let bertAccent = ScalarClass(rawValue: 1 << 42)
    static let combining = ScalarClass(rawValue: 1 << 43)
    /// The bits of all general categories: every scalar has exactly one of them.
    static let allCategories = ScalarClass(rawValue: 1 << 30 - 1)

    /// Letters that can stand at the front of a capitalised word, and marks (the first class of the o200k pattern).
    static let upperLike: ScalarClass = [
        ScalarClass(.uppercaseLetter), ScalarClass(.titlecaseLetter), ScalarClass(.modifierLetter),
        ScalarClass(.otherLetter), .mark,
    ]
    /// The second class of the o200k pattern.
    static let lowerLike: ScalarClass = [
        ScalarClass(.lowercaseLetter), ScalarClass(.modifierLetter), ScalarClass(.otherLetter), .mark,
    ]
}
