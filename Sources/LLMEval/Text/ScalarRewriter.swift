/// Rewrites a segment by Unicode scalars, in storage that is kept for the next segment.
struct ScalarRewriter: Sendable {
    private var source: [UInt32] = []
    private var target: [UInt32] = []
    private var classes = ScalarPages(ScalarClass.flags(of:))

    /// Puts a space on both sides of the scalars that satisfy a condition.
    @inline(__always) mutating func spaceOut(_ text: inout TextBuffer, where condition: (UInt32) -> Bool) {
        decode(text)
        text.rewrite(limit: source.count * 6) { _, target in
            var length = 0
            for scalar in source {
                let isApart = condition(scalar)
                if isApart { UTF8Decoding.write(0x20, to: target, at: &length) }
                UTF8Decoding.write(scalar, to: target, at: &length)
                if isApart { UTF8Decoding.write(0x20, to: target, at: &length) }
            }
            return length
        }
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
        for index in source.indices { source[index] |= classes.entry(of: source[index]) }
        // (\P{N})(\p{P}) to "\1 \2 "
        rewritePairs { first, second in
            ScalarClass.isPunctuation(second) && !ScalarClass.isNumber(first) ? (before: false, after: true) : nil
        }
        // (\p{P})(\P{N}) to " \1 \2"
        rewritePairs { first, second in
            ScalarClass.isPunctuation(first) && !ScalarClass.isNumber(second) ? (before: true, after: false) : nil
        }
        // (\p{S}) to " \1 "
        text.rewrite(limit: source.count * 6) { _, target in
            var length = 0
            for scalar in source {
                if ScalarClass.isSymbol(scalar) { UTF8Decoding.write(0x20, to: target, at: &length) }
                UTF8Decoding.write(scalar & ScalarClass.scalarMask, to: target, at: &length)
                if ScalarClass.isSymbol(scalar) { UTF8Decoding.write(0x20, to: target, at: &length) }
            }
            return length
        }
    }

    /// Puts a space between, and before or after, the pairs that match, left to right; a matched pair is used up.
    @inline(__always) private mutating func rewritePairs(_ match: (UInt32, UInt32) -> (before: Bool, after: Bool)?) {
        let count = source.count
        // A pair becomes four scalars.
        Self.grow(&target, to: 2 * count)
        let length = source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                var length = 0
                @inline(__always) func put(_ scalar: UInt32) {
                    target[length] = scalar
                    length &+= 1
                }
                var index = 0
                while index &+ 1 < count {
                    if let spaces = match(source[index], source[index &+ 1]) {
                        if spaces.before { put(0x20) }
                        put(source[index])
                        put(0x20)
                        put(source[index &+ 1])
                        if spaces.after { put(0x20) }
                        index &+= 2
                    } else {
                        put(source[index])
                        index &+= 1
                    }
                }
                if index < count { put(source[index]) }
                return length
            }
        }
        target.removeLast(target.count - length)
        swap(&source, &target)
    }

    private static func grow(_ array: inout [UInt32], to count: Int) {
        if array.count < count { array.append(contentsOf: repeatElement(0, count: count - array.count)) }
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
        let start = scalars.count
        scalars.append(contentsOf: repeatElement(0, count: bytes.count))
        let count = scalars.withUnsafeMutableBufferPointer { scalars in
            decode(bytes, to: UnsafeMutableBufferPointer(rebasing: scalars[start...]))
        }
        scalars.removeLast(scalars.count - start - count)
    }

    /// Writes the scalars to room for one per byte; returns how many there are.
    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, to scalars: UnsafeMutableBufferPointer<UInt32>
    ) -> Int {
        var count = 0
        var index = 0
        while index < bytes.count {
            let first = UInt32(bytes[index])
            if first < 0x80 {
                scalars[count] = first
                index &+= 1
            } else {
                let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
                guard index &+ length <= bytes.count else { break }
                var scalar = first & (0x7F >> UInt32(length))
                for offset in 1..<length { scalar = scalar << 6 | UInt32(bytes[index &+ offset] & 0x3F) }
                scalars[count] = scalar
                index &+= length
            }
            count &+= 1
        }
        return count
    }

    @inline(__always) static func write(
        _ scalar: UInt32, to target: UnsafeMutablePointer<UInt8>, at length: inout Int
    ) {
        if scalar < 0x80 {
            target[length] = UInt8(truncatingIfNeeded: scalar)
            length &+= 1
        } else {
            writeLong(scalar, to: target, at: &length)
        }
    }

    private static func writeLong(
        _ scalar: UInt32, to target: UnsafeMutablePointer<UInt8>, at length: inout Int
    ) {
        func put(_ byte: UInt32) {
            target[length] = UInt8(truncatingIfNeeded: byte)
            length += 1
        }
        if scalar < 0x800 {
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
