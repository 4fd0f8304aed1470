internal import LLMTokenizer

/// Text without what does not matter when texts are compared, as `simplify_text` of datatrove 0.10 writes it.
///
/// In this order: lower case; each number (with a decimal part) becomes `0`; punctuation becomes spaces; white space is
/// folded; diacritics are removed (NFD without nonspacing marks).
public struct TextSimplification: Sendable, Hashable {
    /// Whether letters become lower case.
    public var lowercases = true
    /// Whether numbers become `0`.
    public var foldsNumbers = true
    /// Whether punctuation becomes spaces.
    public var removesPunctuation = true
    /// Whether white space becomes single spaces.
    public var foldsWhitespace = true
    /// Whether diacritics are removed.
    public var removesDiacritics = true

    /// All of them.
    public init() {}

    /// The simplified text.
    public func callAsFunction(_ text: String) -> String {
        var copy = text
        return String(decoding: copy.withUTF8 { bytes(of: $0) }, as: UTF8.self)
    }

    func bytes(of text: TextBytes) -> [UInt8] {
        var bytes = [UInt8](text)
        if lowercases { Lowercase.apply(to: &bytes) }
        if foldsNumbers { Self.foldNumbers(&bytes) }
        if removesPunctuation || foldsWhitespace { fold(&bytes) }
        if removesDiacritics, bytes.contains(where: { $0 >= 0x80 }) {
            UnicodeText.normalize(&bytes, to: .nfd)
            Self.removeMarks(&bytes)
        }
        Self.strip(&bytes)
        return bytes
    }

    /// `\p{Nd}+([.,،٫⎖⎗⎘]\p{Nd}+)?` becomes `0`.
    private static func foldNumbers(_ bytes: inout [UInt8]) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        bytes.withUnsafeBufferPointer { text in
            func digits(_ start: Int) -> Int {
                var index = start
                while index < text.count {
                    let (scalar, length) = TextScan.scalar(text, at: index)
                    let isDigit = scalar < 0x80 ? scalar >= 0x30 && scalar <= 0x39 : UnicodeText.isDecimalDigit(scalar)
                    guard isDigit else { break }
                    index += length
                }
                return index
            }
            var index = 0
            while index < text.count {
                let byte = text[index]
                if byte < 0x30 || (byte > 0x39 && byte < 0x80) {
                    output.append(byte)
                    index += 1
                    continue
                }
                var end = digits(index)
                guard end > index else {
                    let length = TextScan.scalar(text, at: index).length
                    output.append(contentsOf: text[index..<(index + length)])
                    index += length
                    continue
                }
                if end < text.count {
                    let (scalar, length) = TextScan.scalar(text, at: end)
                    if [0x2E, 0x2C, 0x60C, 0x66B, 0x2396, 0x2397, 0x2398].contains(scalar) {
                        let next = digits(end + length)
                        if next > end + length { end = next }
                    }
                }
                output.append(UInt8(ascii: "0"))
                index = end
            }
        }
        bytes = output
    }

    /// Punctuation to spaces, then white space to single spaces with none at the ends.
    private func fold(_ bytes: inout [UInt8]) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        bytes.withUnsafeBufferPointer { text in
            var isPending = false
            var index = 0
            while index < text.count {
                let (scalar, length) = TextScan.scalar(text, at: index)
                let isSymbol = removesPunctuation && ScalarSet.symbols.contains(scalar)
                if foldsWhitespace, isSymbol || TextScan.spaceLength(text, at: index) > 0 {
                    isPending = true
                } else if isSymbol {
                    output.append(0x20)
                } else {
                    if isPending, !output.isEmpty { output.append(0x20) }
                    isPending = false
                    if length == 1 {
                        output.append(text[index])
                    } else {
                        output.append(contentsOf: text[index..<(index + length)])
                    }
                }
                index += length
            }
        }
        bytes = output
    }

    private static func removeMarks(_ bytes: inout [UInt8]) {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        bytes.withUnsafeBufferPointer { text in
            var index = 0
            while index < text.count {
                let (scalar, length) = TextScan.scalar(text, at: index)
                if scalar < 0x300 || !UnicodeText.isNonspacingMark(scalar) {
                    output.append(contentsOf: text[index..<(index + length)])
                }
                index += length
            }
        }
        bytes = output
    }

    private static func strip(_ bytes: inout [UInt8]) {
        let (start, end) = bytes.withUnsafeBufferPointer { text in
            let start = TextScan.skipSpaces(text, from: 0, to: text.count)
            return (start, TextScan.skipSpacesBack(text, from: start, to: text.count))
        }
        bytes.removeSubrange(end...)
        bytes.removeSubrange(..<start)
    }
}
