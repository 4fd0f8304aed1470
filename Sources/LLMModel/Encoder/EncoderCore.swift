internal import LLMTensor

/// The weights of an encoder, packed, and the threads that use them. Immutable.
final class EncoderCore: Sendable {
    let configuration: EncoderConfiguration
    let pool: ComputePool
    let kernels: Kernels
    let tokenEmbedding: Tensor
    /// `[positions, hidden]`.
    let positions: EncoderTable
    /// `[types, hidden]`; nil without segments.
    let types: EncoderTable?
    let embeddingNorm: PackedNorm
    let layers: [PackedEncoderLayer]
    let products: EncoderProducts
    private let vectors: VectorStore

    init(
        _ configuration: EncoderConfiguration, _ weights: EncoderWeights, _ compute: EncoderCompute, threadCount: Int,
        kernels: Kernels = .best
    ) throws(TensorError) {
        self.configuration = configuration
        pool = ComputePool(threadCount: threadCount)
        self.kernels = kernels
        tokenEmbedding = weights.tokenEmbedding
        positions = try EncoderTable(weights.positionEmbedding)
        types = if let types = weights.typeEmbedding { try EncoderTable(types) } else { nil }
        products = try EncoderProducts(weights.layers, compute, kernels, pool: pool)
        let store = try VectorStore(
            capacity: (4 * weights.layers.count + 2) * EncoderRun.padded(configuration.hiddenSize),
            vectors: 4 * weights.layers.count + 2)
        func norm(_ weights: AffineWeights) throws(TensorError) -> PackedNorm {
            let weight = try store.add(weights.weight)
            guard let bias = weights.bias else { return PackedNorm(weight: weight, bias: nil) }
            return PackedNorm(weight: weight, bias: try store.add(bias))
        }
        embeddingNorm = try norm(weights.embeddingNorm)
        var layers: [PackedEncoderLayer] = []
        for (index, layer) in weights.layers.enumerated() {
            let linears = products.linears[EncoderProducts.perLayer * index..<EncoderProducts.perLayer * (index + 1)]
            let first = linears.startIndex
            layers.append(
                PackedEncoderLayer(
                    queryKey: linears[first], value: linears[first + 1], output: linears[first + 2],
                    up: linears[first + 3], down: linears[first + 4], attentionNorm: try norm(layer.attentionNorm),
                    feedForwardNorm: try norm(layer.feedForwardNorm)))
        }
        self.layers = layers
        vectors = store
    }
}

/// One block, ready to run.
struct PackedEncoderLayer: @unchecked Sendable {
    /// Queries and keys, side by side.
    let queryKey: EncoderLinear
    let value: EncoderLinear
    let output: EncoderLinear
    let up: EncoderLinear
    let down: EncoderLinear
    let attentionNorm: PackedNorm
    let feedForwardNorm: PackedNorm
}

/// A small table of embeddings as floats.
final class EncoderTable: @unchecked Sendable {
    private let memory: AlignedMemory
    private let columns: Int

    init(_ tensor: Tensor) throws(TensorError) {
        let values = try tensor.floats()
        memory = try AlignedMemory(byteCount: 4 * values.count)
        columns = tensor.columns
        let base = memory.base.assumingMemoryBound(to: Float.self)
        for (index, value) in values.enumerated() { base[index] = value }
    }

    @inline(__always)
    func row(_ index: Int) -> UnsafePointer<Float> {
        UnsafePointer(memory.base.assumingMemoryBound(to: Float.self) + index * columns)
    }
}
