internal import LLMTensor

/// The buffers one chunk of tokens runs in: allocated once, reused.
final class EncoderWorkspace: @unchecked Sendable {
    /// `[rows][hidden]`: the residual stream.
    let hidden: UnsafeMutablePointer<Float>
    /// `[rows][hidden]`: what is added to it.
    let delta: UnsafeMutablePointer<Float>
    let queries: UnsafeMutablePointer<Float>
    let keys: UnsafeMutablePointer<Float>
    let values: UnsafeMutablePointer<Float>
    /// `[rows][hidden]`: attention output.
    let attended: UnsafeMutablePointer<Float>
    /// `[rows][intermediate]`.
    let inner: UnsafeMutablePointer<Float>
    let activations: ActivationBuffer
    private let memory: AlignedMemory

    init(_ configuration: EncoderConfiguration, rows: Int) throws(TensorError) {
        let hiddenWidth = EncoderRun.padded(configuration.hiddenSize)
        let innerWidth = EncoderRun.padded(configuration.intermediateSize)
        let widths = [hiddenWidth, hiddenWidth, hiddenWidth, hiddenWidth, hiddenWidth, hiddenWidth, innerWidth]
        var offsets: [Int] = []
        var total = 0
        for width in widths {
            offsets.append(total)
            total += rows * width
        }
        memory = try AlignedMemory(byteCount: 4 * total)
        let base = memory.base.assumingMemoryBound(to: Float.self)
        hidden = base + offsets[0]
        delta = base + offsets[1]
        queries = base + offsets[2]
        keys = base + offsets[3]
        values = base + offsets[4]
        attended = base + offsets[5]
        inner = base + offsets[6]
        activations = try ActivationBuffer(tokens: rows, columns: max(hiddenWidth, innerWidth))
    }
}

/// What one thread has to itself.
final class EncoderScratch: @unchecked Sendable {
    /// Query rows of one call of the attention kernel.
    static let tile = 32
    /// Positions of one page of keys and values, as the attention kernel has them.
    static let pagePositions = 64

    let kernel: UnsafeMutableRawPointer
    /// Keys `[dimension][64]` and values `[64][valueWidth]` of the pages of one head.
    let pages: UnsafeMutablePointer<Float>
    let pageStride: Int
    let valueWidth: Int
    let pageAddresses: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    let queries: UnsafeMutablePointer<Float>
    let out: UnsafeMutablePointer<Float>
    let scores: UnsafeMutablePointer<Float>
    let maxima: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let lower: UnsafeMutablePointer<Int32>
    let upper: UnsafeMutablePointer<Int32>
    private let memory: AlignedMemory

    init(_ configuration: EncoderConfiguration) throws(TensorError) {
        let dimension = configuration.headDimension
        valueWidth = (dimension + 15) / 16 * 16
        let count = (configuration.contextLength + Self.pagePositions - 1) / Self.pagePositions
        pageStride = Self.pagePositions * (dimension + valueWidth)
        let tile = Self.tile
        let floats = [
            count * pageStride, tile * dimension, tile * valueWidth, tile * Self.pagePositions, tile, tile, tile, tile,
        ]
        var offsets: [Int] = []
        var total = 0
        for size in floats {
            offsets.append(total)
            total += (4 * size + 127) / 64 * 64
        }
        memory = try AlignedMemory(byteCount: total + Kernels.scratchBytes)
        let base = memory.base
        func pointer<T>(_ index: Int, _ type: T.Type) -> UnsafeMutablePointer<T> {
            (base + offsets[index]).assumingMemoryBound(to: T.self)
        }
        pages = pointer(0, Float.self)
        queries = pointer(1, Float.self)
        out = pointer(2, Float.self)
        scores = pointer(3, Float.self)
        maxima = pointer(4, Float.self)
        sums = pointer(5, Float.self)
        lower = pointer(6, Int32.self)
        upper = pointer(7, Int32.self)
        kernel = base + total
        pageAddresses = .allocate(capacity: max(count, 1))
        for index in 0..<count {
            pageAddresses[index] = UnsafePointer(
                UnsafeRawPointer(pages + index * pageStride).assumingMemoryBound(to: UInt8.self))
        }
    }

    deinit { pageAddresses.deallocate() }
}
