/// Rewrites a segment by Unicode scalars, in storage that is kept for the next segment.
struct ScalarRewriter: Sendable {
    private var source: [UInt32] = []
    private var target: [UInt32] = []

    /// Puts a space on both sides of the scalars that satisfy a condition.
    mutating func spaceOut(_ text: inout TextBuffer, where condition: (UInt32) -> Bool) {
        decode(text)
        target.removeAll(keepingCapacity: true)
        for scalar in source {
            if condition(scalar) {
                target.append(0x20)
                target.append(scalar)
                target.append(0x20)
            } else {
                target.append(scalar)
            }
        }
        swap(&source, &target)
        encode(into: &text)
    }

    /// Removes the scalars that satisfy a condition.
    mutating func remove(from text: inout TextBuffer, where condition: (UInt32) -> Bool) {
        decode(text)
        source.removeAll(where: condition)
        encode(into: &text)
    }

    /// The rules of mteval-v14.pl: punctuation is separated unless it stands between numbers, symbols always.
    mutating func splitInternational(_ text: inout TextBuffer) {
        decode(text)
        // (\P{N})(\p{P}) to "\1 \2 "
        rewritePairs { first, second in
            guard ScalarClass.of(second) == .punctuation, ScalarClass.of(first) != .number else { return nil }
            return (before: false, after: true)
        }
        // (\p{P})(\P{N}) to " \1 \2"
        rewritePairs { first, second in
            guard ScalarClass.of(first) == .punctuation, ScalarClass.of(second) != .number else { return nil }
            return (before: true, after: false)
        }
        encode(into: &text)
        // (\p{S}) to " \1 "
        spaceOut(&text) { ScalarClass.of($0) == .symbol }
    }

    /// Puts a space between, and before or after, the pairs that match, left to right; a matched pair is used up.
    private mutating func rewritePairs(_ match: (UInt32, UInt32) -> (before: Bool, after: Bool)?) {
        target.removeAll(keepingCapacity: true)
        var index = 0
        while index < source.count {
            if index + 1 < source.count, let spaces = match(source[index], source[index + 1]) {
                if spaces.before { target.append(0x20) }
                target.append(source[index])
                target.append(0x20)
                target.append(source[index + 1])
                if spaces.after { target.append(0x20) }
                index += 2
            } else {
                target.append(source[index])
                index += 1
            }
        }
        swap(&source, &target)
    }

    private mutating func decode(_ text: TextBuffer) {
        source.removeAll(keepingCapacity: true)
        text.withBytes { UTF8Decoding.append($0, to: &source) }
    }

    private func encode(into text: inout TextBuffer) {
        text.rewrite(limit: source.count * 4) { _, target in
            var length = 0
            for scalar in source { UTF8Decoding.write(scalar, to: target, at: &length) }
            return length
        }
    }
}

/// UTF-8 that is known to be well formed, as the bytes of a `String` are.
enum UTF8Decoding {
    static func append(_ bytes: UnsafeBufferPointer<UInt8>, to scalars: inout [UInt32]) {
        scalars.reserveCapacity(scalars.count + bytes.count)
        var index = 0
        while index < bytes.count {
            let first = UInt32(bytes[index])
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            guard index + length <= bytes.count else { return }
            var scalar = length == 1 ? first : first & (0x7F >> UInt32(length))
            for offset in 1..<max(1, length) { scalar = scalar << 6 | UInt32(bytes[index + offset] & 0x3F) }
            scalars.append(scalar)
            index += length
        }
    }

    static func write(_ scalar: UInt32, to target: UnsafeMutablePointer<UInt8>, at length: inout Int) {
        func put(_ byte: UInt32) {
            target[length] = UInt8(truncatingIfNeeded: byte)
            length += 1
        }
        if scalar < 0x80 {
            put(scalar)
        } else if scalar < 0x800 {
            put(0xC0 | scalar >> 6)
            put(0x80 | scalar & 0x3F)
        } else if scalar < 0x10000 {
            put(0xE0 | scalar >> 12)
            put(0x80 | scalar >> 6 & 0x3F)
            put(0x80 | scalar & 0x3F)
        } else {
            put(0xF0 | scalar >> 18)
            put(0x80 | scalar >> 12 & 0x3F)
            put(0x80 | scalar >> 6 & 0x3F)
            put(0x80 | scalar & 0x3F)
        }
    }
}

/// The general categories that tokenization rules speak of, by their first letter.
enum ScalarClass {
    case number, punctuation, symbol, other

    static func of(_ value: UInt32) -> ScalarClass {
        if value < 0x80 { return ascii[Int(value)] }
        guard let scalar = Unicode.Scalar(value) else { return .other }
        return of(scalar)
    }

    private static func of(_ scalar: Unicode.Scalar) -> ScalarClass {
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: .number
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            .punctuation
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: .symbol
        default: .other
        }
    }

    private static let ascii: [ScalarClass] = (0..<128).map { of(Unicode.Scalar(UInt8($0))) }
}
