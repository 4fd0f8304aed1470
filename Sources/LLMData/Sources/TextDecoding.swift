internal import LLMTokenizer

/// Makes text of bytes in the encodings that are common on the web.
enum TextDecoding {
    /// An encoding.
    enum Encoding { case utf8, utf16LittleEndian, utf16BigEndian, windows1252 }

    /// The text of UTF-8 with U+FFFD for each maximal ill-formed part, and how many of these there were.
    static func utf8(_ bytes: ArraySlice<UInt8>) -> (text: String, replacements: Int) {
        bytes.withUnsafeBytes { raw in
            if UnicodeText.wellFormedPrefix(raw) == raw.count { return (String(decoding: raw, as: UTF8.self), 0) }
            let repaired = UnicodeText.repaired(raw)
            // What was U+FFFD before stays; the others are new.
            return (String(decoding: repaired, as: UTF8.self), replacements(repaired) - replacements(Array(raw)))
        }
    }

    private static func replacements(_ bytes: [UInt8]) -> Int {
        var count = 0
        for index in bytes.indices.dropLast(2) where bytes[index] == 0xEF {
            if bytes[index + 1] == 0xBF, bytes[index + 2] == 0xBD { count += 1 }
        }
        return count
    }

    /// The encoding that a byte order mark tells, and the length of the mark.
    static func byteOrderMark(_ bytes: ArraySlice<UInt8>) -> (encoding: Encoding, length: Int)? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        return nil
    }

    /// The encoding with a name of the web (labels of the WHATWG); UTF-8 for unknown ones.
    static func encoding(named name: String) -> Encoding {
        switch name.lowercased() {
        case "utf-16", "utf-16le", "unicode", "ucs-2": .utf16LittleEndian
        case "utf-16be": .utf16BigEndian
        case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii": .windows1252
        default: .utf8
        }
    }

    /// The text of bytes: by their byte order mark, or in `encoding`.
    static func decode(_ bytes: ArraySlice<UInt8>, _ encoding: Encoding = .utf8) -> (text: String, replacements: Int) {
        if let mark = byteOrderMark(bytes) { return plain(bytes.dropFirst(mark.length), mark.encoding) }
        return plain(bytes, encoding)
    }

    private static func plain(_ bytes: ArraySlice<UInt8>, _ encoding: Encoding) -> (text: String, replacements: Int) {
        switch encoding {
        case .utf8: return utf8(bytes)
        case .windows1252:
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(windows1252(UInt32(byte))) }
            return (String(text), 0)
        case .utf16LittleEndian, .utf16BigEndian:
            var units: [UInt16] = []
            units.reserveCapacity(bytes.count / 2)
            var index = bytes.startIndex
            while index + 1 < bytes.endIndex {
                let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
                units.append(encoding == .utf16LittleEndian ? second << 8 | first : first << 8 | second)
                index += 2
            }
            let text = String(decoding: units, as: UTF16.self)
            let new = replacements(Array(text.utf8)) - units.count { $0 == 0xFFFD }
            return (text, max(0, new) + (index < bytes.endIndex ? 1 : 0))
        }
    }

    private static let upperHalf: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D,
        0x17E, 0x178,
    ]

    /// The scalar of a byte of windows-1252; other values are their own scalar.
    static func windows1252(_ byte: UInt32) -> Unicode.Scalar {
        let value = byte >= 0x80 && byte < 0xA0 ? upperHalf[Int(byte - 0x80)] : byte
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }
}
