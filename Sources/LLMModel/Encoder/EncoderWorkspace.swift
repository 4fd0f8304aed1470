internal import LLMTensor

/// The buffers one chunk of tokens runs in: allocated once, reused.
final class EncoderWorkspace: @unchecked Sendable {
    /// `[rows][stride]`: the residual stream.
    let hidden: UnsafeMutablePointer<Float>
    /// `[rows][stride]`: what is added to it.
    let delta: UnsafeMutablePointer<Float>
    /// `[rows][projectionStride]`: queries, keys and, from ``valuePlace`` on, values of a token.
    let projections: UnsafeMutablePointer<Float>
    /// `[rows][stride]`: attention output.
    let attended: UnsafeMutablePointer<Float>
    /// `[rows][innerStride]`.
    let inner: UnsafeMutablePointer<Float>
    /// Floats from row to row.
    let stride: Int
    let projectionStride: Int
    let valuePlace: Int
    let innerStride: Int
    /// The input of a product as 8-bit codes, in one plane.
    let bytes: ActivationBuffer
    /// The input of a product as 8-bit codes in two planes.
    let fineBytes: ActivationBuffer
    /// The input of a product as 16-bit codes.
    let codes: Activations16
    private let memory: AlignedMemory

    init(_ model: EncoderCore, rows: Int) throws(TensorError) {
        let configuration = model.configuration
        stride = EncoderRun.padded(configuration.hiddenSize)
        valuePlace = EncoderRun.padded(2 * configuration.hiddenSize)
        projectionStride = valuePlace + stride
        innerStride = EncoderRun.padded(configuration.intermediateSize)
        var total = 0
        func reserve(_ width: Int) -> Int {
            defer { total += rows * width }
            return total
        }
        let offsets = [
            reserve(stride), reserve(stride), reserve(projectionStride), reserve(stride), reserve(innerStride),
        ]
        memory = try AlignedMemory(byteCount: 4 * total)
        let base = memory.base.assumingMemoryBound(to: Float.self)
        hidden = base + offsets[0]
        delta = base + offsets[1]
        projections = base + offsets[2]
        attended = base + offsets[3]
        inner = base + offsets[4]
        let widest = max(stride, innerStride)
        bytes = try ActivationBuffer(tokens: model.products.usesInt8 ? rows : 1, columns: widest)
        fineBytes = try ActivationBuffer(tokens: model.products.usesInt8 ? rows : 1, columns: stride)
        codes = try Activations16(
            tokens: model.products.uses16 ? rows : 1, columns: widest, kernels: model.kernels)
    }
}

/// What one thread has to itself.
final class EncoderScratch: @unchecked Sendable {
    /// Query rows of one call of the paged attention kernel.
    static let tile = 32
    /// Positions of one page of keys and values, as the paged attention kernel has them.
    static let pagePositions = 64

    let kernel: UnsafeMutableRawPointer
    /// Keys `[dimension][64]` and values `[64][valueWidth]` of the pages of one head.
    let pages: UnsafeMutablePointer<Float>
    let pageStride: Int
    let valueWidth: Int
    let pageAddresses: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    let queries: UnsafeMutablePointer<Float>
    let out: UnsafeMutablePointer<Float>
    /// `[tile][64]`, or what attention without pages asks for.
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
            count * pageStride, tile * dimension, tile * valueWidth,
            max(tile, (dimension + 3) * count) * Self.pagePositions, tile, tile, tile, tile,
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
