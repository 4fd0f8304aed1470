/// The character map of a SentencePiece model (`precompiled_charsmap`): a double array and replacement texts.
///
/// Format as darts-clone writes it: a length, 32-bit units of that many bytes, then texts that end with a zero byte.
final class PrecompiledCharacterMap: Sendable {
    private let units: ConstantBuffer<UInt32>
    private let texts: ConstantBuffer<UInt8>

    /// Nil when the blob is damaged.
    init?(_ blob: [UInt8]) {
        guard blob.count >= 4 else { return nil }
        func word(_ offset: Int) -> UInt32 {
            UInt32(blob[offset]) | UInt32(blob[offset + 1]) << 8 | UInt32(blob[offset + 2]) << 16
                | UInt32(blob[offset + 3]) << 24
        }
        let size = Int(word(0))
        guard size % 4 == 0, size <= blob.count - 4 else { return nil }
        units = ConstantBuffer((0..<(size / 4)).map { word(4 + 4 * $0) })
        let texts = Array(blob[(4 + size)...])
        guard texts.withUnsafeBytes({ UTF8Text.wellFormedPrefix($0) }) == texts.count else { return nil }
        self.texts = ConstantBuffer(texts)
    }

    private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 1 << 9) >> 6)) }

    /// Lengths and text positions of the keys that `text[start..<end]` begins with, shortest first.
    private func forEachPrefix(_ text: Bytes, _ start: Int, _ end: Int, _ body: (Int, Int) -> Void) {
        guard units.count > 0 else { return }
        var node = Self.offset(units[0])
        var position = start
        while position < end, text[position] != 0 {
            let byte = text[position]
            node ^= Int(byte)
            guard node < units.count else { return }
            let unit = units[node]
            guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return }
            position += 1
            node ^= Self.offset(unit)
            guard node < units.count else { return }
            if unit >> 8 & 1 == 1 { body(position - start, Int(units[node] & 0x7FFF_FFFF)) }
        }
    }

    /// Whether there are keys that begin with all of a text.
    func hasLonger(_ text: Bytes, _ count: Int) -> Bool {
        guard units.count > 0 else { return false }
        var node = Self.offset(units[0])
        for index in 0..<count {
            node ^= Int(text[index])
            guard text[index] != 0, node < units.count else { return false }
            let unit = units[node]
            guard unit & (1 << 31 | 0xFF) == UInt32(text[index]) else { return false }
            node ^= Self.offset(unit)
        }
        return true
    }

    private func replacement(at position: Int) -> UnsafeBufferPointer<UInt8>? {
        guard position < texts.count, texts[position] & 0xC0 != 0x80 else { return nil }
        var end = position
        while end < texts.count, texts[end] != 0 { end += 1 }
        return UnsafeBufferPointer(start: texts.pointer + position, count: end - position)
    }

    /// The replacement of the longest key that the text begins with, and how long that is (SentencePiece).
    func longest(_ text: Bytes, _ start: Int, _ end: Int) -> (length: Int, text: UnsafeBufferPointer<UInt8>)? {
        var best: (Int, Int)?
        forEachPrefix(text, start, end) { best = ($0, $1) }
        guard let (length, position) = best, let text = replacement(at: position) else { return nil }
        return (length, text)
    }

    /// The replacement of the shortest key, wherever in the text it ends (the `tokenizers` library). It is part of the map.
    func shortest(_ text: Bytes, _ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8>? {
        var first: Int?
        forEachPrefix(text, start, end) { if first == nil { first = $1 } }
        return first.flatMap(replacement)
    }
}
