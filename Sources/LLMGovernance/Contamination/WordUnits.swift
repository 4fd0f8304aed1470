/// Cuts text into the words that contamination is measured in.
///
/// Lower case by Unicode's simple mapping; letters, marks and numbers stay, white space and control characters separate, everything else is
/// dropped ("state-of-the-art" is one word). A character of a script written without spaces (Han, Kana, Thai, Lao,
/// Khmer, Myanmar) is a word. Canonically equivalent spellings stay different. Invalid bytes separate.
public enum WordUnits {
    /// The words of a text.
    public static func words(_ text: String) -> [String] {
        var words: [String] = []
        var text = text
        text.withUTF8 { forEach($0) { words.append(String(decoding: $0, as: UTF8.self)) } }
        return words
    }

    /// Calls a function with the UTF-8 of each word.
    static func forEach(_ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var word: [UInt8] = []
        word.reserveCapacity(64)
        func flush() {
            if !word.isEmpty { word.withUnsafeBufferPointer(body) }
            word.removeAll(keepingCapacity: true)
        }
        var offset = 0
        while offset < text.count {
            let byte = text[offset]
            if byte < 0x80 {
                offset += 1
                switch asciiClass[Int(byte)] {
                case 0: break
                case 1: flush()
                case let letter: word.append(letter)
                }
                continue
            }
            guard let (scalar, length) = ScalarDecoding.scalar(text, at: offset) else {
                flush()
                offset += 1
                continue
            }
            offset += length
            switch kind(of: scalar) {
            case .dropped: break
            case .separator: flush()
            case .part: word.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            case .word:
                flush()
                word.append(contentsOf: String(scalar).utf8)
                flush()
            }
        }
        flush()
    }

    private enum Kind {
        case dropped, separator, part, word
    }

    /// 0: dropped, 1: separator, else the lower-case letter or digit.
    private static let asciiClass: [UInt8] = (0..<128).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(byte)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt8(byte) + 32
        case 0...0x20, 0x7F: 1
        default: 0
        }
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        if isWrittenWithoutSpaces(scalar.value) { return .word }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            return .part
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control: return .separator
        default: return .dropped
        }
    }

    private static func isWrittenWithoutSpaces(_ value: UInt32) -> Bool {
        switch value {
        case 0x0E01...0x0E30, 0x0E32...0x0E33, 0x0E40...0x0E46, 0x0E81...0x0EB0, 0x0EB2...0x0EB3, 0x0EC0...0x0EC6,
            0x1000...0x102A, 0x1780...0x17B3, 0x3041...0x3096, 0x30A1...0x30FA, 0x31F0...0x31FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3134F:
            true
        default: false
        }
    }
}

/// Reads Unicode scalars from UTF-8 that may be broken.
enum ScalarDecoding {
    /// The scalar that starts at an offset and its length in bytes; nil when the bytes there are not UTF-8.
    @inline(__always)
    static func scalar(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> (Unicode.Scalar, Int)? {
        let first = UInt32(text[offset])
        let length: Int
        var value: UInt32
        switch first {
        case 0..<0x80: return (Unicode.Scalar(UInt8(first)), 1)
        case 0xC2..<0xE0: (length, value) = (2, first & 0x1F)
        case 0xE0..<0xF0: (length, value) = (3, first & 0x0F)
        case 0xF0..<0xF5: (length, value) = (4, first & 0x07)
        default: return nil
        }
        guard offset + length <= text.count else { return nil }
        for index in 1..<length {
            let byte = UInt32(text[offset + index])
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | (byte & 0x3F)
        }
        guard value >= (length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000), let scalar = Unicode.Scalar(value) else {
            return nil
        }
        return (scalar, length)
    }
}
