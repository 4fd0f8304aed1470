/// A string of a JSON document that still lies in the document: well-formed, but with its escapes.
///
/// Valid only while the bytes that were given to the reader are.
public struct JSONText {
    /// The bytes between the quotation marks, escapes not resolved.
    public let raw: UnsafeRawBufferPointer
    /// Whether there are escapes; if not, `raw` is the string.
    public let isEscaped: Bool

    /// Appends the string's UTF-8 bytes.
    public func append(to bytes: inout [UInt8]) {
        guard isEscaped else {
            bytes.append(contentsOf: raw)
            return
        }
        var position = 0
        while position < raw.count {
            let byte = raw[position]
            if byte == UInt8(ascii: "\\") {
                Self.appendEscape(raw, &position, to: &bytes)
            } else {
                bytes.append(byte)
                position += 1
            }
        }
    }

    /// A copy of the string's UTF-8 bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        append(to: &result)
        return result
    }

    /// The string.
    public var string: String {
        isEscaped ? String(decoding: bytes, as: UTF8.self) : String(decoding: raw, as: UTF8.self)
    }

    /// Whether the string has exactly these bytes.
    public static func == (text: JSONText, literal: StaticString) -> Bool {
        let expected = UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
        if text.isEscaped { return text.bytes.elementsEqual(expected) }
        return text.raw.count == expected.count && text.raw.elementsEqual(expected)
    }

    /// Lets a `switch` over a text use string literals.
    public static func ~= (literal: StaticString, text: JSONText) -> Bool { text == literal }

    /// Resolves one escape; the reader has checked that it is complete.
    private static func appendEscape(_ raw: UnsafeRawBufferPointer, _ position: inout Int, to bytes: inout [UInt8]) {
        let letter = raw[position + 1]
        position += 2
        switch letter {
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "u"):
            var code = hexadecimal(raw, position) ?? 0xFFFD
            position += 4
            if code & 0xFC00 == 0xD800 {
                let low = hexadecimal(raw, position + 2) ?? 0xDC00
                code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF)
                position += 6
            }
            appendUTF8(code, to: &bytes)
        default: bytes.append(letter)
        }
    }

    private static func appendUTF8(_ code: UInt32, to bytes: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | ((code >> shift) & 0x3F)) }
        switch code {
        case ..<0x80:
            bytes.append(UInt8(truncatingIfNeeded: code))
        case ..<0x800:
            bytes.append(UInt8(truncatingIfNeeded: 0xC0 | (code >> 6)))
            bytes.append(tail(0))
        case ..<0x10000:
            bytes.append(UInt8(truncatingIfNeeded: 0xE0 | (code >> 12)))
            bytes.append(tail(6))
            bytes.append(tail(0))
        default:
            bytes.append(UInt8(truncatingIfNeeded: 0xF0 | (code >> 18)))
            bytes.append(tail(12))
            bytes.append(tail(6))
            bytes.append(tail(0))
        }
    }

    /// Four hexadecimal digits at `position`; nil if there are not four.
    static func hexadecimal(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<(position + 4)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
