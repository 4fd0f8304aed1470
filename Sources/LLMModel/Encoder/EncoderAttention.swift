internal import LLMTensor

/// Attention of one sequence of a chunk, every token seeing every other.
struct EncoderAttention {
    private let kernels: Kernels
    private let space: EncoderWorkspace
    private let scratch: EncoderScratch
    private let dimension: Int
    private let hiddenSize: Int

    init(
        _ configuration: EncoderConfiguration, _ kernels: Kernels, _ space: EncoderWorkspace, _ scratch: EncoderScratch
    ) {
        self.kernels = kernels
        self.space = space
        self.scratch = scratch
        dimension = configuration.headDimension
        hiddenSize = configuration.hiddenSize
    }

    /// Some heads of the sequence whose `count` rows begin at `start`.
    func run(start: Int, count: Int, heads: Range<Int>) {
        guard count > 0 else { return }
        guard kernels.hasAttendAll else {
            for head in heads { runPaged(start: start, count: count, head: head) }
            return
        }
        let first = space.projections + start * space.projectionStride + heads.lowerBound * dimension
        kernels.attendAll(
            queries: first, keys: first + hiddenSize, values: first + space.valuePlace, stride: space.projectionStride,
            count: count, heads: heads.count, dimension: dimension,
            into: space.attended + start * space.stride + heads.lowerBound * dimension, outStride: space.stride,
            scratch: scratch.scores)
    }

    /// With the decoder's kernel, which wants keys and values in pages.
    private func runPaged(start: Int, count: Int, head: Int) {
        let positions = EncoderScratch.pagePositions
        let stride = space.projectionStride
        let projections = space.projections + start * stride + head * dimension
        for position in 0..<count {
            let row = projections + position * stride
            let page = scratch.pages + position / positions * scratch.pageStride
            let slot = position % positions
            for index in 0..<dimension { page[index * positions + slot] = row[hiddenSize + index] }
            (page + positions * dimension + slot * scratch.valueWidth).update(
                from: row + space.valuePlace, count: dimension)
        }
        let scale = 1 / Float(dimension).squareRoot()
        var first = 0
        while first < count {
            let rows = min(EncoderScratch.tile, count - first)
            for index in 0..<rows {
                let source = projections + (first + index) * stride
                let query = scratch.queries + index * dimension
                for column in 0..<dimension { query[column] = source[column] * scale }
                scratch.lower[index] = 0
                scratch.upper[index] = Int32(count)
            }
            kernels.attend(
                pages: scratch.pageAddresses, keyOffset: 0, valueOffset: 4 * positions * dimension, type: .float32,
                dimension: dimension, valueWidth: scratch.valueWidth, queries: scratch.queries, rows: rows,
                lower: scratch.lower, upper: scratch.upper, positions: 0..<count, softcap: 0, out: scratch.out,
                maxima: scratch.maxima, sums: scratch.sums, scratch: scratch.scores)
            for index in 0..<rows {
                let out = space.attended + (start + first + index) * space.stride + head * dimension
                let factor = 1 / scratch.sums[index]
                for column in 0..<dimension { out[column] = scratch.out[index * scratch.valueWidth + column] * factor }
            }
            first += rows
        }
    }
}
