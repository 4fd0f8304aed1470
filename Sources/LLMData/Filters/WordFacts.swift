internal import LLMTokenizer

/// What Gopher's rules count in the words of a text.
struct WordFacts {
    /// Words that are not only symbols, and the scalars of these.
    private(set) var plainWords = 0
    private(set) var plainScalars = 0
    /// Words with a letter.
    private(set) var alphabeticWords = 0
    /// Different stop words.
    private(set) var stopWords = 0

    private static let plain: UInt8 = 1
    private static let letter: UInt8 = 2
    private static let wide: UInt8 = 4
    private static let table: [UInt8] = (0..<256).map { value in
        let byte = UInt8(value)
        if byte >= 0x80 { return wide }
        let isSymbol = ScalarSet.symbols.contains(UInt32(byte)) || ScalarSet.terminalPunctuation.contains(UInt32(byte))
        let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
        return (isSymbol ? 0 : plain) | (isLetter ? letter : 0)
    }

    init(_ text: TextBytes, _ words: WordSpans, _ stops: StopWords) {
        var found = [Bool](repeating: false, count: stops.count)
        Self.table.withUnsafeBufferPointer { table in
            words.starts.withUnsafeBufferPointer { starts in
                words.ends.withUnsafeBufferPointer { ends in
                    for word in 0..<starts.count {
                        let start = Int(starts[word])
                        let end = Int(ends[word])
                        var flags: UInt8 = 0
                        var index = start
                        while index < end {
                            flags |= table[Int(text[index])]
                            index &+= 1
                        }
                        var scalars = end &- start
                        if flags & Self.wide != 0 {
                            flags = Self.wideFlags(text, start, end)
                            scalars = TextScan.scalarCount(text, from: start, to: end)
                        }
                        if flags & Self.plain != 0 {
                            plainWords &+= 1
                            plainScalars &+= scalars
                        }
                        if flags & Self.letter != 0 { alphabeticWords &+= 1 }
                        if stops.mayContain(length: end &- start), let number = stops.number(text, start, end) {
                            found[number] = true
                        }
                    }
                }
            }
        }
        stopWords = found.count { $0 }
    }

    private static func wideFlags(_ text: TextBytes, _ start: Int, _ end: Int) -> UInt8 {
        var flags: UInt8 = 0
        var index = start
        while index < end, flags != plain | letter {
            let (scalar, length) = TextScan.scalar(text, at: index)
            if scalar < 0x80 {
                flags |= table[Int(scalar)]
            } else {
                let isSymbol = ScalarSet.symbols.contains(scalar) || ScalarSet.terminalPunctuation.contains(scalar)
                flags |= (isSymbol ? 0 : plain) | (UnicodeText.isLetter(scalar) ? letter : 0)
            }
            index += length
        }
        return flags
    }
}

/// Words to look for, grouped by length.
struct StopWords: Sendable {
    /// How many different ones there are.
    let count: Int
    private let lengths: UInt64
    /// For each length up to 63 (and more), number and letters of its words.
    private let words: [[(number: Int, letters: [UInt8])]]

    init(_ words: [String]) {
        var seen: Set<[UInt8]> = []
        var byLength = [[(number: Int, letters: [UInt8])]](repeating: [], count: 64)
        for word in words where !word.isEmpty {
            let letters = [UInt8](word.utf8)
            guard seen.insert(letters).inserted else { continue }
            byLength[min(letters.count, 63)].append((seen.count - 1, letters))
        }
        self.words = byLength
        count = seen.count
        lengths = byLength.indices.reduce(0) { byLength[$1].isEmpty ? $0 : $0 | 1 << UInt64($1) }
    }

    @inline(__always) func mayContain(length: Int) -> Bool { lengths >> UInt64(min(length, 63)) & 1 != 0 }

    /// The number of a word; nil when it is none of these.
    func number(_ text: TextBytes, _ start: Int, _ end: Int) -> Int? {
        for (number, word) in words[min(end - start, 63)] where word.count == end - start && word[0] == text[start] {
            var position = 1
            while position < word.count, word[position] == text[start + position] { position += 1 }
            if position == word.count { return number }
        }
        return nil
    }
}
