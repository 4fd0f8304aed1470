internal import CLLMKernels

typealias Bytes = UnsafePointer<UInt8>

extension UTF8Text {
    /// The scalar that begins at `position` of well-formed text, and its length.
    @inline(__always)
    static func scalar(_ text: Bytes, at position: Int) -> (value: UInt32, length: Int) {
        let lead = UInt32(text[position])
        if lead < 0x80 { return (lead, 1) }
        if lead < 0xE0 { return ((lead & 0x1F) << 6 | UInt32(text[position + 1] & 0x3F), 2) }
        if lead < 0xF0 {
            let high = (lead & 0x0F) << 12 | UInt32(text[position + 1] & 0x3F) << 6
            return (high | UInt32(text[position + 2] & 0x3F), 3)
        }
        let high = (lead & 0x07) << 18 | UInt32(text[position + 1] & 0x3F) << 12
        return (high | UInt32(text[position + 2] & 0x3F) << 6 | UInt32(text[position + 3] & 0x3F), 4)
    }

    /// How long the scalar is that begins with this byte of well-formed text.
    @inline(__always)
    static func length(_ lead: UInt8) -> Int {
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }

    /// Where the scalar begins that ends before `position` of well-formed text.
    @inline(__always)
    static func start(_ text: Bytes, before position: Int) -> Int {
        var start = position - 1
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    /// The length of the well-formed prefix.
    static func wellFormedPrefix(_ text: UnsafeRawBufferPointer, from start: Int = 0) -> Int {
        let rest = text.count - start
        guard rest >= 64, let base = text.baseAddress else { return wellFormedPrefix(plainly: text, from: start) }
        let sure = llmk_well_formed((base + start).assumingMemoryBound(to: UInt8.self), Int64(rest))
        return wellFormedPrefix(plainly: text, from: start + Int(sure))
    }

    /// The same, character by character.
    static func wellFormedPrefix(plainly text: UnsafeRawBufferPointer, from start: Int = 0) -> Int {
        var position = start
        let count = text.count
        while position < count {
            while position + 8 <= count,
                text.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                position += 8
            }
            guard position < count else { break }
            let lead = text[position]
            if lead < 0x80 {
                position += 1
                continue
            }
            let length = expectedLength(lead)
            guard length > 1, position + length <= count, isValidSecond(lead, text[position + 1]) else {
                return position
            }
            if length > 2, text[position + 2] & 0xC0 != 0x80 { return position }
            if length > 3, text[position + 3] & 0xC0 != 0x80 { return position }
            position += length
        }
        return count
    }

    /// How long the maximal ill-formed part is that begins at `position`, where no scalar begins.
    private static func illFormedLength(_ text: UnsafeRawBufferPointer, at position: Int) -> Int {
        let lead = text[position]
        let length = expectedLength(lead)
        guard length > 1, position + 1 < text.count, isValidSecond(lead, text[position + 1]) else { return 1 }
        var end = position + 2
        while end < position + length, end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        return end - position
    }

    /// The text with U+FFFD for each maximal ill-formed part.
    static func repaired(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 16)
        var position = 0
        while position < text.count {
            let end = wellFormedPrefix(text, from: position)
            result.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[position..<end]))
            guard end < text.count else { break }
            result.append(contentsOf: [0xEF, 0xBF, 0xBD])
            position = end + illFormedLength(text, at: end)
        }
        return result
    }

    /// A scalar by itself.
    static func bytes(of scalar: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        append(scalar, to: &bytes)
        return bytes
    }

    /// Appends a scalar.
    static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        if scalar < 0x80 {
            bytes.append(UInt8(scalar))
        } else if scalar < 0x800 {
            bytes.append(UInt8(0xC0 | scalar >> 6))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        } else if scalar < 0x10000 {
            bytes.append(UInt8(0xE0 | scalar >> 12))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        } else {
            bytes.append(UInt8(0xF0 | scalar >> 18 & 0x07))
            bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}
