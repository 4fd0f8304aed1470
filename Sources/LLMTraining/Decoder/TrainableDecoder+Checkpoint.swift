internal import LLMModel
public import LLMTensor

extension TrainableDecoder {
    /// The weights as a Hugging Face checkpoint of the family holds them, in float32 and in the order of the model.
    ///
    /// Parts are put together where the family has one tensor for them, transposed where it stores `[in, out]`, rotated
    /// pairs are laid in halves, and normalization factors become offsets where the family stores them so. A head
    /// that is the token embedding is left out. Everything is copied.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:)``.
    public func checkpointTensors(
        mergingAdapters: Bool = true
    ) throws(TensorError) -> [(name: String, tensor: Tensor)] {
        try checkpointTensors { (place: ParameterPlace) throws(TensorError) in
            if mergingAdapters, let adapter = place.adapter {
                let linear = LinearParameters(weight: place.parameter, bias: nil, adapter: adapter)
                return try snapshot(linear).weight.floats()
            }
            return Array(place.parameter.values)
        }
    }

    /// The adapters as PEFT stores them, without its prefix `base_model.model.`: `...q_proj.lora_A.weight` `[rank, in]`
    /// and `...q_proj.lora_B.weight` `[out, rank]`; empty for a model without adapters.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:)``.
    public func adapterTensors() throws(TensorError) -> [(name: String, tensor: Tensor)] {
        var result: [(name: String, tensor: Tensor)] = []
        for place in parts.places {
            guard let adapter = place.adapter else { continue }
            result.append((adapter.down.name, try adapter.down.tensor()))
            let up = CheckpointMatrix(shape: adapter.up.shape, values: Array(adapter.up.values))
            result.append((adapter.up.name, try inHalves(up, place).tensor()))
        }
        return result
    }

    /// What ``checkpointTensors(mergingAdapters:)`` does, with numbers from elsewhere (gradients, in tests).
    func checkpointTensors(
        values: (ParameterPlace) throws(TensorError) -> [Float], areWeights: Bool = true
    ) throws(TensorError) -> [(name: String, tensor: Tensor)] {
        var result: [(name: String, tensor: Tensor)] = []
        var fused: (name: String, role: WeightRole, matrix: CheckpointMatrix)?
        func finishFused() throws(TensorError) {
            guard let whole = fused else { return }
            fused = nil
            let matrix = configuration.isTransposedInCheckpoint(whole.role) ? whole.matrix.transposed : whole.matrix
            result.append((whole.name, try matrix.tensor()))
        }
        // Weights before biases: the parts of a fused tensor follow each other then.
        for suffixes in [[".weight"], [".bias"]] {
            for place in parts.places where suffixes.contains(place.suffix) {
                var matrix = CheckpointMatrix(shape: place.parameter.shape, values: try values(place))
                matrix = inHalves(matrix, place)
                if areWeights { storeOffsets(&matrix, place) }
                if let role = configuration.checkpointFusion(of: place.role) {
                    let name = configuration.checkpointName(role, layer: place.layer, suffix: place.suffix)
                    if let whole = fused, whole.name == name {
                        fused?.matrix.append(matrix)
                    } else {
                        try finishFused()
                        fused = (name, role, matrix)
                    }
                    continue
                }
                try finishFused()
                if configuration.isTransposedInCheckpoint(place.role) { matrix = matrix.transposed }
                result.append((place.parameter.name, try matrix.tensor()))
            }
            try finishFused()
        }
        return result
    }

    /// Rows of queries and keys whose rotated pairs are interleaved (GGUF files of the llama architecture), in halves.
    private func inHalves(_ matrix: CheckpointMatrix, _ place: ParameterPlace) -> CheckpointMatrix {
        guard place.role == .query || place.role == .key, let layer = place.layer,
            let rotary = configuration.attentionKind(ofLayer: layer).rotary ?? configuration.anyRotary,
            rotary.layout == .interleaved
        else { return matrix }
        let (dimension, half) = (configuration.attention.headDimension, rotary.dimensions / 2)
        return matrix.rows { row in
            let (head, place) = (row / dimension, row % dimension)
            if place < half { return head * dimension + 2 * place }
            if place < 2 * half { return head * dimension + 2 * (place - half) + 1 }
            return row
        }
    }

    private func storeOffsets(_ matrix: inout CheckpointMatrix, _ place: ParameterPlace) {
        let isNorm =
            switch place.role {
            case .attentionNorm, .feedForwardNorm, .postAttentionNorm, .postFeedForwardNorm, .queryNorm, .keyNorm,
                .finalNorm:
                place.suffix == ".weight"
            default: false
            }
        guard isNorm, configuration.checkpointStoresNormalizationOffsets,
            !configuration.normalization.weightsAreOffsetsFromOne
        else { return }
        for index in matrix.values.indices { matrix.values[index] -= 1 }
    }
}

extension DecoderConfiguration {
    /// The layout of layers without a rotation (SmolLM 3) is that of the others: files permute all layers alike.
    fileprivate var anyRotary: RotaryConfiguration? { attentionKinds.lazy.compactMap(\.rotary).first }
}

/// A matrix or vector on its way into a checkpoint.
struct CheckpointMatrix {
    var shape: [Int]
    var values: [Float]

    func tensor() throws(TensorError) -> Tensor {
        let storage = try TensorStorage(byteCount: 4 * values.count) { target in
            values.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        return try Tensor(shape: shape, elementType: .f32, storage: storage)
    }

    private var width: Int { shape.count > 1 ? shape[1] : 1 }

    /// The rows in another order: row `i` is the old row `source(i)`.
    func rows(_ source: (Int) -> Int) -> CheckpointMatrix {
        var copy = self
        for row in 0..<shape[0] {
            let from = source(row) * width
            copy.values.replaceSubrange((row * width)..<((row + 1) * width), with: values[from..<(from + width)])
        }
        return copy
    }

    /// Adds the rows of another matrix below.
    mutating func append(_ other: CheckpointMatrix) {
        shape[0] += other.shape[0]
        values += other.values
    }

    var transposed: CheckpointMatrix {
        guard shape.count == 2 else { return self }
        let (rows, columns) = (shape[0], shape[1])
        var copy = CheckpointMatrix(shape: [columns, rows], values: values)
        for row in 0..<rows {
            for column in 0..<columns { copy.values[column * rows + row] = values[row * columns + column] }
        }
        return copy
    }
}
