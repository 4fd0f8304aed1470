internal import LLMTensor

/// Takes weights out of a file by what they are for, checks their shapes, and knows which were not asked for.
///
/// Every tensor is a view of the mapped file, also the parts of fused ones; only transposed weights are copied.
struct WeightReader {
    private let source: any WeightSource
    private let table: WeightNames
    private let configuration: DecoderConfiguration
    private let prefix: String
    private let headPrefix: String
    private var taken: Set<String> = []

    /// A reader for the names that `table` gives.
    ///
    /// - Throws: ``ModelLoadingError/missingTensor(source:name:)`` when there is no token embedding.
    init(
        _ source: any WeightSource, _ table: WeightNames, _ configuration: DecoderConfiguration
    ) throws(ModelLoadingError) {
        func fitting(_ role: WeightRole, _ prefixes: [String]) -> String? {
            prefixes.first { prefix in
                table.name(role, layer: nil, prefix: prefix).map { source.hasTensor($0) } ?? false
            }
        }
        let prefixes = table.prefixes
        guard let prefix = fitting(.tokenEmbedding, prefixes) else {
            let name = table.name(.tokenEmbedding, layer: nil, prefix: prefixes.first ?? "") ?? ""
            throw .missingTensor(source: source.path, name: name)
        }
        self.source = source
        self.table = table
        self.configuration = configuration
        self.prefix = prefix
        headPrefix = fitting(.head, table.headPrefixes) ?? table.headPrefixes.first ?? ""
    }

    /// A weight that must be there.
    mutating func required(_ role: WeightRole, layer: Int? = nil) throws(ModelLoadingError) -> AffineWeights {
        guard let pair = try optional(role, layer: layer) else {
            throw .missingTensor(source: source.path, name: name(role, layer, ".weight") ?? role.rawValue)
        }
        return pair
    }

    /// A weight that may be there.
    mutating func optional(_ role: WeightRole, layer: Int? = nil) throws(ModelLoadingError) -> AffineWeights? {
        guard let name = name(role, layer, ".weight"), source.hasTensor(name) else { return nil }
        let shape = shape(of: role)
        let isTransposed = table.transposed.contains(role)
        var weight = try tensor(name, shape: isTransposed ? shape.reversed() : shape)
        if isTransposed {
            do throws(TensorError) { weight = try weight.transposed() } catch {
                throw .tensor(source: source.path, name: name, error: error)
            }
        }
        var bias: Tensor?
        if let name = self.name(role, layer, ".bias") {
            if source.hasTensor(name) {
                bias = try tensor(name, shape: [shape[0]])
            } else if table.requiredBiases.contains(role) {
                throw .missingTensor(source: source.path, name: name)
            }
        }
        return AffineWeights(weight: weight, bias: bias)
    }

    /// Weights of these roles: each its own tensor, or consecutive rows of the fused one.
    mutating func required(
        _ roles: [WeightRole], fusedAs fused: WeightRole, layer: Int
    ) throws(ModelLoadingError) -> [AffineWeights] {
        let isSeparate = roles.allSatisfy { name($0, layer, ".weight").map { source.hasTensor($0) } ?? false }
        if !isSeparate, let whole = try optional(fused, layer: layer) {
            var parts: [AffineWeights] = []
            var row = 0
            for role in roles {
                let end = row + shape(of: role)[0]
                do throws(TensorError) {
                    let weight = try whole.weight.slice(rows: row..<end)
                    let bias = try whole.bias?.slice(rows: row..<end)
                    parts.append(AffineWeights(weight: weight, bias: bias))
                } catch {
                    throw .tensor(
                        source: source.path, name: name(fused, layer, ".weight") ?? fused.rawValue, error: error)
                }
                row = end
            }
            return parts
        }
        var parts: [AffineWeights] = []
        for role in roles { parts.append(try required(role, layer: layer)) }
        return parts
    }

    /// Refuses a file with weights that nobody asked for: the architecture would not be this model's.
    func finish() throws(ModelLoadingError) {
        let unused = source.tensorNames.filter { name in
            !taken.contains(name) && !table.ignoredSuffixes.contains { name.hasSuffix($0) }
                && !table.ignoredPrefixes.contains { name.hasPrefix($0) }
                // A tied head is sometimes stored nevertheless.
                && name != self.name(.head, nil, ".weight")
        }
        guard unused.isEmpty else { throw .unexpectedTensors(source: source.path, names: unused) }
    }
}

extension WeightReader {
    private func name(_ role: WeightRole, _ layer: Int?, _ suffix: String) -> String? {
        table.name(role, layer: layer, prefix: role == .head ? headPrefix : prefix, suffix: suffix)
    }

    private mutating func tensor(_ name: String, shape: [Int]) throws(ModelLoadingError) -> Tensor {
        let tensor: Tensor
        do throws(TensorFileError) { tensor = try source.tensor(named: name) } catch { throw .file(error) }
        guard tensor.shape == shape else {
            throw .shapeMismatch(source: source.path, tensor: name, expected: shape, actual: tensor.shape)
        }
        taken.insert(name)
        return tensor
    }

    /// `[rows, columns]` of a matrix, `[elements]` of a vector.
    private func shape(of role: WeightRole) -> [Int] {
        let hidden = configuration.hiddenSize
        let intermediate = configuration.intermediateSize
        let attention = configuration.attention
        let queries = attention.headCount * attention.headDimension
        let keys = attention.keyValueHeadCount * attention.headDimension
        switch role {
        case .tokenEmbedding, .head: return [configuration.vocabularySize, hidden]
        case .positionEmbedding: return [configuration.contextLength, hidden]
        case .finalNorm, .attentionNorm, .postAttentionNorm, .feedForwardNorm, .postFeedForwardNorm: return [hidden]
        case .queryNorm, .keyNorm: return [attention.headDimension]
        case .query: return [queries, hidden]
        case .key, .value: return [keys, hidden]
        case .fusedQueryKeyValue: return [queries + 2 * keys, hidden]
        case .attentionOutput: return [hidden, queries]
        case .gate, .up: return [intermediate, hidden]
        case .fusedGateUp: return [2 * intermediate, hidden]
        case .down: return [hidden, intermediate]
        }
    }
}
