extension Encoding {
    /// Keeps so many tokens; the rest goes to `overflowing`, in parts that share `stride` tokens.
    mutating func truncate(to length: Int, stride: Int, side: Truncation.Side) {
        guard length < count else { return }
        guard length > 0 else {
            var rest = self
            rest.overflowing = []
            self = Encoding(ids: [])
            overflowing = [rest]
            return
        }
        // A stride as long as the part would never come to an end.
        let step = length - min(max(stride, 0), length - 1)
        var ranges: [Range<Int>] = []
        switch side {
        case .right:
            var start = 0
            while start < count {
                let stop = min(start + length, count)
                ranges.append(start..<stop)
                if stop == count { break }
                start += step
            }
        case .left:
            var stop = count
            while stop > 0 {
                let start = max(stop - length, 0)
                ranges.append(start..<stop)
                if start == 0 { break }
                stop -= step
            }
        }
        var first = slice(ranges[0])
        first.overflowing = ranges.dropFirst().map(slice)
        self = first
    }

    /// Cuts one text, or two together, to a length.
    static func truncate(_ first: inout Encoding, _ second: inout Encoding?, _ truncation: Truncation, _ length: Int) {
        let length = max(length, 0)
        // Where nothing fits, nothing stays, whatever the strategy.
        if length == 0 {
            first.truncate(to: 0, stride: truncation.stride, side: truncation.side)
            second?.truncate(to: 0, stride: truncation.stride, side: truncation.side)
            return
        }
        let total = first.count + (second?.count ?? 0)
        guard total > length else { return }
        let side = truncation.side
        let stride = truncation.stride
        let excess = total - length
        switch truncation.strategy {
        case .onlyFirst: first.truncate(to: max(first.count - excess, 0), stride: stride, side: side)
        case .onlySecond:
            let kept = max((second?.count ?? 0) - excess, 0)
            second?.truncate(to: kept, stride: stride, side: side)
        case .longestFirst:
            guard let other = second else {
                first.truncate(to: length, stride: stride, side: side)
                return
            }
            var shorter = min(first.count, other.count)
            var longer = shorter > length ? shorter : max(shorter, length - shorter)
            if shorter + longer > length {
                shorter = length / 2
                longer = shorter + length % 2
            }
            let isFirstLonger = first.count > other.count
            first.truncate(to: isFirstLonger ? longer : shorter, stride: stride, side: side)
            second?.truncate(to: isFirstLonger ? shorter : longer, stride: stride, side: side)
        }
    }

    /// Fills up with padding.
    mutating func pad(to length: Int, _ padding: Padding) {
        for index in overflowing.indices { overflowing[index].pad(to: length, padding) }
        guard count < length else { return }
        var filler = Encoding(ids: Array(repeating: padding.id, count: length - count))
        filler.typeIDs = Array(repeating: padding.typeID, count: filler.count)
        filler.specialTokensMask = Array(repeating: 1, count: filler.count)
        filler.attentionMask = Array(repeating: 0, count: filler.count)
        let overflow = overflowing
        switch padding.side {
        case .right: appendColumns(of: filler)
        case .left:
            filler.appendColumns(of: self)
            self = filler
        }
        overflowing = overflow
    }

    /// Fills several texts up to one length.
    static func pad(_ encodings: inout [Encoding], _ padding: Padding) {
        var length: Int
        switch padding.length {
        case .longest: length = encodings.map(\.count).max() ?? 0
        case .fixed(let fixed): length = fixed
        }
        if let multiple = padding.multiple, multiple > 0, length % multiple > 0 {
            length += multiple - length % multiple
        }
        for index in encodings.indices { encodings[index].pad(to: length, padding) }
    }
}

/// White space at the ends of a token that its offsets leave out.
struct OffsetTrimming: Sendable, Equatable {
    /// A space that was put in front of the text has no place in it to leave out.
    var keepsAddedSpace: Bool
    /// A special token has been put before the text already, so that its first token is not the first of all.
    var isBehindSpecial = false

    /// Trims an encoding and what overflows it, each for itself, as the reference does after truncation.
    ///
    /// - Parameters:
    ///   - text: what the offsets of a token of this word are into.
    ///   - addsSpecialTokens: whether special tokens are put in at all.
    ///   - token: what a token says, given what the text has there.
    func apply(
        _ encoding: inout Encoding, addsSpecialTokens: Bool, text textOfWord: (_ word: Int32) -> UnsafeRawBufferPointer,
        token: (TokenID, _ found: [UInt8]) -> [UInt8]
    ) {
        for index in encoding.overflowing.indices {
            apply(
                &encoding.overflowing[index], addsSpecialTokens: addsSpecialTokens, text: textOfWord, token: token)
        }
        let hasFirst = !(isBehindSpecial && addsSpecialTokens)
        for index in 0..<encoding.count {
            let text = textOfWord(encoding.words[index])
            guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { continue }
            var start = Int(encoding.starts[index])
            var end = min(Int(encoding.ends[index]), text.count)
            guard start <= end else { continue }
            let found = Array(UnsafeBufferPointer(start: base + start, count: end - start))
            let said = token(encoding.ids[index], found)
            var (leading, trailing) = Self.spaces(said)
            // One space at the front was added; more were there.
            if leading == 1, keepsAddedSpace, (index == 0 && hasFirst) || start == 0 { leading = 0 }
            for _ in 0..<leading where start < end { start += UTF8Text.length(base[start]) }
            for _ in 0..<trailing where end > start { end = UTF8Text.start(base, before: end) }
            encoding.starts[index] = Int32(truncatingIfNeeded: start)
            encoding.ends[index] = Int32(truncatingIfNeeded: max(start, end))
        }
    }

    /// How many scalars at either end are white space, or stand for a space in the byte alphabet.
    private static func spaces(_ text: [UInt8]) -> (leading: Int, trailing: Int) {
        var flags: [Bool] = []
        text.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress,
                UTF8Text.wellFormedPrefix(UnsafeRawBufferPointer(buffer)) == buffer.count
            else { return }
            var position = 0
            while position < buffer.count {
                let (scalar, length) = UTF8Text.scalar(base, at: position)
                flags.append(scalar == 0x120 || UnicodeData.shared.contains(scalar, .whiteSpace))
                position += length
            }
        }
        let leading = flags.prefix { $0 }.count
        let trailing = flags.reversed().prefix { $0 }.count
        return (leading, trailing)
    }
}
