/// A compiled grammar: alternatives of rules as flat lists of elements over bytes.
///
/// Rule 0 is where a text begins. Working on bytes, it can stop and go on inside a character, as tokens do.
struct GrammarProgram: Sendable {
    /// One thing to read.
    enum Element: Sendable, Equatable {
        /// A byte out of a set.
        case bytes(Int32)
        /// What a rule says.
        case call(Int32)
        /// The end of an alternative.
        case end
    }

    /// 256 bits.
    typealias ByteSet = SIMD4<UInt64>

    /// Alternatives one behind the other, each closed by `end`.
    var elements: [Element] = []
    /// Where the alternatives of each rule begin.
    var alternatives: [[Int32]] = []
    /// The byte sets that elements name.
    var sets: [ByteSet] = []

    /// Whether a set has a byte.
    @inline(__always)
    static func contains(_ set: ByteSet, _ byte: UInt8) -> Bool {
        set[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
    }

    /// The set of some ranges.
    static func set(_ ranges: [ClosedRange<UInt8>]) -> ByteSet {
        var result = ByteSet()
        for range in ranges {
            for byte in range { result[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
        }
        return result
    }
}
