/// Where the words, lines or sentences of a text lie, as offsets of its UTF-8 bytes.
public struct WordSpans: Sendable, Equatable {
    /// Offset of each one's first byte.
    public private(set) var starts: [Int32] = []
    /// Offset of the byte after each one's last.
    public private(set) var ends: [Int32] = []

    /// No spans.
    public init() {}

    /// How many there are.
    public var count: Int { starts.count }

    /// One span.
    public subscript(index: Int) -> Range<Int> { Int(starts[index])..<max(Int(starts[index]), Int(ends[index])) }

    /// Adds a span; offsets are below 2 GiB.
    @inline(__always) public mutating func append(start: Int, end: Int) {
        starts.append(Int32(truncatingIfNeeded: start))
        ends.append(Int32(truncatingIfNeeded: end))
    }

    /// Forgets all spans and keeps the memory.
    public mutating func removeAll() {
        starts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}
