/// DeepSeek-V3 splits three times: numbers of up to three digits, runs of ideographs and kana, and by a pattern what is
/// each part that comes of that. The parts do not see each other, so a part ends for the pattern where a number or an
/// ideograph begins, and a run of ideographs is one that the pattern cuts at its few symbols and unassigned scalars.
///
///     [!-/:-~][A-Za-z]+ | [^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+ |  ?[\p{P}\p{S}]+[\r\n]* | \s*[\r\n]+ | \s+(?!\S) | \s+
extension SplitScanner {
    /// What ends a part, besides its being one.
    private static let stops = ScanFlags.number | ScanFlags.upper
    private static let letters = ScanFlags.letter | ScanFlags.mark

    @inline(__always)
    func nextDeepSeek(_ text: ScanCursor, _ position: Int) -> Int {
        let (flags, length) = Self.flags(text, position)
        var end = position + length
        if flags & ScanFlags.upper != 0 { return Self.endOfIdeographs(text, flags, end) }
        if flags & ScanFlags.number != 0 {
            var count = 1
            while count < 3, end < text.end {
                let (next, nextLength) = text.flags(end)
                if next & ScanFlags.number == 0 { break }
                end += nextLength
                count += 1
            }
            return end
        }
        if flags & Self.letters != 0 { return Self.run(text, end, of: Self.letters, butNot: Self.stops) }
        let (second, secondLength) = end < text.end ? Self.flags(text, end) : (Self.stops, 0)
        if flags & ScanFlags.punctuationOrSymbol != 0 {
            if length == 1, end < text.end, Self.isASCIILetter(text[end]) {
                while end < text.end, Self.isASCIILetter(text[end]) { end += 1 }
                return end
            }
            return symbols(text, end)
        }
        let leads = flags & ScanFlags.newline == 0
        if leads, second & Self.letters != 0, second & Self.stops == 0 {
            return Self.run(text, end + secondLength, of: Self.letters, butNot: Self.stops)
        }
        if text[position] == 0x20, second & ScanFlags.punctuationOrSymbol != 0, second & Self.stops == 0 {
            return symbols(text, end + secondLength)
        }
        if flags & ScanFlags.space != 0 { return whitespaceOfPart(text, position) }
        return Self.others(text, end)
    }

    /// What the pattern finds in a run of ideographs and kana whose scalar before `start` has the flags.
    private static func endOfIdeographs(_ text: ScanCursor, _ flags: UInt8, _ start: Int) -> Int {
        if flags & letters != 0 { return ideographs(text, start, of: letters) }
        if flags & ScanFlags.punctuationOrSymbol != 0 {
            return ideographs(text, start, of: ScanFlags.punctuationOrSymbol)
        }
        // Unassigned scalars: the last one leads the letters behind it, the others are what nothing matches.
        let led = ideographs(text, start, of: letters)
        if led > start { return led }
        var end = start
        while end < text.end {
            let (next, length) = Self.flags(text, end)
            if next & ScanFlags.upper == 0 || next & (letters | ScanFlags.punctuationOrSymbol) != 0 { break }
            if ideographs(text, end + length, of: letters) > end + length { break }
            end += length
        }
        return end
    }

    private static func ideographs(_ text: ScanCursor, _ start: Int, of wanted: UInt8) -> Int {
        var position = start
        while position < text.end {
            let (flags, length) = flags(text, position)
            if flags & wanted == 0 || flags & ScanFlags.upper == 0 { break }
            position += length
        }
        return position
    }

    /// The rest of a run of symbols with the line ends behind it.
    private func symbols(_ text: ScanCursor, _ start: Int) -> Int {
        var end = Self.run(text, start, of: ScanFlags.punctuationOrSymbol, butNot: Self.stops)
        while end < text.end, text[end] == 0x0A || text[end] == 0x0D { end += 1 }
        return end
    }

    private func whitespaceOfPart(_ text: ScanCursor, _ position: Int) -> Int {
        var end = position
        var lastLength = 0
        var lastLineEnd = -1
        var isPartEnd = true
        while end < text.end {
            let (flags, length) = Self.flags(text, end)
            if flags & ScanFlags.space == 0 {
                isPartEnd = flags & Self.stops != 0
                break
            }
            end += length
            lastLength = length
            if flags & ScanFlags.newline != 0 { lastLineEnd = end }
        }
        if lastLineEnd > 0 { return lastLineEnd }
        return isPartEnd || end - lastLength == position ? end : end - lastLength
    }

    /// What no alternative matches goes on to where one does: control and format characters, unless they lead a word.
    private static func others(_ text: ScanCursor, _ start: Int) -> Int {
        let known = letters | stops | ScanFlags.space | ScanFlags.punctuationOrSymbol
        var end = start
        while end < text.end {
            let (flags, length) = flags(text, end)
            if flags & known != 0 { break }
            if end + length < text.end {
                let (next, _) = Self.flags(text, end + length)
                if next & letters != 0, next & stops == 0 { break }
            }
            end += length
        }
        return end
    }

    private static func run(_ text: ScanCursor, _ start: Int, of wanted: UInt8, butNot unwanted: UInt8) -> Int {
        var position = start
        while position < text.end {
            let (flags, length) = flags(text, position)
            if flags & wanted == 0 || flags & unwanted != 0 { break }
            position += length
        }
        return position
    }

    private static func isASCIILetter(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte | 0x20 }

    /// The flags of a scalar, with `upper` for ideographs and kana and `lower` for nothing.
    @inline(__always)
    private static func flags(_ text: ScanCursor, _ position: Int) -> (UInt8, Int) {
        let lead = text[position]
        let (flags, length) = text.flags(position)
        let own = flags & ~(ScanFlags.upper | ScanFlags.lower)
        guard length == 3, lead >= 0xE3, lead <= 0xE9 else { return (own, length) }
        let scalar = UTF8Text.scalar(text.text, at: position).value
        return (isIdeograph(scalar) ? own | ScanFlags.upper : own, length)
    }

    static func isIdeograph(_ scalar: UInt32) -> Bool {
        0x4E00...0x9FA5 ~= scalar || 0x3040...0x30FF ~= scalar
    }
}

struct DeepSeekScan: WordScan {
    let rules: SplitScanner

    @inline(__always)
    func next(_ text: ScanCursor, _ position: Int) -> Int { rules.nextDeepSeek(text, position) }
}

extension PreTokenizer {
    private static let deepSeekPattern =
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
        + #"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let ideographPatterns = [
        #"[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+"#, "[一-龥぀-ゟ゠-ヿ]+",
    ]

    /// The same with one scanner in the place of steps that it stands for.
    var withScanners: PreTokenizer {
        let patterns: [String?] = steps.map { step in
            guard case .pattern(.regex(let program), .isolated, inverted: false) = step else { return nil }
            var pattern = ""
            for scalar in program.pattern.unicodeScalars {
                switch scalar {
                case "\r": pattern += #"\r"#
                case "\n": pattern += #"\n"#
                default: pattern.unicodeScalars.append(scalar)
                }
            }
            return pattern
        }
        var result = PreTokenizer()
        var index = 0
        while index < steps.count {
            if index + 2 < steps.count, patterns[index] == #"\p{N}{1,3}"#,
                let second = patterns[index + 1], Self.ideographPatterns.contains(second),
                patterns[index + 2] == Self.deepSeekPattern
            {
                result.steps.append(.scanner(SplitScanner(family: .deepSeek, contractions: .none, digits: 3)))
                index += 3
            } else {
                result.steps.append(steps[index])
                index += 1
            }
        }
        return result
    }
}
