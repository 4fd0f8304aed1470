internal import LLMTokenizer

/// Words close to those of Unicode (UAX #29), without a dictionary: the default of the filters.
///
/// A word is a run of letters, marks, digits and underscores; an apostrophe, period, colon or middle dot between two
/// letters, and a period, comma or apostrophe between two digits, belong to it. Every Han ideograph is a word of its
/// own. Everything else that is not white space is a word too: each run of one repeated character (`...`, `--`).
public struct UnicodeWords: WordSplitter {
    /// `unicode`.
    public let name = "unicode"

    /// Makes a splitter.
    public init() {}

    // Classes of scalars.
    private static let space: UInt8 = 0
    private static let letter: UInt8 = 1
    private static let digit: UInt8 = 2
    private static let other: UInt8 = 3
    private static let ideograph: UInt8 = 4
    /// A byte beyond ASCII.
    private static let wide: UInt8 = 5

    private static let table: [UInt8] = (0..<256).map { byte in
        let byte = UInt8(byte)
        if byte >= 0x80 { return wide }
        if TextScan.isSpace(byte) { return space }
        if byte >= 0x30 && byte <= 0x39 { return digit }
        let folded = byte | 0x20
        return (folded >= 0x61 && folded <= 0x7A) || byte == 0x5F ? letter : other
    }

    /// Appends the words of a text.
    public func split(_ text: UnsafeBufferPointer<UInt8>, into words: inout WordSpans) {
        Self.table.withUnsafeBufferPointer { table in
            guard let classes = table.baseAddress else { return }
            var index = 0
            while index < text.count {
                let kind = classes[Int(text[index])]
                switch kind {
                case Self.space:
                    index &+= 1
                case Self.letter, Self.digit:
                    let end = Self.wordEnd(text, from: index, classes)
                    words.append(start: index, end: end)
                    index = end
                case Self.other:
                    let start = index
                    let byte = text[index]
                    repeat { index &+= 1 } while index < text.count && text[index] == byte
                    words.append(start: start, end: index)
                default:
                    index = Self.splitWide(text, at: index, classes, into: &words)
                }
            }
        }
    }

    /// What begins with a scalar beyond ASCII at `index`; gives the place after it.
    private static func splitWide(
        _ text: TextBytes, at index: Int, _ classes: UnsafePointer<UInt8>, into words: inout WordSpans
    ) -> Int {
        let (scalar, length) = TextScan.scalar(text, at: index)
        switch wideKind(scalar) {
        case space: return index + length
        case letter, digit:
            let end = wordEnd(text, from: index, classes)
            words.append(start: index, end: end)
            return end
        case ideograph:
            words.append(start: index, end: index + length)
            return index + length
        default:
            var end = index + length
            while end < text.count, text[end] >= 0x80 {
                let next = TextScan.scalar(text, at: end)
                guard next.value == scalar else { break }
                end += next.length
            }
            words.append(start: index, end: end)
            return end
        }
    }

    /// Where the word ends that begins at `start` with a letter or digit.
    @inline(__always)
    private static func wordEnd(_ text: TextBytes, from start: Int, _ classes: UnsafePointer<UInt8>) -> Int {
        var index = start
        var last = letter
        while index < text.count {
            let kind = classes[Int(text[index])]
            if kind == letter || kind == digit {
                last = kind
                index &+= 1
            } else if kind == other {
                guard joins(text[index], last), index &+ 1 < text.count else { return index }
                let next = kindOf(text, at: index &+ 1, classes)
                guard next == last else { return index }
                index &+= 1
            } else if kind == wide {
                let (scalar, length) = TextScan.scalar(text, at: index)
                let kind = wideKind(scalar)
                if kind == letter || kind == digit {
                    last = kind
                    index &+= length
                } else if scalar == 0x2019 || scalar == 0xB7, last == letter, index + length < text.count,
                    kindOf(text, at: index + length, classes) == letter
                {
                    index &+= length
                } else {
                    return index
                }
            } else {
                return index
            }
        }
        return index
    }

    @inline(__always) private static func joins(_ byte: UInt8, _ kind: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "."): true
        case UInt8(ascii: ":"): kind == letter
        case UInt8(ascii: ","): kind == digit
        default: false
        }
    }

    @inline(__always)
    private static func kindOf(_ text: TextBytes, at index: Int, _ classes: UnsafePointer<UInt8>) -> UInt8 {
        let kind = classes[Int(text[index])]
        return kind == wide ? wideKind(TextScan.scalar(text, at: index).value) : kind
    }

    private static func wideKind(_ scalar: UInt32) -> UInt8 {
        if UnicodeText.isHan(scalar) { return ideograph }
        if UnicodeText.isLetter(scalar) || UnicodeText.isMark(scalar) || scalar == 0x200D { return letter }
        if UnicodeText.isNumber(scalar) { return digit }
        switch scalar {
        case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return space
        default: return other
        }
    }
}
