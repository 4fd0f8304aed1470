internal import LLMTokenizer

/// What C4's rules ask of a line.
enum C4Line {
    /// Whether a word between white space has more scalars.
    static func hasWord(_ line: TextBytes, longerThan limit: Int) -> Bool {
        var index = 0
        var scalars = 0
        while index < line.count {
            let space = TextScan.spaceLength(line, at: index)
            if space > 0 {
                scalars = 0
                index += space
            } else {
                scalars += line[index] & 0xC0 == 0x80 ? 0 : 1
                if scalars > limit { return true }
                index += 1
            }
        }
        return false
    }

    /// Whether there are that many words between white space.
    static func hasWords(_ line: TextBytes, atLeast limit: Int) -> Bool {
        var count = 0
        var index = 0
        var isInside = false
        while index < line.count, count < limit {
            let space = TextScan.spaceLength(line, at: index)
            if space > 0 {
                isInside = false
                index += space
            } else {
                if !isInside { count += 1 }
                isInside = true
                index += 1
            }
        }
        return count >= limit
    }

    /// Whether the line ends in one of `. ? ! " '` and not in `...`.
    static func endsSentence(_ line: TextBytes) -> Bool {
        guard let last = line.last else { return false }
        switch last {
        case UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "\""), UInt8(ascii: "'"): return true
        case UInt8(ascii: "."): return !TextScan.hasSuffix(line, 0, line.count, 0x2E, 0x2E, 0x2E)
        default: return false
        }
    }

    /// Writes the line without `[3]`, `[]`, `[edit]`, `[citation needed]`; false when there is nothing to cut out.
    static func removeCitations(_ line: TextBytes, into output: inout [UInt8]) -> Bool {
        var kept = 0
        var index = TextScan.find(UInt8(ascii: "["), line, from: 0, to: line.count)
        guard index < line.count else { return false }
        output.removeAll(keepingCapacity: true)
        while index < line.count {
            let length = citationLength(line, at: index)
            if length > 0 {
                output.append(contentsOf: line[kept..<index])
                kept = index + length
            }
            index = TextScan.find(UInt8(ascii: "["), line, from: index + max(length, 1), to: line.count)
        }
        guard kept > 0 else { return false }
        output.append(contentsOf: line[kept...])
        return true
    }

    private static func citationLength(_ line: TextBytes, at start: Int) -> Int {
        for word: StaticString in ["[edit]", "[citation needed]"] {
            let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            if start + letters.count <= line.count, line[start..<(start + letters.count)].elementsEqual(letters) {
                return letters.count
            }
        }
        var index = start + 1
        while index < line.count {
            let (scalar, length) = TextScan.scalar(line, at: index)
            if scalar == UInt32(UInt8(ascii: "]")) { return index + 1 - start }
            let isDigit = scalar < 0x80 ? scalar >= 0x30 && scalar <= 0x39 : UnicodeText.isDecimalDigit(scalar)
            guard isDigit else { return 0 }
            index += length
        }
        return 0
    }
}
