/// The phrases that C4's rules look for, in any case.
struct C4Phrases: OptionSet {
    let rawValue: UInt8

    static let loremIpsum = C4Phrases(rawValue: 1)
    static let javaScript = C4Phrases(rawValue: 2)
    static let policy = C4Phrases(rawValue: 4)
    static let curlyBracket = C4Phrases(rawValue: 8)
    static let bracket = C4Phrases(rawValue: 16)

    /// A phrase in lower-case ASCII. As `str.lower()` does, the Kelvin sign (U+212A) counts as a `k`.
    struct Phrase: Sendable {
        let letters: StaticString

        func isIn(_ line: TextBytes) -> Bool {
            for index in line.indices where matches(line, at: index) { return true }
            return false
        }

        @inline(__always) func matches(_ line: TextBytes, at start: Int) -> Bool {
            var index = start
            let count = letters.utf8CodeUnitCount
            for position in 0..<count {
                guard index < line.count else { return false }
                let letter = letters.utf8Start[position]
                let byte = line[index]
                if lowered(byte) == letter {
                    index &+= 1
                } else if letter == UInt8(ascii: "k"), C4Phrases.isKelvin(line, at: index) {
                    index &+= 3
                } else {
                    return false
                }
            }
            return true
        }

        @inline(__always) private func lowered(_ byte: UInt8) -> UInt8 {
            byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
    }

    static let loremIpsumPhrase = Phrase(letters: "lorem ipsum")
    static let javaScriptPhrase = Phrase(letters: "javascript")
    static let policyPhrases = [
        Phrase(letters: "terms of use"), Phrase(letters: "privacy policy"), Phrase(letters: "cookie policy"),
        Phrase(letters: "uses cookies"), Phrase(letters: "use of cookies"), Phrase(letters: "use cookies"),
    ]

    static func isKelvin(_ line: TextBytes, at index: Int) -> Bool {
        index + 2 < line.count && line[index] == 0xE2 && line[index + 1] == 0x84 && line[index + 2] == 0xAA
    }

    /// Rare letters of the phrases, for one quick pass over a text: `j`, the `k` of cookie, the `v` of privacy, the
    /// `f` of "terms of use", the `p` of ipsum, and the brackets.
    private static let anchors: [UInt8] = (0..<256).map { value in
        switch UInt8(value) {
        case UInt8(ascii: "j"), UInt8(ascii: "J"): 1
        case UInt8(ascii: "k"), UInt8(ascii: "K"), 0xE2: 2
        case UInt8(ascii: "v"), UInt8(ascii: "V"): 3
        case UInt8(ascii: "f"), UInt8(ascii: "F"): 4
        case UInt8(ascii: "p"), UInt8(ascii: "P"): 5
        case UInt8(ascii: "{"): 6
        case UInt8(ascii: "["): 7
        default: 0
        }
    }

    /// What a text may hold; a phrase that is not found here is in none of its lines.
    static func find(in text: TextBytes) -> C4Phrases {
        var found: C4Phrases = []
        anchors.withUnsafeBufferPointer { anchors in
            for index in text.indices {
                let anchor = anchors[Int(text[index])]
                if anchor != 0 { found.formUnion(look(text, index, anchor)) }
            }
        }
        return found
    }

    @inline(__always) private static func follows(_ text: TextBytes, _ index: Int, _ letter: UInt8) -> Bool {
        index < text.count && index >= 0 && text[index] | 0x20 == letter
    }

    private static func look(_ text: TextBytes, _ index: Int, _ anchor: UInt8) -> C4Phrases {
        switch anchor {
        case 1: follows(text, index + 1, 0x61) && follows(text, index + 2, 0x76) ? .javaScript : []
        case 2:
            if text[index] == 0xE2 {
                isKelvin(text, at: index) ? .policy : []
            } else {
                follows(text, index - 1, 0x6F) && follows(text, index - 2, 0x6F) && follows(text, index + 1, 0x69)
                    ? .policy : []
            }
        case 3: follows(text, index + 1, 0x61) && follows(text, index + 2, 0x63) ? .policy : []
        case 4: follows(text, index - 1, 0x6F) && follows(text, index - 3, 0x73) ? .policy : []
        case 5: follows(text, index - 1, 0x69) && follows(text, index + 1, 0x73) ? .loremIpsum : []
        case 6: .curlyBracket
        default: .bracket
        }
    }
}
