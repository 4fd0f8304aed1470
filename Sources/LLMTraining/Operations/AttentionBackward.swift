internal import LLMTensor

/// Gradients of causal attention: scores are computed again, block by block, and turned into probabilities by the
/// stored logarithms of their sums.
struct AttentionBackward {
    let shape: AttentionShape
    let kernels: Kernels
    let queries: UnsafePointer<Float>
    let keys: UnsafePointer<Float>
    let values: UnsafePointer<Float>
    let out: UnsafePointer<Float>
    let logSumExp: UnsafePointer<Float>
    /// Gradient of `out`.
    let outGradient: UnsafePointer<Float>
    /// `[rows, heads * dimension]`, written.
    let queryGradient: UnsafeMutablePointer<Float>

    /// Adds the gradients that the blocks of one partition give the keys and values of one head, and writes those of
    /// the blocks' queries. `keyGradient` and `valueGradient` are the partition's own, `[rows, keyValueHeads * dimension]`.
    func run(
        sequence: Range<Int>, head: Int, partition: Int, keyGradient: UnsafeMutablePointer<Float>,
        valueGradient: UnsafeMutablePointer<Float>, _ scratch: AttentionScratch
    ) {
        for block in shape.blocks(ofPartition: partition, sequence) {
            let tokens = shape.tokens(block, sequence)
            prepare(sequence, head, tokens, scratch)
            for (index, keyRange) in shape.keyBlocks(tokens).enumerated() {
                let firstKey =
                    (sequence.lowerBound + keyRange.lowerBound) * shape.keyStride + head * shape.dimension
                computeSlopes(sequence, head, tokens, keyRange, firstKey, scratch)
                addProducts(
                    rows: tokens.count * shape.group, keyRange, firstKey, isFirst: index == 0,
                    keyGradient: keyGradient + firstKey, valueGradient: valueGradient + firstKey, scratch)
            }
            scatter(sequence, head, tokens, scratch)
        }
    }

    /// Queries (scaled) and output gradients of the block, and the sum of `p * dp` of every row, which is that of
    /// `out * dout`.
    private func prepare(_ sequence: Range<Int>, _ head: Int, _ tokens: Range<Int>, _ scratch: AttentionScratch) {
        let (group, dimension) = (shape.group, shape.dimension)
        shape.gather(queries, sequence, head, tokens, scale: shape.scale, into: scratch.queries)
        shape.gather(outGradient, sequence, head, tokens, scale: 1, into: scratch.outputs)
        for row in 0..<tokens.count * group {
            let token = sequence.lowerBound + tokens.lowerBound + row / group
            let queryHead = head * group + row % group
            scratch.sums[row] = GradientKernels.dot(
                scratch.outputs + row * dimension, out + token * shape.queryStride + queryHead * dimension,
                count: dimension)
            scratch.maxima[row] = logSumExp[token * shape.headCount + queryHead]
        }
    }

    /// Leaves probabilities in `scores` and the gradients of the scores in `slopes`.
    private func computeSlopes(
        _ sequence: Range<Int>, _ head: Int, _ tokens: Range<Int>, _ keyRange: Range<Int>, _ firstKey: Int,
        _ scratch: AttentionScratch
    ) {
        let (rows, width) = (tokens.count * shape.group, keyRange.count)
        let (dimension, stride) = (shape.dimension, AttentionShape.keyBlock)
        // scores [rows, keys] = q k^T, slopes [rows, keys] = dout v^T
        FloatProduct(
            .rows(scratch.queries, stride: dimension), .rows(keys + firstKey, stride: shape.keyStride),
            into: scratch.scores, stride: stride, rows: rows, columns: width, depth: dimension
        ).runSerially(scratch: scratch.product, kernels: kernels)
        FloatProduct(
            .rows(scratch.outputs, stride: dimension), .rows(values + firstKey, stride: shape.keyStride),
            into: scratch.slopes, stride: stride, rows: rows, columns: width, depth: dimension
        ).runSerially(scratch: scratch.product, kernels: kernels)
        for row in 0..<rows {
            let (scores, slopes) = (scratch.scores + row * stride, scratch.slopes + row * stride)
            let visible = shape.visible(tokens.lowerBound + row / shape.group, keys: keyRange)
            if let cap = shape.softcap {
                GradientKernels.softcap(scores, cap: cap, count: width)
                // (dp - mean) * (1 - (score / cap)^2), then times p
                for column in 0..<width { slopes[column] -= scratch.sums[row] }
                GradientKernels.softcapBackward(slopes, y: scores, cap: cap, count: width)
            }
            GradientKernels.probabilities(scores, visible: visible, width: width, logSumExp: scratch.maxima[row])
            GradientKernels.softmaxBackward(
                slopes, probabilities: scores, mean: shape.softcap == nil ? scratch.sums[row] : 0, count: width)
        }
    }

    private func addProducts(
        rows: Int, _ keyRange: Range<Int>, _ firstKey: Int, isFirst: Bool,
        keyGradient: UnsafeMutablePointer<Float>, valueGradient: UnsafeMutablePointer<Float>,
        _ scratch: AttentionScratch
    ) {
        let (dimension, stride, width) = (shape.dimension, AttentionShape.keyBlock, keyRange.count)
        // dv [keys, dimension] += p^T dout, dk [keys, dimension] += ds^T q
        FloatProduct(
            .columns(scratch.scores, stride: stride), .columns(scratch.outputs, stride: dimension),
            into: valueGradient, stride: shape.keyStride, rows: width, columns: dimension, depth: rows,
            accumulates: true
        ).runSerially(scratch: scratch.product, kernels: kernels)
        FloatProduct(
            .columns(scratch.slopes, stride: stride), .columns(scratch.queries, stride: dimension),
            into: keyGradient, stride: shape.keyStride, rows: width, columns: dimension, depth: rows,
            accumulates: true
        ).runSerially(scratch: scratch.product, kernels: kernels)
        // dq [rows, dimension] += scale * ds k
        FloatProduct(
            .rows(scratch.slopes, stride: stride), .columns(keys + firstKey, stride: shape.keyStride),
            into: scratch.gradients, stride: dimension, rows: rows, columns: dimension, depth: width,
            alpha: shape.scale, accumulates: !isFirst
        ).runSerially(scratch: scratch.product, kernels: kernels)
    }

    private func scatter(_ sequence: Range<Int>, _ head: Int, _ tokens: Range<Int>, _ scratch: AttentionScratch) {
        let count = shape.group * shape.dimension
        for (index, token) in tokens.enumerated() {
            (queryGradient + (sequence.lowerBound + token) * shape.queryStride + head * count).update(
                from: scratch.gradients + index * count, count: count)
        }
    }
}
