/// The characters that Python's `str.split()` splits at, found in UTF-8.
///
/// U+0009–000D, 001C–0020, 0085, 00A0, 1680, 2000–200A, 2028, 2029, 202F, 205F, 3000.
enum Whitespace {
    @inline(__always) static func isASCII(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) || (byte >= 0x1C && byte <= 0x1F)
    }

    static func contains(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            true
        default: false
        }
    }

    /// Bytes of the white space character at `index`, nil when there is none.
    @inline(__always) static func length(startingAt index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard index < bytes.count else { return nil }
        let byte = bytes[index]
        if byte < 0x80 { return isASCII(byte) ? 1 : nil }
        // No other first byte begins white space.
        guard byte == 0xC2 || (byte >= 0xE1 && byte <= 0xE3) else { return nil }
        return lengthBeyondASCII(startingAt: index, in: bytes)
    }

    private static func lengthBeyondASCII(startingAt index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let rest = bytes.count - index
        switch bytes[index] {
        case 0xC2 where rest >= 2:
            return bytes[index + 1] == 0x85 || bytes[index + 1] == 0xA0 ? 2 : nil
        case 0xE1 where rest >= 3:
            return bytes[index + 1] == 0x9A && bytes[index + 2] == 0x80 ? 3 : nil
        case 0xE2 where rest >= 3:
            let last = bytes[index + 2]
            if bytes[index + 1] == 0x80 {
                return last <= 0x8A || last == 0xA8 || last == 0xA9 || last == 0xAF ? 3 : nil
            }
            return bytes[index + 1] == 0x81 && last == 0x9F ? 3 : nil
        case 0xE3 where rest >= 3:
            return bytes[index + 1] == 0x80 && bytes[index + 2] == 0x80 ? 3 : nil
        default:
            return nil
        }
    }

    /// Bytes of the white space character that ends before `end`, nil when there is none.
    static func length(endingAt end: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard end > 0 else { return nil }
        if bytes[end - 1] < 0x80 { return isASCII(bytes[end - 1]) ? 1 : nil }
        for length in 2...3 where end >= length {
            if lengthBeyondASCII(startingAt: end - length, in: bytes) == length { return length }
        }
        return nil
    }

    /// Calls `body` with the range of every word between white space.
    @inline(__always) static func forEachWord(
        in bytes: UnsafeBufferPointer<UInt8>, _ body: (_ start: Int, _ end: Int) -> Void
    ) {
        var index = 0
        var start = -1
        while index < bytes.count {
            if let length = length(startingAt: index, in: bytes) {
                if start >= 0 { body(start, index) }
                start = -1
                index += length
            } else {
                if start < 0 { start = index }
                index += 1
            }
        }
        if start >= 0 { body(start, bytes.count) }
    }
}
