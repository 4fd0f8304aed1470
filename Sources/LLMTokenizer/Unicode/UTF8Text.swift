/// UTF-8 by hand: no `Character`, no `String`.
enum UTF8Text {
    /// The length of the longest prefix that does not end inside a character that could still become complete.
    static func completePrefix(of bytes: [UInt8]) -> Int {
        var start = bytes.count
        var steps = 0
        while start > 0, steps < 4 {
            start -= 1
            steps += 1
            if bytes[start] & 0xC0 != 0x80 { break }
        }
        guard steps > 0 else { return 0 }
        let incomplete = bytes[start...].withUnsafeBufferPointer { tail in
            isIncomplete(UnsafeRawBufferPointer(tail))
        }
        return incomplete ? start : bytes.count
    }

    /// Whether the bytes are the beginning of one character and lack only further continuation bytes.
    static func isIncomplete(_ tail: UnsafeRawBufferPointer) -> Bool {
        guard let lead = tail.first else { return false }
        let needed = expectedLength(lead)
        guard needed > 1, tail.count < needed else { return false }
        if tail.count >= 2, !isValidSecond(lead, tail[1]) { return false }
        if tail.count >= 3, tail[2] & 0xC0 != 0x80 { return false }
        return true
    }

    /// How long a character is that begins with this byte; 0 when none does.
    @inline(__always)
    static func expectedLength(_ lead: UInt8) -> Int {
        if lead < 0x80 { return 1 }
        if lead < 0xC2 { return 0 }
        if lead < 0xE0 { return 2 }
        if lead < 0xF0 { return 3 }
        return lead < 0xF5 ? 4 : 0
    }

    /// Table 3-7 of the Unicode standard: which second byte may follow a lead byte.
    @inline(__always)
    static func isValidSecond(_ lead: UInt8, _ second: UInt8) -> Bool {
        switch lead {
        case 0xE0: second >= 0xA0 && second <= 0xBF
        case 0xED: second >= 0x80 && second <= 0x9F
        case 0xF0: second >= 0x90 && second <= 0xBF
        case 0xF4: second >= 0x80 && second <= 0x8F
        default: second & 0xC0 == 0x80
        }
    }
}
