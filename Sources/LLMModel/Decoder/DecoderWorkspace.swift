internal import LLMTensor

/// The buffers of a step: everything is allocated here, once, and reused. Rows that no step uses are never resident.
final class DecoderWorkspace: @unchecked Sendable {
    /// Most tokens of one step.
    let rowLimit: Int
    /// Steps of at most this many tokens recompute norms on every thread instead of waiting for each other.
    static let privateRowLimit = 4
    /// In steps of at most this many tokens every thread has panels of its own.
    static let dealtRowLimit = 64
    /// Most panels a thread takes at once; kernels prepare activations once for that many.
    static let unitPanelLimit = 4
    /// Most page ranges a decoding sequence's attention is split into.
    static let chunkLimit = 16
    /// Query tokens of one unit of attention work in a prompt.
    let tileTokens: Int

    /// `[rows][hidden]`: the residual stream.
    let hidden: UnsafeMutablePointer<Float>
    /// `[rows][hidden]`: what the last block part adds to the residual stream; two, used in turn.
    let deltas: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
    let queries: UnsafeMutablePointer<Float>
    let keys: UnsafeMutablePointer<Float>
    let values: UnsafeMutablePointer<Float>
    let attended: UnsafeMutablePointer<Float>
    let gated: UnsafeMutablePointer<Float>
    /// Partial attention results of decoding sequences: `[row][head][chunk][valueWidth + 2]`.
    let partials: UnsafeMutablePointer<Float>
    let shared: ActivationBuffer
    let workers: [Worker]
    private let memory: AlignedMemory

    /// What one thread has to itself.
    final class Worker: @unchecked Sendable {
        /// `[privateRowLimit][hidden]`.
        let hidden: UnsafeMutablePointer<Float>
        let activations: ActivationBuffer
        let scratch: UnsafeMutableRawPointer
        /// `[rows][32 * unitPanelLimit]`.
        let up: UnsafeMutablePointer<Float>
        let attentionQueries: UnsafeMutablePointer<Float>
        let attentionOut: UnsafeMutablePointer<Float>
        let attentionScores: UnsafeMutablePointer<Float>
        let maxima: UnsafeMutablePointer<Float>
        let sums: UnsafeMutablePointer<Float>
        let lower: UnsafeMutablePointer<Int32>
        let upper: UnsafeMutablePointer<Int32>
        private let memory: AlignedMemory

        init(_ configuration: DecoderConfiguration, rows: Int, tileRows: Int, widest: Int) throws(TensorError) {
            let dimension = configuration.attention.headDimension
            let width = (dimension + 15) / 16 * 16
            let limit = DecoderWorkspace.privateRowLimit
            let padded = (configuration.hiddenSize + 31) / 32 * 32
            let floats = [
                limit * padded, rows * 32 * DecoderWorkspace.unitPanelLimit, tileRows * dimension, tileRows * width,
                tileRows * 64, tileRows, tileRows, tileRows, tileRows,
            ]
            var offsets: [Int] = []
            var total = 0
            for count in floats {
                offsets.append(total)
                total += (4 * count + 127) / 64 * 64
            }
            memory = try AlignedMemory(byteCount: total + Kernels.scratchBytes)
            let base = memory.base
            func pointer(_ index: Int) -> UnsafeMutablePointer<Float> {
                (base + offsets[index]).assumingMemoryBound(to: Float.self)
            }
            hidden = pointer(0)
            up = pointer(1)
            attentionQueries = pointer(2)
            attentionOut = pointer(3)
            attentionScores = pointer(4)
            maxima = pointer(5)
            sums = pointer(6)
            lower = (base + offsets[7]).assumingMemoryBound(to: Int32.self)
            upper = (base + offsets[8]).assumingMemoryBound(to: Int32.self)
            scratch = base + total
            activations = try ActivationBuffer(tokens: limit, columns: widest)
        }
    }

    init(_ configuration: DecoderConfiguration, rowLimit: Int, workers count: Int) throws(TensorError) {
        self.rowLimit = rowLimit
        let attention = configuration.attention
        let group = attention.headCount / attention.keyValueHeadCount
        let tile = max(1, min(32, 128 / group))
        tileTokens = tile
        func padded(_ count: Int) -> Int { (count + 31) / 32 * 32 }
        let hiddenWidth = padded(configuration.hiddenSize)
        let queryWidth = padded(attention.headCount * attention.headDimension)
        let keyWidth = padded(attention.keyValueHeadCount * attention.headDimension)
        let innerWidth = padded(configuration.intermediateSize)
        let valueWidth = (attention.headDimension + 15) / 16 * 16
        let floats = [
            rowLimit * hiddenWidth, rowLimit * hiddenWidth, rowLimit * hiddenWidth, rowLimit * queryWidth,
            rowLimit * keyWidth, rowLimit * keyWidth, rowLimit * queryWidth, rowLimit * innerWidth,
            rowLimit * attention.headCount * Self.chunkLimit * (valueWidth + 2),
        ]
        var offsets: [Int] = []
        var total = 0
        for count in floats {
            offsets.append(total)
            total += (4 * count + 127) / 64 * 64
        }
        memory = try AlignedMemory(byteCount: total, isSparse: true)
        let base = memory.base
        func pointer(_ index: Int) -> UnsafeMutablePointer<Float> {
            (base + offsets[index]).assumingMemoryBound(to: Float.self)
        }
        hidden = pointer(0)
        deltas = (pointer(1), pointer(2))
        queries = pointer(3)
        keys = pointer(4)
        values = pointer(5)
        attended = pointer(6)
        gated = pointer(7)
        partials = pointer(8)
        let widest = max(hiddenWidth, queryWidth, innerWidth)
        shared = try ActivationBuffer(tokens: rowLimit, columns: widest, isSparse: true)
        var workers: [Worker] = []
        let tileRows = max(tile, Self.privateRowLimit) * group
        for _ in 0..<count {
            workers.append(try Worker(configuration, rows: rowLimit, tileRows: tileRows, widest: widest))
        }
        self.workers = workers
    }
}
