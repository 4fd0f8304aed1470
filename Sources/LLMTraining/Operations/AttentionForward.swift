internal import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Causal attention of one block of queries: blocked, with an online softmax (Dao et al., 2022, arXiv 2205.14135).
struct AttentionForward {
    let shape: AttentionShape
    let kernels: Kernels
    /// `[rows, heads * dimension]`.
    let queries: UnsafePointer<Float>
    /// `[rows, keyValueHeads * dimension]` each.
    let keys: UnsafePointer<Float>
    let values: UnsafePointer<Float>
    /// `[rows, heads * dimension]`.
    let out: UnsafeMutablePointer<Float>
    /// `[rows, heads]`: ln of the sum of e^score, which the backward pass computes probabilities from.
    let logSumExp: UnsafeMutablePointer<Float>

    /// Computes the outputs of a block of tokens for the query heads of one key/value head.
    func run(sequence: Range<Int>, head: Int, block: Int, _ scratch: AttentionScratch) {
        let (tokens, group, dimension) = (shape.tokens(block, sequence), shape.group, shape.dimension)
        let rows = tokens.count * group
        shape.gather(queries, sequence, head, tokens, scale: shape.scale, into: scratch.queries)
        scratch.maxima.update(repeating: -.infinity, count: rows)
        scratch.sums.update(repeating: 0, count: rows)
        for (index, keyRange) in shape.keyBlocks(tokens).enumerated() {
            let firstKey = (sequence.lowerBound + keyRange.lowerBound) * shape.keyStride + head * dimension
            // scores [rows, keys] = q k^T
            FloatProduct(
                .rows(scratch.queries, stride: dimension), .rows(keys + firstKey, stride: shape.keyStride),
                into: scratch.scores, stride: AttentionShape.keyBlock, rows: rows, columns: keyRange.count,
                depth: dimension
            ).runSerially(scratch: scratch.product, kernels: kernels)
            for row in 0..<rows {
                let scores = scratch.scores + row * AttentionShape.keyBlock
                if let cap = shape.softcap { GradientKernels.softcap(scores, cap: cap, count: keyRange.count) }
                let factor = GradientKernels.accumulateSoftmax(
                    scores, visible: shape.visible(tokens.lowerBound + row / group, keys: keyRange),
                    width: keyRange.count, maximum: &scratch.maxima[row], sum: &scratch.sums[row])
                if index > 0, factor != 1 {
                    let output = scratch.outputs + row * dimension
                    GradientKernels.scale(output, factor, count: dimension, into: output)
                }
            }
            // outputs [rows, dimension] += p v
            FloatProduct(
                .rows(scratch.scores, stride: AttentionShape.keyBlock),
                .columns(values + firstKey, stride: shape.keyStride), into: scratch.outputs, stride: dimension,
                rows: rows, columns: dimension, depth: keyRange.count, accumulates: index > 0
            ).runSerially(scratch: scratch.product, kernels: kernels)
        }
        for row in 0..<rows {
            let token = sequence.lowerBound + tokens.lowerBound + row / group
            let queryHead = head * group + row % group
            GradientKernels.scale(
                scratch.outputs + row * dimension, 1 / scratch.sums[row], count: dimension,
                into: out + token * shape.queryStride + queryHead * dimension)
            logSumExp[token * shape.headCount + queryHead] = scratch.maxima[row] + log(scratch.sums[row])
        }
    }
}

extension AttentionShape {
    /// Copies the rows of a group of heads: `[token][member][dimension]`, times a factor.
    func gather(
        _ source: UnsafePointer<Float>, _ sequence: Range<Int>, _ head: Int, _ tokens: Range<Int>, scale: Float,
        into out: UnsafeMutablePointer<Float>
    ) {
        let count = group * dimension
        for (index, token) in tokens.enumerated() {
            // The heads of a group lie side by side.
            GradientKernels.scale(
                source + (sequence.lowerBound + token) * queryStride + head * count, scale, count: count,
                into: out + index * count)
        }
    }
}
