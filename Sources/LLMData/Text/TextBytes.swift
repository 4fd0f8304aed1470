#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Well-formed UTF-8 in memory, as stages look at it.
typealias TextBytes = UnsafeBufferPointer<UInt8>

/// White space and lines as Python's `str` sees them, found in UTF-8.
enum TextScan {
    /// The white space of `str.split`, `str.strip` and `\s`.
    @inline(__always) static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) || (byte >= 0x1C && byte <= 0x1F)
    }

    /// Bytes of the white space that begins at `index`; 0 when there is none.
    @inline(__always) static func spaceLength(_ text: TextBytes, at index: Int) -> Int {
        let byte = text[index]
        if byte < 0x80 { return isSpace(byte) ? 1 : 0 }
        return wideSpaceLength(text, at: index)
    }

    /// U+0085, 00A0, 1680, 2000–200A, 2028, 2029, 202F, 205F, 3000.
    private static func wideSpaceLength(_ text: TextBytes, at index: Int) -> Int {
        let rest = text.count - index
        switch text[index] {
        case 0xC2 where rest >= 2:
            return text[index + 1] == 0x85 || text[index + 1] == 0xA0 ? 2 : 0
        case 0xE1 where rest >= 3:
            return text[index + 1] == 0x9A && text[index + 2] == 0x80 ? 3 : 0
        case 0xE2 where rest >= 3:
            let last = text[index + 2]
            if text[index + 1] == 0x80 { return last <= 0x8A || last == 0xA8 || last == 0xA9 || last == 0xAF ? 3 : 0 }
            return text[index + 1] == 0x81 && last == 0x9F ? 3 : 0
        case 0xE3 where rest >= 3:
            return text[index + 1] == 0x80 && text[index + 2] == 0x80 ? 3 : 0
        default:
            return 0
        }
    }

    /// Where the text begins without leading white space.
    @inline(__always) static func skipSpaces(_ text: TextBytes, from start: Int, to end: Int) -> Int {
        var start = start
        while start < end {
            let length = spaceLength(text, at: start)
            if length == 0 { break }
            start += length
        }
        return min(start, end)
    }

    /// Where the text ends without trailing white space.
    @inline(__always) static func skipSpacesBack(_ text: TextBytes, from start: Int, to end: Int) -> Int {
        var end = end
        scan: while end > start {
            if text[end - 1] < 0x80 {
                guard isSpace(text[end - 1]) else { break }
                end -= 1
                continue
            }
            for length in 2...3 where end - length >= start && wideSpaceLength(text, at: end - length) == length {
                end -= length
                continue scan
            }
            break
        }
        return end
    }

    /// The place of the next `byte` in a part of the text; the end when there is none.
    @inline(__always) static func find(_ byte: UInt8, _ text: TextBytes, from start: Int, to end: Int) -> Int {
        guard start < end, let base = text.baseAddress, let found = memchr(base + start, Int32(byte), end - start)
        else {
            return end
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Whether two parts of memory are the same bytes.
    @inline(__always) static func isEqual(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        memcmp(a, b, count) == 0
    }

    /// Whether a part ends with these bytes.
    @inline(__always) static func hasSuffix(
        _ text: TextBytes, _ start: Int, _ end: Int, _ a: UInt8, _ b: UInt8, _ c: UInt8
    )
        -> Bool
    {
        end - start >= 3 && text[end - 1] == c && text[end - 2] == b && text[end - 3] == a
    }

    /// The scalar that begins at `index` and its length.
    @inline(__always) static func scalar(_ text: TextBytes, at index: Int) -> (value: UInt32, length: Int) {
        let lead = UInt32(text[index])
        if lead < 0x80 { return (lead, 1) }
        if lead < 0xE0 { return ((lead & 0x1F) << 6 | UInt32(text[index + 1] & 0x3F), 2) }
        let second = UInt32(text[index + 1] & 0x3F)
        let third = UInt32(text[index + 2] & 0x3F)
        if lead < 0xF0 { return ((lead & 0x0F) << 12 | second << 6 | third, 3) }
        return ((lead & 7) << 18 | second << 12 | third << 6 | UInt32(text[index + 3] & 0x3F), 4)
    }

    /// Where the scalar begins that ends at `end`.
    @inline(__always) static func scalarStart(_ text: TextBytes, before end: Int) -> Int {
        var start = end - 1
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// Number of scalars of a part of the text.
    @inline(__always) static func scalarCount(_ text: TextBytes, from start: Int, to end: Int) -> Int {
        var count = 0
        for index in start..<end { count &+= text[index] & 0xC0 == 0x80 ? 0 : 1 }
        return count
    }

    /// Bytes of the line end at `index` (`str.splitlines`); 0 when there is none.
    @inline(__always) static func lineEndLength(_ text: TextBytes, at index: Int) -> Int {
        let byte = text[index]
        if byte < 0x80 {
            if byte == 0x0D { return index + 1 < text.count && text[index + 1] == 0x0A ? 2 : 1 }
            return (byte >= 0x0A && byte <= 0x0C) || (byte >= 0x1C && byte <= 0x1E) ? 1 : 0
        }
        if byte == 0xC2 { return text[index + 1] == 0x85 ? 2 : 0 }
        if byte == 0xE2 { return text[index + 1] == 0x80 && text[index + 2] & 0xFE == 0xA8 ? 3 : 0 }
        return 0
    }

    /// Appends the lines of a text (`str.splitlines`).
    static func splitLines(_ text: TextBytes, into lines: inout WordSpans) {
        lines.removeAll()
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            // Bytes that may begin a line end: 0A-0D, 1C-1E, C2, E2.
            if byte >= 0x20, byte != 0xC2, byte != 0xE2 {
                index += 1
                continue
            }
            let length = lineEndLength(text, at: index)
            if length == 0 {
                index += 1
            } else {
                lines.append(start: start, end: index)
                index += length
                start = index
            }
        }
        if start < text.count { lines.append(start: start, end: text.count) }
    }

    /// Hash of a part of memory; for tables that compare the bytes as well.
    @inline(__always) static func hash(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(text)
        var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index &+ 8 <= count {
            hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < count {
            rest = rest << 8 | UInt64(text[index])
            index &+= 1
        }
        return mix(hash ^ rest)
    }

    @inline(__always) private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
