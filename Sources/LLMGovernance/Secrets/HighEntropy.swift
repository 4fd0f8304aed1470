#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How random a string looks.
enum HighEntropy {
    /// Shorter strings cannot be told from words.
    static let shortest = 20
    static let longest = 512

    @inline(__always) static func isRunByte(_ byte: UInt8) -> Bool {
        ByteClass.isWord(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    /// Shannon's entropy in bits per character.
    static func bits(_ text: UnsafeBufferPointer<UInt8>) -> Double {
        guard text.count > 0 else { return 0 }
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { counts in
            counts.initialize(repeating: 0)
            for byte in text { counts[Int(byte)] += 1 }
            let total = Double(text.count)
            var sum = 0.0
            for count in counts where count > 0 { sum -= Double(count) / total * log2(Double(count) / total) }
            return sum
        }
    }

    struct Shape {
        var digits = 0
        var upper = 0
        var lower = 0
        var separators = 0
        var isHexadecimal = true
        /// Changes between letters of either case and digits, which words and names have few of.
        var changes = 0
    }

    static func shape(_ text: UnsafeBufferPointer<UInt8>) -> Shape {
        var shape = Shape()
        var last: UInt8 = 0
        for byte in text {
            let byteClass = ByteClass.of(byte) & ByteClass.word
            switch byteClass {
            case ByteClass.digit: shape.digits += 1
            case ByteClass.upper: shape.upper += 1
            case ByteClass.lower: shape.lower += 1
            default: shape.separators += 1
            }
            if !ByteClass.isHexadecimal(byte) { shape.isHexadecimal = false }
            if byteClass != last { shape.changes += 1 }
            last = byteClass
        }
        return shape
    }
}

extension SecretScan {
    /// A run of base 64 or hexadecimal characters that is too random for a word.
    mutating func highEntropy(_ range: Range<Int>) {
        guard range.count <= HighEntropy.longest else { return }
        var end = range.upperBound
        while end < count, end - range.upperBound < 2, bytes[end] == UInt8(ascii: "=") { end += 1 }
        let text = UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
        let shape = HighEntropy.shape(text)
        guard shape.digits >= 2, shape.upper + shape.lower >= 4 else { return }
        let before = range.lowerBound > 0 ? bytes[range.lowerBound - 1] : 0x20
        let after = end < count ? bytes[end] : 0x20
        let isQuoted =
            (before == UInt8(ascii: "\"") || before == UInt8(ascii: "'") || before == UInt8(ascii: "`"))
            && after == before
        let name = nameOnLine(before: range.lowerBound)
        if shape.isHexadecimal {
            // Digests are everywhere: only a name that says secret makes one of them a finding.
            guard range.count >= 32, HighEntropy.bits(text) > 3, name.isSecret, !name.isDigest else { return }
            add("HIGH_ENTROPY_STRING", range.lowerBound..<end, 0.6, "entropy-hexadecimal")
            return
        }
        guard shape.upper >= 2, shape.lower >= 2, shape.separators * 6 <= range.count,
            Double(shape.changes) >= 0.25 * Double(range.count), !name.isDigest
        else { return }
        let bits = HighEntropy.bits(text)
        guard bits >= (range.count >= 28 ? 4.3 : 3.9), !Placeholder.isPlaceholder(text) else { return }
        let score = name.isSecret ? 0.8 : isQuoted ? 0.55 : 0.4
        add("HIGH_ENTROPY_STRING", range.lowerBound..<end, score, "entropy-base64")
    }

    /// What the words before a value on its line, at most 48 bytes of them, say it is.
    private func nameOnLine(before start: Int) -> (isSecret: Bool, isDigest: Bool) {
        var isSecret = false
        var isDigest = false
        var index = start
        let floor = max(0, start - 48)
        while index > floor, bytes[index - 1] != 0x0A { index -= 1 }
        while index < start {
            if ByteClass.isLetter(bytes[index]) {
                let rest = start - index
                isSecret = isSecret || SecretNames.secretWords.contains { matches($0, at: index, within: rest) }
                isDigest = isDigest || SecretNames.digestWords.contains { matches($0, at: index, within: rest) }
            }
            index += 1
        }
        return (isSecret, isDigest)
    }

    func matches(_ word: [UInt8], at index: Int, within length: Int) -> Bool {
        guard word.count <= length, index + word.count <= count else { return false }
        for (offset, byte) in word.enumerated() where ByteClass.lowercased(bytes[index + offset]) != byte {
            return false
        }
        return true
    }
}
