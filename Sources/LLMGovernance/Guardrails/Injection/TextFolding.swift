/// Brings look-alike spellings of a character to one: what Unicode's compatibility forms and common homoglyphs share.
///
/// Not NFKC: full width, mathematical, circled and small-capital letters become ASCII, Latin letters lose their
/// diacritics, characters that show nothing disappear. Letters of other scripts stay and are lower-cased.
enum TextFolding {
    enum Folded {
        /// Shows nothing, or only changes its neighbour.
        case invisible
        /// An ASCII character.
        case ascii(UInt8)
        /// A letter of a script with words; `latin` is the ASCII letter it looks like, 0 if none.
        case letter(Unicode.Scalar, latin: UInt8)
        /// A letter of a script written without spaces.
        case ideograph(Unicode.Scalar)
        /// Anything else.
        case other
    }

    /// Base letters of U+00C0 ... U+017F; `*` where there is none.
    private static let latinBases = Array(
        ("aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty"
            + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
            + "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf8)
    /// Cyrillic and Greek letters that look like Latin ones.
    private static let homoglyphs: [UInt32: UInt8] = {
        let pairs =
            "аaвbеeкkмmнhоoрpсcтtуyхxіiѕsјjԁdԛqԝwһhɡgӏlпnгrаaαaβbεeηnιiκkνvοoρpτtυuχxωwγyσoмmѵvїiёeоoɑaɩiᴀaᴇeɪiᴏoᴜuʀr"
            .unicodeScalars
        var table: [UInt32: UInt8] = [:]
        var previous: Unicode.Scalar?
        for scalar in pairs {
            if let first = previous {
                table[first.value] = UInt8(truncatingIfNeeded: scalar.value)
                previous = nil
            } else {
                previous = scalar
            }
        }
        return table
    }()

    static func fold(_ scalar: Unicode.Scalar) -> Folded {
        let value = scalar.value
        switch value {
        case 0..<0x80: return .ascii(UInt8(value))
        case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x180B...0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F,
            0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xE0000...0xE0FFF, 0x0300...0x036F, 0x1AB0...0x1AFF,
            0x1DC0...0x1DFF, 0x20D0...0x20FF:
            return .invisible
        case 0xA0, 0x2000...0x200A, 0x2028...0x2029, 0x202F, 0x205F, 0x3000: return .ascii(0x20)
        case 0xC0...0x17F:
            let base = latinBases[Int(value) - 0xC0]
            return base == UInt8(ascii: "*") ? .other : .ascii(base)
        case 0x2018...0x201B: return .ascii(UInt8(ascii: "'"))
        case 0x2024: return .ascii(UInt8(ascii: "."))
        case 0x24B6...0x24CF: return .ascii(0x61 + UInt8(value - 0x24B6))
        case 0x24D0...0x24E9: return .ascii(0x61 + UInt8(value - 0x24D0))
        case 0x3002, 0xFF0E, 0xFF61: return .ascii(UInt8(ascii: "."))
        case 0xFF01...0xFF5E: return .ascii(UInt8(value - 0xFEE0))
        case 0x1D400...0x1D6A3: return .ascii(0x61 + UInt8((value - 0x1D400) % 26))
        case 0x1D7CE...0x1D7FF: return .ascii(0x30 + UInt8((value - 0x1D7CE) % 10))
        case 0x1F130...0x1F149: return .ascii(0x61 + UInt8(value - 0x1F130))
        case 0x1F150...0x1F169: return .ascii(0x61 + UInt8(value - 0x1F150))
        case 0x1F170...0x1F189: return .ascii(0x61 + UInt8(value - 0x1F170))
        case 0x3041...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x0E01...0x0E4E: return .ideograph(scalar)
        default: break
        }
        guard scalar.properties.isAlphabetic else { return .other }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
        return .letter(lower, latin: homoglyphs[lower.value] ?? 0)
    }
}
