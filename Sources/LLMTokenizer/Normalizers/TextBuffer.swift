/// Text on its way through normalizers, with where each byte came from when someone wants to know.
struct TextBuffer {
    var bytes: [UInt8] = []
    /// For each byte, the part of the original text that it stands for; kept only while `tracksOrigins`.
    private(set) var starts: [Int32] = []
    private(set) var ends: [Int32] = []
    private(set) var tracksOrigins = false

    var count: Int { bytes.count }

    /// Becomes empty.
    mutating func reset(tracksOrigins: Bool) {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        self.tracksOrigins = tracksOrigins
    }

    /// Becomes a part of the original text, every scalar its own origin.
    mutating func assign(_ text: Bytes, _ span: Span, tracksOrigins: Bool) {
        reset(tracksOrigins: tracksOrigins)
        bytes.append(contentsOf: UnsafeBufferPointer(start: text + span.start, count: span.end - span.start))
        guard tracksOrigins else { return }
        var position = span.start
        while position < span.end {
            let length = UTF8Text.length(text[position])
            for _ in 0..<length {
                starts.append(Int32(truncatingIfNeeded: position))
                ends.append(Int32(truncatingIfNeeded: position + length))
            }
            position += length
        }
    }

    /// Where a byte came from.
    func origin(_ index: Int) -> Span {
        guard tracksOrigins, index >= 0, index < starts.count else { return Span(start: 0, end: 0) }
        return Span(start: Int(starts[index]), end: Int(ends[index]))
    }

    /// Appends a scalar that stands for what byte `index` of another buffer stands for.
    mutating func append(_ scalar: UInt32, from other: TextBuffer, at index: Int) {
        let before = bytes.count
        UTF8Text.append(scalar, to: &bytes)
        if tracksOrigins { appendOrigins(bytes.count - before, other.origin(index)) }
    }

    /// Appends a scalar of a text that is rewritten from left to right, of which `cursor` is what comes next.
    ///
    /// - Parameter change: 1 when it stands for what the one before it does; else how many scalars fewer there are by it, as
    ///   a negative number.
    mutating func append(
        _ scalar: UInt32, change: Int, of other: TextBuffer, _ base: Bytes, _ cursor: inout Int
    ) {
        guard change <= 0 else {
            append(scalar, from: other, at: max(cursor - 1, 0))
            return
        }
        append(scalar, from: other, at: cursor)
        for _ in 0...(-change) where cursor < other.count { cursor += UTF8Text.length(base[cursor]) }
    }

    /// Appends a byte that stands for what byte `index` of another buffer stands for.
    @inline(__always)
    mutating func append(byte: UInt8, from other: TextBuffer, at index: Int) {
        bytes.append(byte)
        if tracksOrigins { appendOrigins(1, other.origin(index)) }
    }

    /// Appends bytes that stand for what byte `index` of another buffer stands for.
    mutating func append(_ text: some Collection<UInt8>, from other: TextBuffer, at index: Int) {
        bytes += text
        if tracksOrigins { appendOrigins(text.count, other.origin(index)) }
    }

    /// Appends bytes that stand for a part of the original text.
    mutating func append(_ text: [UInt8], origin: Span) {
        bytes += text
        if tracksOrigins { appendOrigins(text.count, origin) }
    }

    /// Appends a part of another buffer as it is.
    mutating func append(_ range: Range<Int>, of other: TextBuffer) {
        bytes += other.bytes[range]
        if tracksOrigins {
            starts += other.starts[range]
            ends += other.ends[range]
        }
    }

    /// Removes bytes from the end.
    mutating func removeLast(_ count: Int) {
        bytes.removeLast(count)
        if tracksOrigins {
            starts.removeLast(count)
            ends.removeLast(count)
        }
    }

    private mutating func appendOrigins(_ count: Int, _ span: Span) {
        for _ in 0..<count {
            starts.append(Int32(truncatingIfNeeded: span.start))
            ends.append(Int32(truncatingIfNeeded: span.end))
        }
    }
}
