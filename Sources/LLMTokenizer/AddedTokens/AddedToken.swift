/// A token that is looked for in the text itself, before anything else happens to it.
struct AddedToken: Sendable, Equatable {
    var id: TokenID
    var content: [UInt8]
    /// Markup, as opposed to a word that was added.
    var isSpecial = false
    /// Looked for in the normalized text instead of the raw one.
    var isNormalized = false
    /// Counts only where no letter, digit or underscore touches it.
    var isSingleWord = false
    /// Takes white space before it along.
    var stripsLeft = false
    /// Takes white space behind it along.
    var stripsRight = false
    /// Only the white space of ASCII (llama.cpp) and not all of it.
    var stripsASCII = false
}

/// A part of a text: an added token, or what lies between.
struct TextSection: Equatable {
    /// The added token, -1 for text.
    var id: TokenID
    var span: Span
}
