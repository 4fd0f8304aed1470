extension BLEU.Tokenization {
    /// Rewrites a segment so that words stand between white space.
    func rewrite(_ text: inout TextBuffer, scalars: inout ScalarRewriter) {
        switch self {
        case .none:
            break
        case .mteval13a:
            MTEvalRules.prepare(&text)
            MTEvalRules.pad(&text)
            MTEvalRules.split(&text)
        case .chinese:
            text.trimStart()
            text.trimEnd()
            scalars.spaceOut(&text, where: ChineseCharacters.contains)
            MTEvalRules.split(&text)
        case .characters:
            scalars.spaceOut(&text) { _ in true }
        case .international:
            scalars.splitInternational(&text)
        }
    }
}

/// The substitutions of mteval-v13a.pl on UTF-8. They look at ASCII only, so bytes above 127 are "not a digit".
enum MTEvalRules {
    /// Removes `<skipped>` and line-end hyphens, makes line feeds spaces, resolves four entities one after the other.
    static func prepare(_ text: inout TextBuffer) {
        let (special, entity) = text.withBytes { bytes in
            (bytes.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "<") }, bytes.contains(UInt8(ascii: "&")))
        }
        if special {
            replace("<skipped>", by: "", in: &text)
            replace("-\n", by: "", in: &text)
            replace("\n", by: " ", in: &text)
        }
        if entity { replaceEntities(in: &text) }
    }

    /// `&quot;`, `&amp;`, `&lt;` and `&gt;`, replaced one after the other: `&amp;lt;` becomes `<`, `&amp;quot;` `&quot;`.
    static func replaceEntities(in text: inout TextBuffer) {
        text.rewrite(limit: text.count) { source, target in
            var length = 0
            var index = 0
            while index < source.count {
                var byte = source[index]
                index &+= 1
                if byte == UInt8(ascii: "&") {
                    if matches("quot;", at: index, in: source) {
                        byte = UInt8(ascii: "\"")
                        index &+= 5
                    } else {
                        if matches("amp;", at: index, in: source) { index &+= 4 }
                        if matches("lt;", at: index, in: source) {
                            byte = UInt8(ascii: "<")
                            index &+= 3
                        } else if matches("gt;", at: index, in: source) {
                            byte = UInt8(ascii: ">")
                            index &+= 3
                        }
                    }
                }
                target[length] = byte
                length &+= 1
            }
            return length
        }
    }

    /// A space at both ends, which the rules for marks at an end rely on.
    static func pad(_ text: inout TextBuffer) {
        text.rewrite(limit: text.count + 2) { source, target in
            target[0] = UInt8(ascii: " ")
            for index in 0..<source.count { target[index + 1] = source[index] }
            target[source.count + 1] = UInt8(ascii: " ")
            return source.count + 2
        }
    }

    /// Separates punctuation, but not a period or comma between digits.
    static func split(_ text: inout TextBuffer) {
        let found = spaceOutMarks(&text)
        if found.periodOrComma { splitPeriodsAndCommas(&text) }
        if found.hyphen { splitHyphens(&text) }
    }

    /// `([\{-\~\[-\` -\&\(-\+\:-\@\/])` to ` \1 `; says which of the other rules have something to do.
    @discardableResult static func spaceOutMarks(_ text: inout TextBuffer) -> (periodOrComma: Bool, hyphen: Bool) {
        var found = (periodOrComma: false, hyphen: false)
        // The last space is written before it is known whether it counts.
        text.rewrite(limit: text.count * 3 + 1) { source, target in
            var length = 0
            for byte in source {
                // A space is one of the marks too; more spaces split the same words.
                let spaces = isMark(byte)
                target[length] = UInt8(ascii: " ")
                length &+= spaces
                target[length] = byte
                target[length &+ 1] = UInt8(ascii: " ")
                length &+= 1 &+ spaces
                found.periodOrComma = found.periodOrComma || isPeriodOrComma(byte)
                found.hyphen = found.hyphen || byte == UInt8(ascii: "-")
            }
            return length
        }
        return found
    }

    static func splitPeriodsAndCommas(_ text: inout TextBuffer) {
        // ([^0-9])([\.,]) to "\1 \2 "
        text.rewrite(limit: text.count * 2) { source, target in
            rewritePairs(source, target) { first, second in
                !isDigit(first) && isPeriodOrComma(second) ? (before: false, between: true, after: true) : nil
            }
        }
        // ([\.,])([^0-9]) to " \1 \2"
        text.rewrite(limit: text.count * 2) { source, target in
            rewritePairs(source, target) { first, second in
                isPeriodOrComma(first) && !isDigit(second) ? (before: true, between: true, after: false) : nil
            }
        }
    }

    static func splitHyphens(_ text: inout TextBuffer) {
        // ([0-9])(-) to "\1 \2 "
        text.rewrite(limit: text.count * 2) { source, target in
            rewritePairs(source, target) { first, second in
                isDigit(first) && second == UInt8(ascii: "-") ? (before: false, between: true, after: true) : nil
            }
        }
    }

    /// Replaces matched pairs left to right; a matched pair is used up. Writes at most two spaces per pair.
    @inline(__always) private static func rewritePairs(
        _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>,
        _ spaces: (UInt8, UInt8) -> (before: Bool, between: Bool, after: Bool)?
    ) -> Int {
        var length = 0
        var index = 0
        @inline(__always) func put(_ byte: UInt8) {
            target[length] = byte
            length &+= 1
        }
        while index < source.count {
            if index + 1 < source.count, let spaces = spaces(source[index], source[index + 1]) {
                if spaces.before { put(UInt8(ascii: " ")) }
                put(source[index])
                if spaces.between { put(UInt8(ascii: " ")) }
                put(source[index + 1])
                if spaces.after { put(UInt8(ascii: " ")) }
                index &+= 2
            } else {
                put(source[index])
                index &+= 1
            }
        }
        return length
    }

    /// Every occurrence of `pattern`, left to right, not longer than before.
    static func replace(_ pattern: StaticString, by replacement: StaticString, in text: inout TextBuffer) {
        text.rewrite(limit: text.count) { source, target in
            var length = 0
            var index = 0
            while index < source.count {
                if matches(pattern, at: index, in: source) {
                    for offset in 0..<replacement.utf8CodeUnitCount {
                        target[length] = replacement.utf8Start[offset]
                        length += 1
                    }
                    index += pattern.utf8CodeUnitCount
                } else {
                    target[length] = source[index]
                    length += 1
                    index += 1
                }
            }
            return length
        }
    }

    private static func matches(
        _ pattern: StaticString, at index: Int, in source: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard source.count - index >= pattern.utf8CodeUnitCount else { return false }
        for offset in 0..<pattern.utf8CodeUnitCount where source[index + offset] != pattern.utf8Start[offset] {
            return false
        }
        return true
    }

    /// 1 for 20...26, 28...2B, 2F, 3A...40, 5B...60 and 7B...7E, else 0.
    @inline(__always) private static func isMark(_ byte: UInt8) -> Int {
        let marks: UInt64 = byte < 0x40 ? 0xFC00_8F7F_0000_0000 : byte < 0x80 ? 0x7800_0001_F800_0001 : 0
        return Int(truncatingIfNeeded: marks >> UInt64(byte & 0x3F) & 1)
    }

    @inline(__always) private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    @inline(__always) private static func isPeriodOrComma(_ byte: UInt8) -> Bool { byte == 0x2E || byte == 0x2C }
}

/// What sacrebleu's `zh` tokenizer takes for a Chinese character.
enum ChineseCharacters {
    /// The last two ranges are not what their authors meant: they wrote U+20000 as "\u20000", which Python reads as
    /// U+2000 and a zero, and compares as such. So U+2001 to U+2A6D count as Chinese, and Extension B does not.
    static func contains(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x3400...0x4DB5, 0x4E00...0x9FA5, 0x9FA6...0x9FBB, 0xF900...0xFA2D, 0xFA30...0xFA6A, 0xFA70...0xFAD9,
            0xFF00...0xFFEF, 0x2E80...0x2EFF, 0x3000...0x303F, 0x31C0...0x31EF, 0x2F00...0x2FDF, 0x2FF0...0x2FFF,
            0x3100...0x312F, 0x31A0...0x31BF, 0xFE10...0xFE1F, 0xFE30...0xFE4F, 0x2600...0x26FF, 0x2700...0x27BF,
            0x3200...0x32FF, 0x3300...0x33FF, 0x2001...0x2A6D, 0x2F81...0x2FA1:
            true
        default: false
        }
    }
}
