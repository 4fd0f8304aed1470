/// The normalizer inside SentencePiece: character map, white space folded, a space in front, spaces marked.
struct SentencePieceNormalizer: Sendable {
    var map: PrecompiledCharacterMap?
    var addsSpace = true
    var addsSpaceBehind = false
    var foldsSpaces = true
    var marksSpaces = true
    /// Marks that end the text go when spaces are folded, those written in the text too (SentencePiece itself).
    var dropsMarksAtEnd = false
    /// Texts that stay as they are.
    var literals: ByteTrie?

    func apply(_ text: inout TextBuffer, spare: inout TextBuffer) {
        let space: [UInt8] = marksSpaces ? [0xE2, 0x96, 0x81] : [0x20]
        spare.reset(tracksOrigins: text.tracksOrigins)
        var isInWord = false
        var hasSpace = false
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            func emit(_ bytes: UnsafeBufferPointer<UInt8>, _ origin: Int) {
                for byte in bytes {
                    if byte == 0x20 {
                        isInWord = false
                        if !foldsSpaces { spare.append(space, from: text, at: origin) }
                        continue
                    }
                    if !isInWord {
                        isInWord = true
                        let isFirst = !hasSpace
                        if (addsSpace && !addsSpaceBehind && isFirst) || (foldsSpaces && (!isFirst || spare.count > 0))
                        {
                            spare.append(space, from: text, at: origin)
                        }
                        hasSpace = true
                    }
                    spare.append(byte: byte, from: text, at: origin)
                }
            }
            if addsSpace, !addsSpaceBehind, !foldsSpaces {
                spare.append(space, from: text, at: 0)
                hasSpace = true
            }
            var position = 0
            while position < buffer.count {
                if let (_, length) = literals?.longest(base, position, buffer.count) {
                    emit(UnsafeBufferPointer(start: base + position, count: length), position)
                    position += length
                } else if let (length, replacement) = map?.longest(base, position, buffer.count) {
                    emit(replacement, position)
                    position += length
                } else {
                    let length = UTF8Text.length(base[position])
                    emit(UnsafeBufferPointer(start: base + position, count: length), position)
                    position += length
                }
            }
        }
        // A text of marks alone gets its mark behind all the same.
        let hasText = spare.count > 0
        if dropsMarksAtEnd, foldsSpaces {
            while spare.bytes.suffix(space.count).elementsEqual(space) { spare.removeLast(space.count) }
        }
        if addsSpaceBehind, addsSpace, hasText { spare.append(space, from: text, at: text.count - 1) }
        swap(&text, &spare)
    }
}
