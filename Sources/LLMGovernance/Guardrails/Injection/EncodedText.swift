/// Finds runs of encoded text and decodes those that say something.
enum EncodedText {
    struct Run {
        var encoding: String
        var range: Range<Int>
        var content: [UInt8]
    }

    private static let longestContent = 1 << 16

    static func runs(in text: UnsafeBufferPointer<UInt8>) -> [Run] {
        var runs: [Run] = []
        var offset = 0
        var start = 0
        var percents = 0
        var tags: [UInt8] = []
        var firstTag = 0
        while offset <= text.count {
            let byte = offset < text.count ? text[offset] : 0
            if kinds[Int(byte)] & 1 == 0 {
                if offset - start >= 16 { appendRun(text, start..<offset, &runs) }
                start = offset + 1
            }
            if byte == UInt8(ascii: "%") { percents += 1 }
            // Unicode tags: F3 A0 80 80 ... F3 A0 81 BF carry ASCII.
            if byte == 0xF3, offset + 3 < text.count, text[offset + 1] == 0xA0, text[offset + 2] & 0xFE == 0x80 {
                if tags.isEmpty { firstTag = offset }
                let tag = (text[offset + 2] & 1) << 6 | (text[offset + 3] & 0x3F)
                if tag >= 0x20, tag < 0x7F, tags.count < longestContent { tags.append(tag) }
                if tags.count == 1 { firstTag = offset }
            }
            offset += 1
        }
        if tags.count >= 6 { runs.append(Run(encoding: "tags", range: firstTag..<text.count, content: tags)) }
        if percents >= 6, text.count <= longestContent, let content = unescaped(text) {
            runs.append(Run(encoding: "percent", range: 0..<text.count, content: content))
        }
        runs += spacedDigits(text)
        return runs
    }

    /// Bit 0: base64 alphabet; bit 1: hexadecimal digit.
    private static let kinds: [UInt8] = (0..<256).map { byte in
        switch UInt8(byte) {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: 3
        case 0x47...0x5A, 0x67...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            1
        default: 0
        }
    }

    private static func appendRun(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ runs: inout [Run]) {
        let bytes = text[range].prefix(longestContent)
        if range.count >= 24, bytes.allSatisfy({ kinds[Int($0)] & 2 != 0 }) {
            if let content = readable(hexadecimal(Array(bytes))) {
                runs.append(Run(encoding: "hex", range: range, content: content))
            }
            return
        }
        // Prose has words in one case without digits; a path has slashes.
        let upper = bytes.contains { (0x41...0x5A).contains($0) }
        guard upper, let content = readable(base64(bytes)) else { return }
        runs.append(Run(encoding: "base64", range: range, content: content))
    }

    /// Bytes that are mostly readable ASCII or UTF-8; nil for the rest.
    private static func readable(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 8 else { return nil }
        let shown = bytes.count { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        return shown * 20 >= bytes.count * 19 ? bytes : nil
    }

    private static func base64(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            let value: UInt32
            switch byte {
            case 0x41...0x5A: value = UInt32(byte) - 0x41
            case 0x61...0x7A: value = UInt32(byte) - 0x61 + 26
            case 0x30...0x39: value = UInt32(byte) - 0x30 + 52
            case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
            default: continue
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return output
    }

    private static func hexadecimal(_ digits: [UInt8]) -> [UInt8] {
        stride(from: 0, to: digits.count - 1, by: 2).map { nibble(digits[$0]) << 4 | nibble(digits[$0 + 1]) }
    }

    private static func nibble(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit & 15 : digit & 15 + 9 }

    private static func unescaped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var offset = 0
        while offset < text.count {
            if text[offset] == UInt8(ascii: "%"), offset + 2 < text.count, kinds[Int(text[offset + 1])] & 2 != 0,
                kinds[Int(text[offset + 2])] & 2 != 0
            {
                output.append(nibble(text[offset + 1]) << 4 | nibble(text[offset + 2]))
                offset += 3
            } else {
                output.append(text[offset])
                offset += 1
            }
        }
        return output.count < text.count ? output : nil
    }

    /// "69 67 6e", "0x69 0x67", "\x69\x67" and "01101001 01100111".
    private static func spacedDigits(_ text: UnsafeBufferPointer<UInt8>) -> [Run] {
        var runs: [Run] = []
        var content: [UInt8] = []
        var first = 0
        var last = 0
        var binary = false
        func flush() {
            if content.count >= 8, let text = readable(content) {
                runs.append(Run(encoding: binary ? "binary" : "hex", range: first..<last, content: text))
            }
            content = []
        }
        var offset = 0
        while offset < text.count {
            guard kinds[Int(text[offset])] & 2 != 0,
                offset == 0 || !isWord(text[offset - 1]) || text[offset - 1] == 0x78
            else {
                let byte = text[offset]
                if !content.isEmpty, byte > 0x20, byte != 0x5C, byte != 0x78, byte != 0x2C, byte != 0x30 { flush() }
                offset += 1
                continue
            }
            var end = offset
            while end < text.count, kinds[Int(text[end])] & 2 != 0 { end += 1 }
            let count = end - offset
            let isBits = count == 8 && text[offset..<end].allSatisfy { $0 == 0x30 || $0 == 0x31 }
            let isBounded = end == text.count || !isWord(text[end])
            if isBits, isBounded, content.isEmpty || binary {
                if content.isEmpty { first = offset }
                binary = true
                content.append(text[offset..<end].reduce(0) { $0 << 1 | ($1 & 1) })
                last = end
            } else if count == 2, isBounded, content.isEmpty || !binary {
                if content.isEmpty { first = offset }
                binary = false
                content.append(nibble(text[offset]) << 4 | nibble(text[offset + 1]))
                last = end
            } else if !(count == 1 && text[offset] == 0x30 && end < text.count && text[end] == 0x78) {
                flush()
            }
            offset = max(end, offset + 1)
        }
        flush()
        return runs
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
