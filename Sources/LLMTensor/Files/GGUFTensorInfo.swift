/// What a GGUF file says about one tensor.
public struct GGUFTensorInfo: Sendable, Hashable {
    /// The tensor's name.
    public let name: String
    /// Extents, outermost first: the reverse of the order in the file.
    public let shape: [Int]
    /// How elements are encoded.
    public let elementType: ElementType
    /// Bytes from the start of the file to the first block.
    public let offset: Int
    /// Bytes the tensor takes, without padding.
    public let byteCount: Int
}

/// What a GGUF file that is one part of a split model says about the split.
public struct GGUFSplit: Sendable, Hashable {
    /// Which part this is, from 0.
    public let index: Int
    /// How many parts there are.
    public let count: Int
    /// How many tensors all parts hold together, if stated.
    public let tensorCount: Int?

    /// Makes a description.
    public init(index: Int, count: Int, tensorCount: Int?) {
        self.index = index
        self.count = count
        self.tensorCount = tensorCount
    }
}
