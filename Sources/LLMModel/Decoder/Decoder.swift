internal import LLMTensor

/// A decoder-only transformer, ready to run: weights packed for this machine, and the threads that use them.
///
/// Immutable; may be shared by any number of ``DecoderSession``s on any threads. Steps of sessions that share a
/// decoder run one after another, each on all threads.
public final class Decoder: Sendable {
    /// The architecture.
    public let configuration: DecoderConfiguration
    /// How it runs.
    public let options: DecoderOptions
    /// Bytes of the packed weights.
    public var packedByteCount: Int { weights.byteCount }

    let pool: ComputePool
    let kernels: Kernels
    let tokenEmbedding: Tensor
    let positionEmbedding: Tensor?
    let layers: [PackedLayer]
    let finalNorm: PackedNorm
    let head: PackedLinear
    /// Finds the largest logits without computing all; nil where the head does not allow it.
    let headScreen: HeadScreen?
    /// Whether any matrix is multiplied with quantized activations.
    let readsQuantizedActivations: Bool
    private let weights: PackedWeights
    private let vectors: VectorStore

    /// Packs the weights.
    ///
    /// - Parameters:
    ///   - weights: As they lie in the file; mapped pages are released once packed.
    ///   - progress: Called with the packed share, 0 to 1, on the calling thread.
    /// - Throws: ``DecoderError`` when shapes disagree with the configuration, a part of it is not supported, or
    ///   memory is short.
    public init(
        configuration: DecoderConfiguration, weights: DecoderWeights, options: DecoderOptions = DecoderOptions(),
        progress: ((Double) -> Void)? = nil
    ) throws(DecoderError) {
        try weights.check(against: configuration)
        self.configuration = configuration
        self.options = options
        pool = ComputePool(threadCount: options.threadCount)
        kernels = .best
        tokenEmbedding = weights.tokenEmbedding
        positionEmbedding = weights.positionEmbedding
        do {
            let matrices = weights.matrices
            let screensHead = HeadScreen.isPossible(weights, configuration, options)
            let packed = try PackedWeights(
                matrices, keepsFloats: options.compute == .exact, split: screensHead ? [matrices.count - 1] : [],
                pool: pool, progress: progress)
            let store = try VectorStore(capacity: weights.vectorElementCount, vectors: weights.vectorCount)
            let assembly = PackedAssembly(configuration: configuration, matrices: packed.matrices, store: store)
            layers = try assembly.layers(weights)
            finalNorm = try assembly.norm(weights.finalNorm)
            let headBias: WeightVector? = if let bias = weights.head?.bias { try store.add(bias) } else { nil }
            head = PackedLinear(matrix: packed.matrices[packed.matrices.count - 1], bias: headBias)
            headScreen = try HeadScreen(head.matrix, pool: pool)
            readsQuantizedActivations = packed.matrices.contains { $0.usesQuantizedActivations }
            self.weights = packed
            vectors = store
            weights.releaseMappedFiles()
        } catch {
            throw .tensor(error)
        }
    }
}

/// Puts packed matrices and vectors together, layer by layer, in the order of ``DecoderWeights/matrices``.
private struct PackedAssembly {
    let configuration: DecoderConfiguration
    let matrices: [PackedMatrix]
    let store: VectorStore

    func norm(_ weights: AffineWeights) throws(TensorError) -> PackedNorm {
        let offset: Float = configuration.normalization.weightsAreOffsetsFromOne ? 1 : 0
        let weight = try store.add(weights.weight, offset: offset)
        let bias: WeightVector? = if let bias = weights.bias { try store.add(bias) } else { nil }
        return PackedNorm(weight: weight, bias: bias)
    }

    func norm(_ weights: AffineWeights?) throws(TensorError) -> PackedNorm? {
        guard let weights else { return nil }
        return try norm(weights) as PackedNorm
    }

    func norm(_ weights: Tensor?) throws(TensorError) -> PackedNorm? {
        guard let weights else { return nil }
        return try norm(AffineWeights(weight: weights)) as PackedNorm
    }

    func layers(_ weights: DecoderWeights) throws(TensorError) -> [PackedLayer] {
        var next = 0
        func linear(_ weights: AffineWeights) throws(TensorError) -> PackedLinear {
            defer { next += 1 }
            let bias: WeightVector? = if let bias = weights.bias { try store.add(bias) } else { nil }
            return PackedLinear(matrix: matrices[next], bias: bias)
        }
        var layers: [PackedLayer] = []
        for (index, layer) in weights.layers.enumerated() {
            let query = try linear(layer.query)
            let key = try linear(layer.key)
            let value = try linear(layer.value)
            let output = try linear(layer.attentionOutput)
            let gate: PackedLinear? = if let gate = layer.gate { try linear(gate) } else { nil }
            let up = try linear(layer.up)
            let down = try linear(layer.down)
            layers.append(
                PackedLayer(
                    attentionNorm: try norm(layer.attentionNorm), query: query, key: key, value: value,
                    output: output, queryNorm: try norm(layer.queryNorm), keyNorm: try norm(layer.keyNorm),
                    attentionPostNorm: try norm(layer.postAttentionNorm),
                    feedForwardNorm: try norm(layer.feedForwardNorm), gate: gate, up: up, down: down,
                    feedForwardPostNorm: try norm(layer.postFeedForwardNorm),
                    attentionKind: configuration.attentionKindOfLayer[index]))
        }
        return layers
    }
}
