internal import LLMTensor

/// A product of the encoder, in the form that this machine and the way to compute ask for.
struct EncoderLinear: @unchecked Sendable {
    /// Codes of 16 bits; else ``matrix`` and ``bias``.
    let codes: Matrix16?
    let matrix: PackedMatrix?
    let bias: WeightVector?
    /// Planes of 8-bit activations.
    let planes: Int
    /// Outputs.
    let rows: Int
    /// Inputs.
    let columns: Int

    /// Panels that can be worked on one by one.
    var panelCount: Int { codes?.panelCount ?? matrix?.panelCount ?? 0 }
}

/// All products of an encoder, packed: `[layer][query and key as one; value; output; up; down]`.
final class EncoderProducts: Sendable {
    static let perLayer = 5
    /// Places of the products in a layer that read two planes of 8-bit codes, the value and the up projection: what
    /// rounding their inputs to one plane costs is nearly all that rounding all inputs costs (all-MiniLM-L6-v2).
    private static let finePlaces = [1, 3]

    let linears: [EncoderLinear]
    /// Whether products read 16-bit codes.
    let uses16: Bool
    /// Whether products read 8-bit codes.
    let usesInt8: Bool
    private let weights: PackedWeights?
    private let vectors: VectorStore?

    init(
        _ layers: [EncoderLayerWeights], _ compute: EncoderCompute, _ kernels: Kernels, pool: ComputePool
    ) throws(TensorError) {
        let groups = layers.flatMap { [[$0.query, $0.key], [$0.value], [$0.attentionOutput], [$0.up], [$0.down]] }
        let isFloat = groups.allSatisfy { $0.allSatisfy { [.f32, .f16, .bf16].contains($0.weight.elementType) } }
        uses16 = isFloat && Self.prefers16(compute, kernels)
        var linears: [EncoderLinear] = []
        if uses16 {
            for group in groups {
                let matrix = try Matrix16(
                    group.map(\.weight), biases: group.map(\.bias), kernels: kernels, pool: pool)
                linears.append(
                    EncoderLinear(
                        codes: matrix, matrix: nil, bias: nil, planes: 0, rows: matrix.rows, columns: matrix.columns))
            }
            (weights, vectors, usesInt8) = (nil, nil, false)
        } else {
            var matrices: [Tensor] = []
            for group in groups {
                var parts: [Tensor] = []
                for part in group { parts.append(try part.weight.converted(for: compute)) }
                matrices.append(parts.count == 1 ? parts[0] : try Tensor(joining: parts))
            }
            let packed = try PackedWeights(
                matrices, keepsFloats: compute == .exact, pool: pool, releasesSource: false)
            let store = try VectorStore(
                capacity: matrices.reduce(0) { $0 + ($1.rows + 31) / 32 * 32 }, vectors: matrices.count)
            for (index, group) in groups.enumerated() {
                var values: [Float] = []
                for part in group {
                    values += try part.bias?.floats() ?? Array(repeating: 0, count: part.weight.rows)
                }
                let matrix = packed.matrices[index]
                linears.append(
                    EncoderLinear(
                        codes: nil, matrix: matrix,
                        bias: try store.add(Tensor(shape: [values.count], floats: values)),
                        planes: Self.finePlaces.contains(index % Self.perLayer) ? 2 : 1, rows: matrix.rows,
                        columns: matrix.columns))
            }
            (weights, vectors) = (packed, store)
            usesInt8 = packed.matrices.contains { $0.usesQuantizedActivations }
        }
        self.linears = linears
    }

    private static func prefers16(_ compute: EncoderCompute, _ kernels: Kernels) -> Bool {
        switch compute {
        case .int8: kernels.prefers16
        case .bfloat16: kernels.has16 && kernels.name != "generic"
        case .exact: false
        }
    }
}

extension Tensor {
    /// Matrices of one width, one below the other; where their types differ they meet as floats.
    fileprivate init(joining parts: [Tensor]) throws(TensorError) {
        let shape = [parts.reduce(0) { $0 + $1.rows }, parts.first?.columns ?? 0]
        guard let type = parts.first?.elementType, parts.allSatisfy({ $0.elementType == type }) else {
            var values: [Float] = []
            for part in parts { values += try part.floats() }
            self.init(shape: shape, floats: values)
            return
        }
        let bytes = parts.flatMap { part in part.withUnsafeBytes { Array($0) } }
        try self.init(shape: shape, elementType: type, storage: TensorStorage(copying: bytes))
    }
}
