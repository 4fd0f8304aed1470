/// How a text, or a pair, is cut to a length.
public struct Truncation: Sendable, Equatable {
    /// Which of two texts loses tokens.
    public enum Strategy: Sendable, Equatable { case longestFirst, onlyFirst, onlySecond }
    /// At which end.
    public enum Side: Sendable, Equatable { case left, right }

    /// The most tokens, special ones included.
    public var maximumLength: Int
    /// How many tokens the overflowing parts share with the part before.
    public var stride: Int
    /// Which of two texts loses tokens.
    public var strategy: Strategy
    /// At which end tokens go.
    public var side: Side

    /// Cuts to `maximumLength` tokens.
    public init(
        maximumLength: Int, stride: Int = 0, strategy: Strategy = .longestFirst, side: Side = .right
    ) {
        self.maximumLength = maximumLength
        self.stride = stride
        self.strategy = strategy
        self.side = side
    }
}

/// How texts are filled up to a length.
public struct Padding: Sendable, Equatable {
    /// How long they become.
    public enum Length: Sendable, Equatable {
        /// As long as the longest of the batch.
        case longest
        case fixed(Int)
    }

    /// How long texts become.
    public var length: Length
    /// At which end they are filled up.
    public var side: Truncation.Side
    /// Lengths are rounded up to a multiple of this.
    public var multiple: Int?
    /// The token to fill up with.
    public var id: TokenID
    /// Its type id.
    public var typeID: Int32

    /// Fills up with `id`.
    public init(
        length: Length = .longest, id: TokenID = 0, side: Truncation.Side = .right, multiple: Int? = nil,
        typeID: Int32 = 0
    ) {
        self.length = length
        self.id = id
        self.side = side
        self.multiple = multiple
        self.typeID = typeID
    }
}
