public import LLMModel
internal import LLMTensor

/// A low-rank adapter in PEFT's format, read: for merging into its base.
///
/// Immutable, for use from any thread.
public struct PEFTAdapter: Sendable {
    /// Rank, alpha and targets.
    public let configuration: LoRAConfiguration
    /// What the product of the two matrices is multiplied by.
    public let scale: Float

    private let file: SafetensorsFile

    /// Opens a folder.
    ///
    /// - Throws: ``TrainingError/checkpoint(path:reason:)`` for kinds of
    ///   adapters that are more than two matrices beside a frozen one; `TensorFileError`; `JSONError`.
    public init(path folder: String) throws {
        let path = folder + "/" + AdapterExport.configurationName
        let bytes = try MappedFile(path: path).withUnsafeBytes { [UInt8]($0) }
        let node = JSONNode(try JSONValue.parse(bytes, source: path), source: path)
        func refuse(_ reason: String) -> TrainingError { .checkpoint(path: path, reason: reason) }
        guard try node["peft_type"].string() == "LORA" else {
            throw refuse("expected an adapter of type LORA")
        }
        for key in ["use_dora", "fan_in_fan_out", "use_qalora", "alora_invocation_tokens"] {
            if let value = node[key].ifPresent?.value, value.boolValue != false {
                throw refuse("\(key) is not supported")
            }
        }
        for key in ["modules_to_save", "rank_pattern", "alpha_pattern", "trainable_token_indices", "layer_replication"]
        {
            guard let value = node[key].ifPresent?.value else { continue }
            let isEmpty = value.objectValue?.isEmpty ?? value.arrayValue?.isEmpty ?? false
            guard isEmpty else { throw refuse("\(key) is not supported") }
        }
        if let bias = node["bias"].ifPresent, try bias.string() != "none" { throw refuse("trained biases") }
        let rank = try node["r"].integer()
        let alpha = Float(try node["lora_alpha"].double())
        guard rank > 0, rank <= 1 << 16, alpha.isFinite else { throw refuse("rank \(rank), alpha \(alpha)") }
        let isStabilized = node["use_rslora"].value?.boolValue == true
        scale = alpha / (isStabilized ? Float(rank).squareRoot() : Float(rank))
        let file = try SafetensorsFile(path: folder + "/" + AdapterExport.weightsName)
        let targets = LoRAConfiguration.Target.allCases.filter { target in
            file.tensorNames.contains { $0.contains(".\(target.rawValue).lora_A.") }
        }
        configuration = LoRAConfiguration(rank: rank, alpha: alpha, targets: Set(targets))
        self.file = file
    }

    /// The weights of a base with the adapter added: `W + scale * B A`, in float32 where there is an adapter.
    ///
    /// - Parameter base: The architecture of `weights`; rows of queries and keys may lie as GGUF files have them.
    /// - Throws: ``TrainingError/checkpoint(path:reason:)`` when a matrix belongs to no weight of the base, or does not fit.
    public func merged(into weights: DecoderWeights, of base: DecoderConfiguration) throws -> DecoderWeights {
        var result = weights
        var used = 0
        for layer in weights.layers.indices {
            for target in LoRAConfiguration.Target.allCases {
                let name = AdapterExport.prefix + base.checkpointName(target.role, layer: layer, suffix: "")
                let (down, up) = ("\(name).lora_A.weight", "\(name).lora_B.weight")
                guard file.hasTensor(down), file.hasTensor(up) else { continue }
                used += 2
                let isRotated = target == .query || target == .key
                let order = isRotated ? InterleavedRows(base, layer: layer) : nil
                guard let matrix = weights.layers[layer][target] else {
                    throw TrainingError.checkpoint(
                        path: file.path, reason: "'\(down)': the base has no such projection")
                }
                result.layers[layer][target]?.weight = try sum(matrix.weight, down: down, up: up, order)
            }
        }
        guard used == file.tensors.count else {
            throw TrainingError.checkpoint(
                path: file.path, reason: "\(file.tensors.count - used) tensors belong to no projection of the base")
        }
        return result
    }

    private func sum(_ weight: Tensor, down: String, up: String, _ order: InterleavedRows?) throws -> Tensor {
        let (a, b) = (try file.tensor(named: down), try file.tensor(named: up))
        let (rows, columns, rank) = (weight.rows, weight.columns, configuration.rank)
        guard a.shape == [rank, columns], b.shape == [rows, rank] else {
            throw TrainingError.checkpoint(
                path: file.path,
                reason: "'\(down)' is \(a.shape) beside \(b.shape), expected \([rank, columns]) and \([rows, rank])")
        }
        var values = try weight.floats()
        let (left, right) = (try b.floats(), try a.floats())
        values.withUnsafeMutableBufferPointer { values in
            right.withUnsafeBufferPointer { right in
                for row in 0..<rows {
                    // The adapter's rows lie in halves.
                    let source = order?.rowInHalves(row) ?? row
                    for k in 0..<rank {
                        let factor = scale * left[source * rank + k]
                        for column in 0..<columns {
                            values[row * columns + column] += factor * right[k * columns + column]
                        }
                    }
                }
            }
        }
        return Tensor(shape: weight.shape, floats: values)
    }
}

/// The order of the rows of queries and keys in GGUF files of the llama architecture.
struct InterleavedRows {
    private let headDimension: Int
    private let half: Int

    /// Nil when rows lie in halves, as in Hugging Face checkpoints.
    init?(_ configuration: DecoderConfiguration, layer: Int) {
        let rotary =
            configuration.attentionKind(ofLayer: layer).rotary
            ?? configuration.attentionKinds.lazy.compactMap(\.rotary).first
        guard let rotary, rotary.layout == .interleaved else { return nil }
        headDimension = configuration.attention.headDimension
        half = rotary.dimensions / 2
    }

    /// Where a row stands in a checkpoint with halves.
    func rowInHalves(_ row: Int) -> Int {
        let place = row % headDimension
        guard place < 2 * half else { return row }
        return row - place + place / 2 + (place % 2) * half
    }
}

extension LoRAConfiguration.Target {
    fileprivate var role: WeightRole {
        switch self {
        case .query: .query
        case .key: .key
        case .value: .value
        case .attentionOutput: .attentionOutput
        case .gate: .gate
        case .up: .up
        case .down: .down
        }
    }
}

extension DecoderLayerWeights {
    /// The projection that an adapter targets; nil when the layer has none.
    fileprivate subscript(target: LoRAConfiguration.Target) -> AffineWeights? {
        get {
            switch target {
            case .query: query
            case .key: key
            case .value: value
            case .attentionOutput: attentionOutput
            case .gate: gate
            case .up: up
            case .down: down
            }
        }
        set {
            guard let newValue else { return }
            switch target {
            case .query: query = newValue
            case .key: key = newValue
            case .value: value = newValue
            case .attentionOutput: attentionOutput = newValue
            case .gate: gate = newValue
            case .up: up = newValue
            case .down: down = newValue
            }
        }
    }
}
