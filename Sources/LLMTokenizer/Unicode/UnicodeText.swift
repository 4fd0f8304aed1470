/// What other modules of the library need of Unicode: classes of scalars, normalization, repair of UTF-8.
package enum UnicodeText {
    /// A normalization form (UAX #15).
    package enum Form: Sendable { case nfc, nfd, nfkc, nfkd }

    /// Whether a scalar is a letter (general category L).
    package static func isLetter(_ scalar: UInt32) -> Bool { contains(scalar, .letter) }

    /// Whether a scalar is a mark (general category M).
    package static func isMark(_ scalar: UInt32) -> Bool { contains(scalar, .mark) }

    /// Whether a scalar is a nonspacing mark (general category Mn).
    package static func isNonspacingMark(_ scalar: UInt32) -> Bool {
        contains(scalar, ScalarClass(.nonspacingMark))
    }

    /// Whether a scalar is a decimal digit (general category Nd).
    package static func isDecimalDigit(_ scalar: UInt32) -> Bool { contains(scalar, ScalarClass(.decimalNumber)) }

    /// Whether a scalar is a number of any kind (general category N).
    package static func isNumber(_ scalar: UInt32) -> Bool { contains(scalar, .number) }

    /// Whether a scalar is punctuation (general category P).
    package static func isPunctuation(_ scalar: UInt32) -> Bool { contains(scalar, .punctuation) }

    /// Whether a scalar is a Han ideograph.
    package static func isHan(_ scalar: UInt32) -> Bool { contains(scalar, .han) }

    /// Whether a scalar is a format character (general category Cf).
    package static func isFormat(_ scalar: UInt32) -> Bool { contains(scalar, ScalarClass(.format)) }

    /// Brings well-formed UTF-8 into a normalization form.
    package static func normalize(_ bytes: inout [UInt8], to form: Form) {
        var text = TextBuffer()
        swap(&text.bytes, &bytes)
        var spare = TextBuffer()
        switch form {
        case .nfc: NormalizationForm.nfc.apply(&text, spare: &spare)
        case .nfd: NormalizationForm.nfd.apply(&text, spare: &spare)
        case .nfkc: NormalizationForm.nfkc.apply(&text, spare: &spare)
        case .nfkd: NormalizationForm.nfkd.apply(&text, spare: &spare)
        }
        swap(&text.bytes, &bytes)
    }

    /// The length of the well-formed prefix of bytes.
    package static func wellFormedPrefix(_ bytes: UnsafeRawBufferPointer) -> Int { UTF8Text.wellFormedPrefix(bytes) }

    /// The bytes with U+FFFD for each maximal ill-formed part (as the Unicode standard recommends and WHATWG demands).
    package static func repaired(_ bytes: UnsafeRawBufferPointer) -> [UInt8] { UTF8Text.repaired(bytes) }

    private static func contains(_ scalar: UInt32, _ set: ScalarClass) -> Bool {
        UnicodeData.shared.mask(of: scalar) & set.rawValue != 0
    }
}
