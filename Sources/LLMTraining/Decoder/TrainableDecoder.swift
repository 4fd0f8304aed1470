public import LLMModel
public import LLMTensor
public import LLMTokenizer

/// A decoder whose weights can be trained: float32 parameters and a tape, from the same description that inference
/// runs (``DecoderConfiguration``), for every family it can say.
///
/// Weights have the layout of the files they came from: the rotation as the configuration says, normalization factors
/// as stored. Parameters are named as in Hugging Face checkpoints of the family; where those keep several matrices in
/// one tensor, parts are named `<whole>.query.weight` and so on, always `[out, in]`. ``checkpointTensors(mergingAdapters:)``
/// gives what such a checkpoint really holds.
///
/// One owner; not thread-safe. Work runs on the pool's threads, and no result depends on their number.
public final class TrainableDecoder: TrainableModel {
    /// The architecture.
    public let configuration: DecoderConfiguration
    /// The adapters; nil when the weights themselves are trained.
    public let lora: LoRAConfiguration?
    /// All parameters in the order of the model; adapters behind the weight they belong to.
    public var parameters: [Parameter] { parts.all }

    let parts: TrainableParts
    let engine: TrainingEngine
    private let angles: [RotaryAngles?]

    /// Copies weights, dequantized, into parameters.
    ///
    /// With `lora` the weights are frozen: they have no gradients, and only the adapters are trained.
    ///
    /// - Throws: ``DecoderError`` when shapes disagree with the configuration, ``TensorError`` for element types that are
    ///   not numbers or when memory is short, ``TrainableDecoderError``.
    public convenience init(
        configuration: DecoderConfiguration, weights: DecoderWeights, lora: LoRAConfiguration? = nil,
        pool: ComputePool = ComputePool()
    ) throws {
        try weights.check(against: configuration)
        if let positions = weights.positionEmbedding, positions.rows != configuration.contextLength {
            throw DecoderError.shape(
                tensor: "position embedding", expected: [configuration.contextLength, configuration.hiddenSize],
                found: positions.shape)
        }
        guard weights.layers.count == configuration.layerCount else {
            throw DecoderError.unsupported("\(weights.layers.count) blocks for \(configuration.layerCount) layers")
        }
        try self.init(configuration, lora: lora, pool: pool, weights: weights) { parameter, _, tensor in
            guard let tensor else { throw TrainableDecoderError.missingWeight(parameter.name) }
            try parameter.fill(tensor, pool: pool)
        }
    }

    /// Makes a new model with random weights.
    ///
    /// - Throws: ``DecoderError`` for a description that does not fit together, ``TensorError`` when memory is short.
    public convenience init(
        configuration: DecoderConfiguration, initialization: WeightInitialization, lora: LoRAConfiguration? = nil,
        pool: ComputePool = ComputePool()
    ) throws {
        try configuration.checkTrainable()
        try self.init(configuration, lora: lora, pool: pool, weights: nil) { parameter, role, _ in
            initialization.fill(parameter, role, configuration)
        }
    }

    private init(
        _ configuration: DecoderConfiguration, lora: LoRAConfiguration?, pool: ComputePool, weights: DecoderWeights?,
        fill: @escaping (Parameter, WeightRole, Tensor?) throws -> Void
    ) throws {
        if let lora, lora.rank < 1 || lora.targets.isEmpty || !lora.alpha.isFinite {
            throw TrainableDecoderError.invalidAdapter(rank: lora.rank, alpha: lora.alpha, targets: lora.targets.count)
        }
        self.configuration = configuration
        self.lora = lora
        engine = try TrainingEngine(pool: pool)
        angles = configuration.attentionKinds.map { $0.rotary.map { RotaryAngles($0) } }
        var builder = ParameterBuilder(configuration, lora: lora, fill: fill)
        parts = try builder.build(weights)
    }
}

extension TrainableDecoder {
    /// Adds the gradient of the sum of the scored tokens' losses to the parameters' gradients; returns that sum.
    ///
    /// - Throws: ``TrainableDecoderError`` for a batch that does not fit the model; ``TensorError`` when memory is short.
    public func accumulateGradients(_ batch: TrainingBatch) throws -> LossSum {
        try run(batch, isRecording: true)
    }

    /// The sum of the scored tokens' losses, without gradients.
    ///
    /// - Throws: As ``accumulateGradients(_:)``.
    public func loss(_ batch: TrainingBatch) throws -> LossSum { try run(batch, isRecording: false) }

    /// What the factors of the linear layers and of the head are rounded to; float32 at first.
    public var precision: ComputePrecision { engine.precision }

    /// Computes in a precision from now on.
    public func use(_ precision: ComputePrecision) { engine.precision = precision }

    /// The logits of every token of one sequence, row-major `[tokens, vocabulary]`: for tests and small models.
    ///
    /// - Throws: As ``accumulateGradients(_:)``.
    public func logits(_ tokens: [TokenID]) throws -> [Float] {
        let batch = TrainingBatch(sequences: [tokens])
        try check(batch)
        guard !tokens.isEmpty else { return [] }
        let tape = Tape(engine: engine, isRecording: false)
        let logits = try tape.logits(try hiddenStates(batch, tape), head)
        return Array(UnsafeBufferPointer(start: logits.base, count: tokens.count * configuration.vocabularySize))
    }

    private func run(_ batch: TrainingBatch, isRecording: Bool) throws -> LossSum {
        try check(batch)
        // Nothing scored has no loss and no gradient.
        guard batch.scoredTokenCount > 0 else { return LossSum() }
        let tape = Tape(engine: engine, isRecording: isRecording)
        defer {
            tape.removeAll()
            engine.buffers.releaseUnused()
        }
        let loss = try tape.headLoss(try hiddenStates(batch, tape), targets: batch.targets, head)
        try tape.backward()
        return loss
    }

    private var head: HeadParameters {
        HeadParameters(
            weight: parts.head?.weight ?? parts.tokenEmbedding, bias: parts.head?.bias,
            logitScale: configuration.logitScale, softcap: configuration.logitSoftcap)
    }

    /// Everything in front of the head: `[tokens, hidden]`, normalized.
    private func hiddenStates(_ batch: TrainingBatch, _ tape: Tape) throws -> Variable {
        let sequences = batch.sequences
        let positions = sequences.flatMap { Array(0..<$0.count) }
        var x = try tape.embed(
            batch.tokens, positions: positions, table: parts.tokenEmbedding, scale: configuration.embeddingScale,
            learnedPositions: parts.positionEmbedding)
        for layer in parts.layers {
            x = try tape.add(x, try attention(x, layer, tape, positions: positions, sequences: sequences))
            x = try tape.add(x, try feedForward(x, layer, tape))
        }
        return try tape.normalize(x, parts.finalNorm)
    }

    private func attention(
        _ x: Variable, _ layer: TrainableLayer, _ tape: Tape, positions: [Int], sequences: [Range<Int>]
    ) throws -> Variable {
        let attention = configuration.attention
        let kind = configuration.attentionKinds[layer.attentionKind]
        let input = try tape.normalize(x, layer.attentionNorm)
        func heads(_ linear: LinearParameters, _ norm: NormParameters?, _ count: Int) throws -> Variable {
            var y = try tape.linear(input, linear)
            if let norm {
                let width = attention.headDimension
                y = try tape.normalize(y.reshaped(rows: y.rows * count, columns: width), norm).reshaped(
                    rows: y.rows, columns: count * width)
            }
            guard let angles = angles[layer.attentionKind] else { return y }
            return try tape.rotate(y, positions: positions, heads: count, angles)
        }
        let queries = try heads(layer.query, layer.queryNorm, attention.headCount)
        let keys = try heads(layer.key, layer.keyNorm, attention.keyValueHeadCount)
        let values = try tape.linear(input, layer.value)
        input.discard()
        let attended = try tape.attend(
            queries, keys, values,
            AttentionShape(
                headCount: attention.headCount, keyValueHeadCount: attention.keyValueHeadCount,
                dimension: attention.headDimension, scale: attention.scale, softcap: attention.softcap,
                slidingWindow: kind.slidingWindow, sequences: sequences))
        let output = try tape.linear(attended, layer.attentionOutput)
        guard let norm = layer.postAttentionNorm else { return output }
        return try tape.normalize(output, norm)
    }

    private func feedForward(_ x: Variable, _ layer: TrainableLayer, _ tape: Tape) throws -> Variable {
        let input = try tape.normalize(x, layer.feedForwardNorm)
        let up = try tape.linear(input, layer.up)
        let gate = try layer.gate.map { try tape.linear(input, $0) }
        input.discard()
        let inner =
            if let gate {
                try tape.activate(gate, up: up, configuration.activation)
            } else {
                try tape.activate(up, up: nil, configuration.activation)
            }
        let output = try tape.linear(inner, layer.down)
        inner.discard()
        guard let norm = layer.postFeedForwardNorm else { return output }
        return try tape.normalize(output, norm)
    }
}
