/// The split patterns of GPT-2, cl100k, o200k and their relatives, by hand instead of by a regular expression.
///
/// All of them cut a text into: English contractions, words with something in front, numbers, runs of symbols, and
/// white space. A scanner gives exactly the matches of its pattern; every byte is in one of them.
struct SplitScanner: Sendable, Hashable {
    enum Family: Sendable { case gpt2, cl100k, o200k, deepSeek }
    enum Contractions: Sendable { case none, lowercase, anyCase }

    var family: Family
    var contractions: Contractions
    /// How many digits make a number.
    var digits: Int
    /// Marks belong to words.
    var marksAreLetters = false
    /// `/` may follow a run of symbols like a line end does.
    var slashFollowsSymbols = false
    /// Line ends stay with the symbols before them.
    var newlinesFollowSymbols = true
    /// White space at the end of the text is one piece, line ends or not (`\s++$`).
    var trailingSpaceIsOne = false

    /// Where the piece ends that begins at `position`.
    @inline(__always)
    func next(_ text: Bytes, _ position: Int, _ end: Int, _ data: UnicodeData, _ ascii: Bytes) -> Int {
        let cursor = ScanCursor(text: text, end: end, data: data, ascii: ascii)
        switch family {
        case .gpt2: return nextGPT2(cursor, position)
        case .cl100k: return nextCL100K(cursor, position)
        case .o200k: return nextO200K(cursor, position)
        case .deepSeek: return nextDeepSeek(cursor, position)
        }
    }

    @inline(__always)
    func nextGPT2(_ text: ScanCursor, _ position: Int) -> Int {
        let first = text[position]
        if first == 0x27, contractions != .none {
            let end = text.contraction(at: position, anyCase: contractions == .anyCase)
            if end > 0 { return end }
        }
        var start = position
        if first == 0x20, position + 1 < text.end { start += 1 }
        let (flags, length) = text.flags(start)
        if flags & ScanFlags.letter != 0 { return text.letterRun(from: start + length, ScanFlags.letter) }
        if flags & ScanFlags.number != 0 { return text.run(of: ScanFlags.number, from: start + length) }
        if flags & ScanFlags.space == 0 { return text.runOfOthers(from: start + length, letters: ScanFlags.letter) }
        return whitespace(text, position, lineEnds: false)
    }

    @inline(__always)
    func nextCL100K(_ text: ScanCursor, _ position: Int) -> Int {
        let letters = marksAreLetters ? ScanFlags.letter | ScanFlags.mark : ScanFlags.letter
        let (flags, length) = text.flags(position)
        if flags & letters != 0 { return text.letterRun(from: position + length, letters) }
        if text[position] == 0x27, contractions != .none {
            let end = text.contraction(at: position, anyCase: contractions == .anyCase)
            if end > 0 { return end }
        }
        if flags & (ScanFlags.number | ScanFlags.newline) == 0, position + length < text.end {
            let (second, secondLength) = text.flags(position + length)
            if second & letters != 0 { return text.letterRun(from: position + length + secondLength, letters) }
        }
        return tail(text, position, flags, length, letters)
    }

    @inline(__always)
    func nextO200K(_ text: ScanCursor, _ position: Int) -> Int {
        let (flags, length) = text.flags(position)
        let mayLead = flags & (ScanFlags.letter | ScanFlags.number | ScanFlags.newline) == 0
        let mayBegin = flags & (ScanFlags.upper | ScanFlags.lower) != 0
        let behind = position + length
        var end = -1
        if mayLead, behind < text.end { end = text.capitalized(from: behind) }
        if end < 0, mayBegin { end = text.capitalized(from: position) }
        if end < 0, mayLead, behind < text.end { end = text.upperRun(from: behind) }
        if end < 0, mayBegin { end = text.upperRun(from: position) }
        if end >= 0 {
            if contractions != .none, end < text.end, text[end] == 0x27 {
                let longer = text.contraction(at: end, anyCase: contractions == .anyCase)
                if longer > 0 { return longer }
            }
            return end
        }
        return tail(text, position, flags, length, ScanFlags.letter)
    }

    /// Numbers, symbols and white space, which the later families have in common.
    @inline(__always)
    private func tail(_ text: ScanCursor, _ position: Int, _ flags: UInt8, _ length: Int, _ letters: UInt8) -> Int {
        if flags & ScanFlags.number != 0 {
            var end = position + length
            var count = 1
            while count < digits, end < text.end {
                let (next, nextLength) = text.flags(end)
                if next & ScanFlags.number == 0 { break }
                end += nextLength
                count += 1
            }
            return end
        }
        var start = position
        var first = flags
        var firstLength = length
        if text[position] == 0x20, position + 1 < text.end {
            start += 1
            (first, firstLength) = text.flags(start)
        }
        if first & (letters | ScanFlags.number | ScanFlags.space) == 0 {
            var end = text.runOfOthers(from: start + firstLength, letters: letters)
            guard newlinesFollowSymbols else { return end }
            while end < text.end {
                let byte = text[end]
                guard byte == 0x0A || byte == 0x0D || (slashFollowsSymbols && byte == 0x2F) else { break }
                end += 1
            }
            return end
        }
        return whitespace(text, position, lineEnds: true)
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`, the first of these only with `lineEnds`.
    @inline(__always)
    private func whitespace(_ text: ScanCursor, _ position: Int, lineEnds: Bool) -> Int {
        var end = position
        var lastLength = 0
        var lastLineEnd = -1
        while end < text.end {
            let (flags, length) = text.flags(end)
            if flags & ScanFlags.space == 0 { break }
            end += length
            lastLength = length
            if flags & ScanFlags.newline != 0 { lastLineEnd = end }
        }
        if trailingSpaceIsOne, end == text.end { return end }
        if lineEnds, lastLineEnd > 0 { return lastLineEnd }
        if end == text.end || end - lastLength == position { return end }
        return end - lastLength
    }
}

/// A text and the tables to read it by.
struct ScanCursor {
    let text: Bytes
    let end: Int
    let data: UnicodeData
    let ascii: Bytes

    @inline(__always)
    subscript(position: Int) -> UInt8 { text[position] }

    @inline(__always)
    func flags(_ position: Int) -> (UInt8, Int) {
        let lead = text[position]
        if lead < 0x80 { return (ascii[Int(lead)], 1) }
        let (scalar, length) = UTF8Text.scalar(text, at: position)
        return (data.flags(of: scalar), length)
    }

    @inline(__always)
    func run(of wanted: UInt8, from start: Int) -> Int {
        var position = start
        while position < end {
            let (flags, length) = flags(position)
            if flags & wanted == 0 { break }
            position += length
        }
        return position
    }

    /// A run of letters: ASCII ones by eight bytes at a time.
    @inline(__always)
    func letterRun(from start: Int, _ letters: UInt8) -> Int {
        var position = start
        while position + 8 <= end {
            let bytes = UnsafeRawPointer(text + position).loadUnaligned(as: UInt64.self)
            let count = Self.asciiLetters(UInt64(littleEndian: bytes))
            position += count
            if count < 8 {
                return text[position] < 0x80 ? position : run(of: letters, from: position)
            }
        }
        return run(of: letters, from: position)
    }

    /// How many of the eight bytes, from the lowest, are ASCII letters before the first that is not.
    @inline(__always)
    static func asciiLetters(_ bytes: UInt64) -> Int {
        let folded = (bytes | 0x2020_2020_2020_2020) & 0x7F7F_7F7F_7F7F_7F7F
        let fromA = folded &+ 0x1F1F_1F1F_1F1F_1F1F
        let beyondZ = folded &+ 0x0505_0505_0505_0505
        let others = ~(fromA & ~beyondZ & ~bytes) & 0x8080_8080_8080_8080
        return others.trailingZeroBitCount >> 3
    }

    /// A run of what is neither white space, letter nor number.
    @inline(__always)
    func runOfOthers(from start: Int, letters: UInt8) -> Int {
        var position = start
        while position < end {
            let (flags, length) = flags(position)
            if flags & (letters | ScanFlags.number | ScanFlags.space) != 0 { break }
            position += length
        }
        return position
    }

    /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d`, or -1. `position` is at the apostrophe.
    @inline(__always)
    func contraction(at position: Int, anyCase: Bool) -> Int {
        guard position + 1 < end else { return -1 }
        let bit: UInt8 = anyCase ? 0x20 : 0
        let first = text[position + 1] | bit
        switch first {
        case 0x73, 0x74, 0x6D, 0x64: return position + 2
        case 0x72, 0x76, 0x6C:
            guard position + 2 < end else { return -1 }
            return text[position + 2] | bit == (first == 0x6C ? 0x6C : 0x65) ? position + 3 : -1
        default:
            // U+017F is an s but for case.
            guard anyCase, position + 2 < end, text[position + 1] == 0xC5, text[position + 2] == 0xBF else { return -1 }
            return position + 3
        }
    }

    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`: where it ends, or -1.
    @inline(__always)
    func capitalized(from start: Int) -> Int {
        var position = start
        var lastLower = -1
        while position < end {
            let (flags, length) = flags(position)
            if flags & ScanFlags.upper == 0 {
                if flags & ScanFlags.lower != 0 { return run(of: ScanFlags.lower, from: position + length) }
                break
            }
            position += length
            if flags & ScanFlags.lower != 0 { lastLower = position }
        }
        return lastLower
    }

    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+`, or -1.
    @inline(__always)
    func upperRun(from start: Int) -> Int {
        let stop = run(of: ScanFlags.upper, from: start)
        return stop > start ? stop : -1
    }
}

/// A scanner whose family is known to the compiler.
protocol WordScan {
    func next(_ text: ScanCursor, _ position: Int) -> Int
}

struct GPT2Scan: WordScan {
    let rules: SplitScanner

    @inline(__always)
    func next(_ text: ScanCursor, _ position: Int) -> Int { rules.nextGPT2(text, position) }
}

struct CL100KScan: WordScan {
    let rules: SplitScanner

    @inline(__always)
    func next(_ text: ScanCursor, _ position: Int) -> Int { rules.nextCL100K(text, position) }
}

struct O200KScan: WordScan {
    let rules: SplitScanner

    @inline(__always)
    func next(_ text: ScanCursor, _ position: Int) -> Int { rules.nextO200K(text, position) }
}
