extension JSONReader {
    /// Reads a string; `expected` says what it should be in errors.
    mutating func readString(_ expected: @autoclosure () -> String) throws(JSONError) -> JSONText {
        guard try peek(expected()) == UInt8(ascii: "\"") else { throw unexpected(expected()) }
        let start = offset + 1
        var position = start
        var isEscaped = false
        while true {
            position = Self.endOfPlainText(bytes, from: position)
            guard position < bytes.count else {
                offset = bytes.count
                throw unexpected("'\"' at the end of the string that starts at byte \(start - 1)")
            }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                offset = position + 1
                return JSONText(raw: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), isEscaped: isEscaped)
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
                position += try escapeLength(at: position)
            } else if byte >= 0x80 {
                let length = Self.sequenceLength(bytes, at: position)
                guard length > 0 else {
                    throw error(.encoding, at: position, expected: "UTF-8", found: "byte 0x\(String(byte, radix: 16))")
                }
                position += length
            } else {
                offset = position
                throw unexpected("an escape in place of a control character")
            }
        }
    }

    /// The first position from `start` that holds a quotation mark, a backslash, a control character or a byte of a
    /// longer UTF-8 sequence. Looks at eight bytes at a time: subtracting from each lane sets its high bit exactly
    /// when the lane is the byte looked for, up to the first lane that is.
    @inline(__always)
    private static func endOfPlainText(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        guard let base = bytes.baseAddress else { return start }
        let count = bytes.count
        var position = start
        while position &+ 8 <= count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let control = word &- ones &* 0x20
            let quote = (word ^ (ones &* 0x22)) &- ones
            let backslash = (word ^ (ones &* 0x5C)) &- ones
            let hits = (control | quote | backslash | word) & (ones &* 0x80)
            if hits != 0 { return position &+ hits.trailingZeroBitCount / 8 }
            position &+= 8
        }
        while position < count {
            let byte = base.load(fromByteOffset: position, as: UInt8.self)
            if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { break }
            position &+= 1
        }
        return position
    }

    /// Bytes of the well-formed UTF-8 sequence of two to four bytes at `position`; 0 if there is none.
    /// Source: Unicode Standard, table 3-7.
    private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
        func byte(_ index: Int) -> UInt8 { position + index < bytes.count ? bytes[position + index] : 0 }
        func isTail(_ index: Int) -> Bool { byte(index) & 0xC0 == 0x80 }
        let second = byte(1)
        switch byte(0) {
        case 0xC2...0xDF: return isTail(1) ? 2 : 0
        case 0xE0: return (0xA0...0xBF).contains(second) && isTail(2) ? 3 : 0
        case 0xE1...0xEC, 0xEE...0xEF: return isTail(1) && isTail(2) ? 3 : 0
        case 0xED: return (0x80...0x9F).contains(second) && isTail(2) ? 3 : 0
        case 0xF0: return (0x90...0xBF).contains(second) && isTail(2) && isTail(3) ? 4 : 0
        case 0xF1...0xF3: return isTail(1) && isTail(2) && isTail(3) ? 4 : 0
        case 0xF4: return (0x80...0x8F).contains(second) && isTail(2) && isTail(3) ? 4 : 0
        default: return 0
        }
    }

    /// Bytes of the escape at `position`: 2, 6, or 12 for a surrogate pair.
    private func escapeLength(at position: Int) throws(JSONError) -> Int {
        let letter = position + 1 < bytes.count ? bytes[position + 1] : 0
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard let code = JSONText.hexadecimal(bytes, position + 2) else { break }
            guard code & 0xF800 == 0xD800 else { return 6 }
            if code < 0xDC00, position + 7 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
                bytes[position + 7] == UInt8(ascii: "u"), let low = JSONText.hexadecimal(bytes, position + 8),
                low & 0xFC00 == 0xDC00
            {
                return 12
            }
            throw error(
                .encoding, at: position, expected: "a surrogate pair",
                found: "half of one, \\u" + String(code, radix: 16))
        default:
            break
        }
        throw error(
            .syntax, at: position, expected: "an escape: one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX",
            found: "another one")
    }
}
