/// Where a word may be cut without changing what merges: before a character that no token reaches over to from the one
/// before it. Byte-level counterpart of ``Seams``.
///
/// A token that covers a place holds up to two bytes on each side of it. All such windows of all tokens are marked in a
/// bitmap; a place none of whose windows is marked is a seam. Two windows may share a bit, which only loses a seam.
/// Long runs of ideographs become pieces that a cache can know, and merging stays linear.
final class ByteSeams: Sendable {
    private static let bits: UInt64 = 22
    private let bitmap: ConstantBuffer<UInt64>

    init(_ vocabulary: Vocabulary) {
        bitmap = ConstantBuffer(repeating: 0, count: 1 << Int(Self.bits - 6)) { map in
            for id in 0..<vocabulary.count {
                let token = vocabulary.bytes(of: TokenID(id))
                guard token.count > 1, let text = token.baseAddress else { continue }
                for place in 1..<token.count where text[place] & 0xC0 != 0x80 {
                    let slot = Self.slot(text, place, left: place > 1, right: place + 1 < token.count)
                    map[slot >> 6] |= 1 << UInt64(slot & 63)
                }
            }
        }
    }

    /// The window around a place, with one byte or two on each side.
    @inline(__always)
    private static func slot(_ text: Bytes, _ place: Int, left: Bool, right: Bool) -> Int {
        var key = UInt64(text[place - 1]) << 8 | UInt64(text[place]) << 16
        if left { key |= UInt64(text[place - 2]) | 1 << 32 }
        if right { key |= UInt64(text[place + 1]) << 24 | 1 << 33 }
        return Int((key &* 0x9E37_79B9_7F4A_7C15) >> (64 - bits))
    }

    @inline(__always)
    private func isMarked(_ slot: Int) -> Bool { bitmap.pointer[slot >> 6] >> UInt64(slot & 63) & 1 != 0 }

    /// The first seam behind `start`, or the end of the word.
    @inline(__always)
    func next(_ word: Bytes, from start: Int, _ count: Int) -> Int {
        var place = start + 1
        while place < count {
            if word[place] & 0xC0 != 0x80 {
                let left = place > 1
                let right = place + 1 < count
                let isSeam =
                    !isMarked(Self.slot(word, place, left: false, right: false))
                    && !(left && isMarked(Self.slot(word, place, left: true, right: false)))
                    && !(right && isMarked(Self.slot(word, place, left: false, right: true)))
                    && !(left && right && isMarked(Self.slot(word, place, left: true, right: true)))
                if isSeam { return place }
            }
            place += 1
        }
        return count
    }
}
