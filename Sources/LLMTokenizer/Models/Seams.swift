/// Where a long text may be cut without changing what merges: between two scalars that follow each other in no token.
///
/// Vocabularies of the SentencePiece kind have no words, so a text of a megabyte is one word. Cutting it at seams
/// keeps merging linear, and makes pieces that a cache can know.
final class Seams: Sendable {
    /// Open addressing: both scalars of a pair that some token contains, packed; 0 is free.
    private let pairs: ConstantBuffer<UInt64>
    private let shift: UInt64
    private let mask: Int
    /// The same for ASCII and U+2581 alone, as a bitmap: most pairs of most texts.
    private let common: ConstantBuffer<Bool>

    init(_ vocabulary: Vocabulary) {
        var bits: UInt64 = 8
        // Most pairs come many times; the table grows when it gets half full.
        var table = [UInt64](repeating: 0, count: 1 << Int(bits))
        var used = 0
        for id in 0..<vocabulary.count {
            let token = vocabulary.bytes(of: TokenID(id))
            guard token.count > 1, let text = token.baseAddress else { continue }
            guard UTF8Text.wellFormedPrefix(UnsafeRawBufferPointer(token)) == token.count else { continue }
            var (previous, position) = UTF8Text.scalar(text, at: 0)
            while position < token.count {
                let (scalar, length) = UTF8Text.scalar(text, at: position)
                if Self.insert(Self.key(previous, scalar), into: &table, bits: bits) {
                    used += 1
                    if used * 2 > table.count {
                        bits += 2
                        var larger = [UInt64](repeating: 0, count: 1 << Int(bits))
                        for entry in table where entry != 0 { _ = Self.insert(entry, into: &larger, bits: bits) }
                        table = larger
                    }
                }
                previous = scalar
                position += length
            }
        }
        shift = 64 - bits
        mask = table.count - 1
        pairs = ConstantBuffer(table)
        var common = [Bool](repeating: false, count: 128 * 128)
        for key in table where key != 0 {
            let left = UInt32(truncatingIfNeeded: key >> 32) & 0x7FFF_FFFF
            let right = UInt32(truncatingIfNeeded: key)
            guard let first = Self.small(left), let second = Self.small(right) else { continue }
            common[first << 7 | second] = true
        }
        self.common = ConstantBuffer(common)
    }

    /// A number below 128 for the commonest scalars; U+2581 takes that of NUL.
    @inline(__always)
    private static func small(_ scalar: UInt32) -> Int? {
        if scalar == 0x2581 { return 0 }
        return scalar > 0 && scalar < 0x80 ? Int(scalar) : nil
    }

    @inline(__always)
    private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 {
        UInt64(left) << 32 | UInt64(right) | 1 << 63
    }

    private static func insert(_ key: UInt64, into table: inout [UInt64], bits: UInt64) -> Bool {
        var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> (64 - bits))
        while table[slot] != 0 {
            if table[slot] == key { return false }
            slot = (slot + 1) & (table.count - 1)
        }
        table[slot] = key
        return true
    }

    @inline(__always)
    private func contains(_ left: UInt32, _ right: UInt32) -> Bool {
        if let first = Self.small(left), let second = Self.small(right) { return common.pointer[first << 7 | second] }
        let key = Self.key(left, right)
        var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while true {
            let entry = pairs.pointer[slot]
            if entry == key { return true }
            if entry == 0 { return false }
            slot = (slot + 1) & mask
        }
    }

    /// The first seam behind `start`, or the end, of a text whose spaces stand for U+2581.
    @inline(__always)
    func nextMarkingSpaces(_ text: Bytes, from start: Int, _ end: Int) -> Int {
        let common = common.pointer
        var position = start
        var previous: UInt32 = 0
        // The row of `common` for the scalar before, -1 where it has none.
        var row = -1
        while position < end {
            let byte = text[position]
            if byte < 0x80, byte > 0 {
                let column = byte == 0x20 ? 0 : Int(byte)
                if row >= 0 {
                    if !common[row | column] { return position }
                } else if position > start, !contains(previous, byte == 0x20 ? 0x2581 : UInt32(byte)) {
                    return position
                }
                row = column << 7
                previous = byte == 0x20 ? 0x2581 : UInt32(byte)
                position += 1
            } else {
                let (scalar, length) = UTF8Text.scalar(text, at: position)
                if position > start, !contains(previous, scalar) { return position }
                row = -1
                previous = scalar
                position += length
            }
        }
        return end
    }

    /// The first seam behind `start`, or the end of the word.
    func next(_ word: Bytes, from start: Int, _ count: Int) -> Int {
        var (previous, length) = UTF8Text.scalar(word, at: start)
        var position = start + length
        while position < count {
            let scalar: UInt32
            (scalar, length) = UTF8Text.scalar(word, at: position)
            if !contains(previous, scalar) { return position }
            previous = scalar
            position += length
        }
        return count
    }
}
