internal import LLMTensor

/// What attention over packed sequences needs to know, and how its work is cut up.
///
/// Work is cut by sequence, key/value head and block of queries; nothing depends on the number of threads or on what
/// else is in the batch.
struct AttentionShape {
    let headCount: Int
    let keyValueHeadCount: Int
    let dimension: Int
    let scale: Float
    let softcap: Float?
    let slidingWindow: Int?
    /// Rows of each sequence.
    let sequences: [Range<Int>]

    /// Query heads that share a key/value head.
    var group: Int { headCount / keyValueHeadCount }
    /// Floats between the rows of queries and outputs.
    var queryStride: Int { headCount * dimension }
    /// Floats between the rows of keys and values.
    var keyStride: Int { keyValueHeadCount * dimension }

    /// Keys looked at in one pass: a block of scores fits the second-level cache.
    static let keyBlock = 256

    /// Tokens whose queries are worked on together: with all heads of a group about 96 rows.
    var queryBlock: Int { max(8, 96 / group) }
    /// Rows of a block.
    var blockRows: Int { queryBlock * group }

    /// Parts that the backward pass of one sequence and head is cut into; each sums gradients of keys and values of
    /// its own.
    func partitions(_ sequence: Range<Int>) -> Int { min(8, blocks(sequence)) }

    func blocks(_ sequence: Range<Int>) -> Int { (sequence.count + queryBlock - 1) / queryBlock }

    /// The tokens of a block, counted from the sequence's start.
    func tokens(_ block: Int, _ sequence: Range<Int>) -> Range<Int> {
        (block * queryBlock)..<min((block + 1) * queryBlock, sequence.count)
    }

    /// The blocks of a partition; late blocks see more keys, so they are dealt out back and forth.
    func blocks(ofPartition partition: Int, _ sequence: Range<Int>) -> [Int] {
        let count = partitions(sequence)
        return (0..<blocks(sequence)).filter { block in
            let turn = block % (2 * count)
            return (turn < count ? turn : 2 * count - 1 - turn) == partition
        }
    }

    /// The first key a token sees, counted from the sequence's start.
    func firstKey(_ token: Int) -> Int { slidingWindow.map { max(0, token + 1 - $0) } ?? 0 }

    /// The keys of a block that a token sees, counted from the block's start.
    func visible(_ token: Int, keys: Range<Int>) -> Range<Int> {
        let lower = max(firstKey(token), keys.lowerBound) - keys.lowerBound
        let upper = min(token + 1, keys.upperBound) - keys.lowerBound
        return lower < upper ? lower..<upper : 0..<0
    }

    /// The blocks of keys that some tokens see.
    func keyBlocks(_ tokens: Range<Int>) -> [Range<Int>] {
        stride(from: firstKey(tokens.lowerBound), to: tokens.upperBound, by: Self.keyBlock).map {
            $0..<min($0 + Self.keyBlock, tokens.upperBound)
        }
    }
}

/// Scratch memory of one thread.
struct AttentionScratch {
    /// `[blockRows][dimension]` each.
    let queries: UnsafeMutablePointer<Float>
    let outputs: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    /// `[blockRows][keyBlock]` each.
    let scores: UnsafeMutablePointer<Float>
    let slopes: UnsafeMutablePointer<Float>
    /// `[blockRows]` each.
    let maxima: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let product: UnsafeMutablePointer<Float>

    static func count(_ shape: AttentionShape, _ kernels: Kernels) -> Int {
        let rows = shape.blockRows
        return rows * (3 * shape.dimension + 2 * AttentionShape.keyBlock + 2) + 64 + FloatProduct.serialScratch(kernels)
    }

    init(_ base: UnsafeMutablePointer<Float>, _ shape: AttentionShape) {
        let rows = shape.blockRows
        queries = base
        outputs = queries + rows * shape.dimension
        gradients = outputs + rows * shape.dimension
        scores = gradients + rows * shape.dimension
        slopes = scores + rows * AttentionShape.keyBlock
        maxima = slopes + rows * AttentionShape.keyBlock
        sums = maxima + rows
        product = sums + rows
    }
}
