/// The tokens of a text, a column for each thing known about them.
///
/// All columns are of the same length. A plain value; what was cut off stands in `overflowing`.
public struct Encoding: Sendable, Equatable {
    /// The tokens.
    public internal(set) var ids: [TokenID]
    /// 0 for the first text, 1 for the second, as the tokenizer's template says.
    public internal(set) var typeIDs: [Int32]
    /// Which word of its text a token belongs to; -1 for tokens that are in no text.
    public internal(set) var words: [Int32]
    /// Where a token begins in its text, in bytes of UTF-8.
    public internal(set) var starts: [Int32]
    /// Where a token ends in its text, in bytes of UTF-8.
    public internal(set) var ends: [Int32]
    /// 1 for tokens that the tokenizer put in, 0 for those of the text.
    public internal(set) var specialTokensMask: [UInt8]
    /// 0 for padding, 1 for everything else.
    public internal(set) var attentionMask: [UInt8]
    /// Which text a token is of: 0, 1, or -1 for neither.
    public internal(set) var sequences: [Int8]
    /// What truncation cut off, in parts of the same length.
    public internal(set) var overflowing: [Encoding] = []

    /// Tokens of which nothing is known but their ids.
    public init(ids: [TokenID]) {
        let count = ids.count
        self.ids = ids
        typeIDs = Array(repeating: 0, count: count)
        words = Array(repeating: -1, count: count)
        starts = typeIDs
        ends = typeIDs
        specialTokensMask = Array(repeating: 0, count: count)
        attentionMask = Array(repeating: 1, count: count)
        sequences = Array(repeating: -1, count: count)
    }

    /// How many tokens.
    public var count: Int { ids.count }

    /// Offsets in Unicode scalars instead of bytes, given the text they are of.
    public func scalarOffsets(in text: UnsafeRawBufferPointer, sequence: Int = 0) -> [Range<Int>] {
        var scalarAt = [Int32](repeating: 0, count: text.count + 1)
        var scalars: Int32 = -1
        for index in 0..<text.count {
            if text[index] & 0xC0 != 0x80 { scalars += 1 }
            scalarAt[index] = max(scalars, 0)
        }
        scalarAt[text.count] = scalars + 1
        return (0..<count).map { index in
            guard Int(sequences[index]) == sequence, Int(ends[index]) <= text.count else { return 0..<0 }
            let start = Int(scalarAt[Int(starts[index])])
            let end = Int(ends[index]) == 0 ? 0 : Int(scalarAt[Int(ends[index]) - 1]) + 1
            return starts[index] == ends[index] ? start..<start : start..<max(start, end)
        }
    }

    /// The tokens in a range, without overflow.
    func slice(_ range: Range<Int>) -> Encoding {
        var part = Encoding(ids: Array(ids[range]))
        part.typeIDs = Array(typeIDs[range])
        part.words = Array(words[range])
        part.starts = Array(starts[range])
        part.ends = Array(ends[range])
        part.specialTokensMask = Array(specialTokensMask[range])
        part.attentionMask = Array(attentionMask[range])
        part.sequences = Array(sequences[range])
        return part
    }

    /// Appends the columns of another encoding, not its overflow.
    mutating func appendColumns(of other: Encoding) {
        ids += other.ids
        typeIDs += other.typeIDs
        words += other.words
        starts += other.starts
        ends += other.ends
        specialTokensMask += other.specialTokensMask
        attentionMask += other.attentionMask
        sequences += other.sequences
    }

    /// Appends another encoding; every combination of what was cut off on either side overflows.
    mutating func append(_ other: Encoding) {
        var overflow: [Encoding] = []
        func joined(_ left: Encoding, _ right: Encoding) -> Encoding {
            var result = left
            result.overflowing = []
            result.appendColumns(of: right)
            return result
        }
        for part in overflowing {
            overflow.append(joined(part, other))
            for rest in other.overflowing { overflow.append(joined(part, rest)) }
        }
        for rest in other.overflowing { overflow.append(joined(self, rest)) }
        appendColumns(of: other)
        overflowing = overflow
    }
}

/// What to do besides finding tokens.
public struct EncodingOptions: Sendable, Equatable {
    /// Put in what the model expects around a text.
    public var addsSpecialTokens: Bool
    /// Read special tokens written in the text as such.
    public var parsesSpecialTokens: Bool
    /// Cut to a length; nil for never.
    public var truncation: Truncation?
    /// Fill up to a length; nil for never.
    public var padding: Padding?

    /// By default special tokens are added and read, and lengths are left as they are.
    public init(
        addsSpecialTokens: Bool = true, parsesSpecialTokens: Bool = true, truncation: Truncation? = nil,
        padding: Padding? = nil
    ) {
        self.addsSpecialTokens = addsSpecialTokens
        self.parsesSpecialTokens = parsesSpecialTokens
        self.truncation = truncation
        self.padding = padding
    }
}
