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

    func apply(_ encoding: inout Encoding, token: (TokenID) -> [UInt8]) {
        for index in 0..<encoding.count {
            let text = token(encoding.ids[index])
            var (leading, trailing) = Self.spaces(text)
            if leading > 0 {
                if index == 0 || encoding.starts[index] == 0, keepsAddedSpace { leading -= 1 }
                encoding.starts[index] = min(encoding.starts[index] + leading, encoding.ends[index])
            }
            if trailing > 0, encoding.ends[index] >= trailing {
                encoding.ends[index] = max(encoding.ends[index] - trailing, encoding.starts[index])
            }
            trailing = 0
        }
    }

    /// How many scalars at either end are white space, or stand for a space in the byte alphabet.
    private static func spaces(_ text: [UInt8]) -> (Int32, Int32) {
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
        return (Int32(leading), Int32(trailing))
    }
}
