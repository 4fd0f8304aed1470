internal import LLMModel
internal import LLMTensor

/// Makes the parameters a configuration asks for, in the order of the model, and fills them.
struct ParameterBuilder {
    let configuration: DecoderConfiguration
    let lora: LoRAConfiguration?
    /// Gives a new parameter its values: what it is for, and where they lie in a file.
    let fill: (Parameter, WeightRole, Tensor?) throws -> Void
    private var all: [Parameter] = []
    private var places: [ParameterPlace] = []

    /// Whether the weights themselves are trained, not adapters beside them.
    private var trainsWeights: Bool { lora == nil }

    init(
        _ configuration: DecoderConfiguration, lora: LoRAConfiguration?,
        fill: @escaping (Parameter, WeightRole, Tensor?) throws -> Void
    ) {
        self.configuration = configuration
        self.lora = lora
        self.fill = fill
    }

    /// All parts; `weights` says which optional ones there are, and is nil for a new model.
    mutating func build(_ weights: DecoderWeights?) throws -> TrainableParts {
        let hidden = configuration.hiddenSize
        let embedding = try parameter(
            .tokenEmbedding, shape: [configuration.vocabularySize, hidden], weights?.tokenEmbedding)
        var positions: Parameter?
        if configuration.hasLearnedPositions {
            positions = try parameter(
                .positionEmbedding, shape: [configuration.contextLength, hidden], weights?.positionEmbedding)
        }
        var layers: [TrainableLayer] = []
        for index in 0..<configuration.layerCount { layers.append(try layer(index, weights?.layers[index])) }
        let finalNorm = try norm(.finalNorm, nil, width: hidden, weights?.finalNorm)
        var head: LinearParameters?
        if weights.map({ $0.head != nil }) ?? !configuration.tiesHeadToEmbedding {
            head = try linear(.head, nil, [configuration.vocabularySize, hidden], weights?.head, hasBias: false)
        }
        return TrainableParts(
            tokenEmbedding: embedding, positionEmbedding: positions, layers: layers, finalNorm: finalNorm,
            head: head, all: all, places: places)
    }

    private mutating func layer(_ index: Int, _ weights: DecoderLayerWeights?) throws -> TrainableLayer {
        let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
        let attention = configuration.attention
        let (queries, keys) = (
            attention.headCount * attention.headDimension, attention.keyValueHeadCount * attention.headDimension
        )
        // New models have biases where their family always has: GPT-2 everywhere, Qwen 2 on queries, keys and values.
        let all = configuration.normalization.kind == .layer
        let some = all || configuration.family == "qwen2"
        let hasPost = configuration.normalization.hasPostNormalization
        let normalizesHeads = configuration.attention.normalizesQueriesAndKeys
        var result = TrainableLayer(
            attentionNorm: try norm(.attentionNorm, index, width: hidden, weights?.attentionNorm),
            query: try linear(.query, index, [queries, hidden], weights?.query, hasBias: some),
            key: try linear(.key, index, [keys, hidden], weights?.key, hasBias: some),
            value: try linear(.value, index, [keys, hidden], weights?.value, hasBias: some),
            attentionOutput: try linear(
                .attentionOutput, index, [hidden, queries], weights?.attentionOutput, hasBias: all),
            feedForwardNorm: try norm(.feedForwardNorm, index, width: hidden, weights?.feedForwardNorm),
            up: try linear(.up, index, [inner, hidden], weights?.up, hasBias: all),
            down: try linear(.down, index, [hidden, inner], weights?.down, hasBias: all),
            attentionKind: configuration.attentionKindOfLayer[index])
        if configuration.isGated {
            result.gate = try linear(.gate, index, [inner, hidden], weights?.gate, hasBias: all)
        }
        if normalizesHeads {
            let width = attention.headDimension
            result.queryNorm = try norm(
                .queryNorm, index, width: width, weights?.queryNorm.map { AffineWeights(weight: $0) })
            result.keyNorm = try norm(
                .keyNorm, index, width: width, weights?.keyNorm.map { AffineWeights(weight: $0) })
        }
        if hasPost {
            result.postAttentionNorm = try norm(
                .postAttentionNorm, index, width: hidden, weights?.postAttentionNorm)
            result.postFeedForwardNorm = try norm(
                .postFeedForwardNorm, index, width: hidden, weights?.postFeedForwardNorm)
        }
        return result
    }

    private mutating func parameter(
        _ role: WeightRole, layer: Int? = nil, suffix: String = ".weight", shape: [Int], _ tensor: Tensor?
    ) throws -> Parameter {
        let parameter = try Parameter(
            name: configuration.checkpointName(role, layer: layer, suffix: suffix), shape: shape,
            isTrainable: trainsWeights)
        try fill(parameter, role, tensor)
        all.append(parameter)
        places.append(ParameterPlace(parameter: parameter, role: role, layer: layer, suffix: suffix))
        return parameter
    }

    private mutating func norm(
        _ role: WeightRole, _ layer: Int?, width: Int, _ weights: AffineWeights?
    ) throws -> NormParameters {
        let normalization = configuration.normalization
        let weight = try parameter(role, layer: layer, shape: [width], weights?.weight)
        var bias: Parameter?
        if weights.map({ $0.bias != nil }) ?? (normalization.kind == .layer) {
            bias = try parameter(role, layer: layer, suffix: ".bias", shape: [width], weights?.bias)
        }
        return NormParameters(
            weight: weight, bias: bias, kind: normalization.kind, epsilon: normalization.epsilon,
            offset: normalization.weightsAreOffsetsFromOne ? 1 : 0)
    }

    private mutating func linear(
        _ role: WeightRole, _ layer: Int?, _ shape: [Int], _ weights: AffineWeights?, hasBias: Bool
    ) throws -> LinearParameters {
        let weight = try parameter(role, layer: layer, shape: shape, weights?.weight)
        var bias: Parameter?
        if weights.map({ $0.bias != nil }) ?? hasBias {
            bias = try parameter(role, layer: layer, suffix: ".bias", shape: [shape[0]], weights?.bias)
        }
        let place = places.count - (bias == nil ? 1 : 2)
        let adapter = try adapter(role, layer, shape)
        places[place].adapter = adapter
        return LinearParameters(weight: weight, bias: bias, adapter: adapter)
    }

    /// An adapter where the configuration wants one: A uniform in `±1 / sqrt(in)` (PyTorch's initialization of linear
    /// layers, which PEFT takes), B zero.
    private mutating func adapter(_ role: WeightRole, _ layer: Int?, _ shape: [Int]) throws -> AdapterParameters? {
        guard let lora, let layer, let target = role.adapterTarget, lora.targets.contains(target) else { return nil }
        func name(_ part: String) -> String {
            configuration.checkpointName(role, layer: layer, suffix: ".lora_\(part).weight")
        }
        let down = try Parameter(name: name("A"), shape: [lora.rank, shape[1]])
        let up = try Parameter(name: name("B"), shape: [shape[0], lora.rank])
        let limit = 1 / Float(shape[1]).squareRoot()
        let stream = UInt64(layer) * 16 + UInt64(LoRAConfiguration.Target.allCases.firstIndex(of: target) ?? 0)
        var generator = CounterGenerator(seed: lora.seed, stream: stream)
        for i in down.values.indices { down.values[i] = (2 * generator.nextFloat() - 1) * limit }
        all += [down, up]
        return AdapterParameters(down: down, up: up, scale: lora.alpha / Float(lora.rank))
    }
}

extension WeightRole {
    /// The adapter target that this weight is.
    fileprivate var adapterTarget: LoRAConfiguration.Target? {
        switch self {
        case .query: .query
        case .key: .key
        case .value: .value
        case .attentionOutput: .attentionOutput
        case .gate: .gate
        case .up: .up
        case .down: .down
        default: nil
        }
    }
}
