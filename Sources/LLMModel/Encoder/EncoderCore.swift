internal import LLMTensor

/// The weights of an encoder, packed, and the threads that use them. Immutable.
final class EncoderCore: Sendable {
    let configuration: EncoderConfiguration
    let pool: ComputePool
    let kernels: Kernels
    let tokenEmbedding: Tensor
    /// `[positions, hidden]`.
    let positions: [Float]
    /// `[types, hidden]`; empty without segments.
    let types: [Float]
    let embeddingNorm: PackedNorm
    let layers: [PackedEncoderLayer]
    let readsQuantizedActivations: Bool
    private let weights: PackedWeights
    private let vectors: VectorStore

    init(
        _ configuration: EncoderConfiguration, _ weights: EncoderWeights, _ compute: EncoderCompute, threadCount: Int
    ) throws(TensorError) {
        self.configuration = configuration
        pool = ComputePool(threadCount: threadCount)
        kernels = .best
        tokenEmbedding = weights.tokenEmbedding
        positions = try weights.positionEmbedding.floats()
        types = try weights.typeEmbedding?.floats() ?? []
        var matrices: [Tensor] = []
        for layer in weights.layers {
            for part in layer.matrices { matrices.append(try part.weight.converted(for: compute)) }
        }
        let packed = try PackedWeights(matrices, keepsFloats: compute == .exact, pool: pool, releasesSource: false)
        func padded(_ count: Int) -> Int { (count + 31) / 32 * 32 }
        let perLayer = 9 * padded(configuration.hiddenSize) + padded(configuration.intermediateSize)
        let store = try VectorStore(
            capacity: weights.layers.count * perLayer + 2 * padded(configuration.hiddenSize),
            vectors: 10 * weights.layers.count + 2)
        func vector(_ tensor: Tensor?) throws(TensorError) -> WeightVector? {
            guard let tensor else { return nil }
            return try store.add(tensor)
        }
        func norm(_ weights: AffineWeights) throws(TensorError) -> PackedNorm {
            PackedNorm(weight: try store.add(weights.weight), bias: try vector(weights.bias))
        }
        embeddingNorm = try norm(weights.embeddingNorm)
        var layers: [PackedEncoderLayer] = []
        for (index, layer) in weights.layers.enumerated() {
            var linears: [PackedLinear] = []
            for (place, part) in layer.matrices.enumerated() {
                linears.append(PackedLinear(matrix: packed.matrices[6 * index + place], bias: try vector(part.bias)))
            }
            layers.append(
                PackedEncoderLayer(
                    query: linears[0], key: linears[1], value: linears[2], output: linears[3], up: linears[4],
                    down: linears[5], attentionNorm: try norm(layer.attentionNorm),
                    feedForwardNorm: try norm(layer.feedForwardNorm)))
        }
        self.layers = layers
        readsQuantizedActivations = packed.matrices.contains { $0.usesQuantizedActivations }
        self.weights = packed
        vectors = store
    }
}

/// One block, ready to run.
struct PackedEncoderLayer: @unchecked Sendable {
    let query: PackedLinear
    let key: PackedLinear
    let value: PackedLinear
    let output: PackedLinear
    let up: PackedLinear
    let down: PackedLinear
    let attentionNorm: PackedNorm
    let feedForwardNorm: PackedNorm
}

extension EncoderLayerWeights {
    /// The products of a block in the order they are packed.
    var matrices: [AffineWeights] { [query, key, value, attentionOutput, up, down] }
}
