/// A Python `str` as templates see it: Unicode scalars, stored as valid UTF-8.
///
/// Equality, hashing and order go by scalar, never by grapheme or canonical equivalence.
struct JinjaText: Hashable, Sendable, Comparable, ExpressibleByStringLiteral {
    var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }
    init(_ slice: ArraySlice<UInt8>) { bytes = Array(slice) }
    init(_ string: String) { bytes = Array(string.utf8) }
    init(stringLiteral value: String) { bytes = Array(value.utf8) }

    init(scalars: some Sequence<Unicode.Scalar>) {
        bytes = []
        for scalar in scalars { append(scalar) }
    }

    var string: String { String(decoding: bytes, as: UTF8.self) }
    var isEmpty: Bool { bytes.isEmpty }

    /// Number of Unicode scalars (Python's `len`). O(bytes).
    var scalarCount: Int {
        bytes.withUnsafeBufferPointer { buffer in
            var count = 0
            for byte in buffer where byte & 0xC0 != 0x80 { count += 1 }
            return count
        }
    }

    var isASCII: Bool { bytes.withUnsafeBufferPointer { $0.allSatisfy { $0 < 0x80 } } }

    var scalars: [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let (scalar, length) = scalar(at: index)
            result.append(scalar)
            index += length
        }
        return result
    }

    /// The scalar that starts at a byte offset, and its length in bytes.
    func scalar(at index: Int) -> (Unicode.Scalar, Int) {
        let first = UInt32(bytes[index])
        if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard index + length <= bytes.count else { return ("\u{FFFD}", 1) }
        var value = length == 4 ? first & 0x07 : length == 3 ? first & 0x0F : first & 0x1F
        for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }

    /// The scalar that ends just before a byte offset, and its length in bytes.
    func scalar(before end: Int) -> (Unicode.Scalar, Int) {
        var start = end - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return (scalar(at: start).0, end - start)
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        switch value {
        case 0..<0x80: bytes.append(UInt8(value))
        case 0x80..<0x800:
            bytes.append(UInt8(0xC0 | value >> 6))
            bytes.append(UInt8(0x80 | value & 0x3F))
        case 0x800..<0x10000:
            bytes.append(UInt8(0xE0 | value >> 12))
            bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | value & 0x3F))
        default:
            bytes.append(UInt8(0xF0 | value >> 18))
            bytes.append(UInt8(0x80 | value >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | value & 0x3F))
        }
    }

    mutating func append(_ other: JinjaText) { bytes.append(contentsOf: other.bytes) }
    mutating func append(_ other: String) { bytes.append(contentsOf: other.utf8) }

    /// UTF-8 keeps the order of scalars, so bytes compare as Python compares strings.
    static func < (left: JinjaText, right: JinjaText) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    static func + (left: JinjaText, right: JinjaText) -> JinjaText {
        JinjaText(bytes: left.bytes + right.bytes)
    }
}

extension Unicode.Scalar {
    /// `str.isspace` of one scalar, which is also `\s` of Python's `re`.
    var isPythonWhitespace: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            true
        default: false
        }
    }

    /// `str.isprintable` of one scalar: what `repr` leaves as it is.
    var isPythonPrintable: Bool {
        if value == 0x20 { return true }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }
}
