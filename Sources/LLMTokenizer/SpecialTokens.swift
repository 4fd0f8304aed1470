/// The ids a program around a model has to know.
public struct SpecialTokens: Sendable, Equatable {
    /// Beginning of sequence.
    public var bos: TokenID?
    /// End of sequence.
    public var eos: TokenID?
    /// Stands for what the vocabulary cannot say.
    public var unk: TokenID?
    /// Fills a batch; never attended to.
    public var pad: TokenID?
    /// Between two texts (`[SEP]`).
    public var sep: TokenID?
    /// In front of a text that is classified or embedded (`[CLS]`).
    public var cls: TokenID?
    /// A blank to be filled in.
    public var mask: TokenID?
    /// Ids after which generation stops: end of sequence, of turn, of message.
    public var endOfGeneration: Set<TokenID>
    /// Every id that is markup and not text.
    public var all: Set<TokenID>
    /// Whether `encode(addSpecialTokens: true)` puts `bos` in front of a text.
    public var addsBeginning: Bool
    /// Whether `encode(addSpecialTokens: true)` puts `eos` behind a text.
    public var addsEnd: Bool

    /// No special token at all, unless given.
    public init(
        bos: TokenID? = nil, eos: TokenID? = nil, unk: TokenID? = nil, pad: TokenID? = nil,
        endOfGeneration: Set<TokenID> = []
    ) {
        self.bos = bos
        self.eos = eos
        self.unk = unk
        self.pad = pad
        self.endOfGeneration = endOfGeneration
        self.all = endOfGeneration
        self.addsBeginning = false
        self.addsEnd = false
    }
}
