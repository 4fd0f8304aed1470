internal import LLMTensor

/// A float vector that lives as long as its ``VectorStore``.
struct WeightVector: @unchecked Sendable {
    let base: UnsafePointer<Float>
    let count: Int
}

/// Small float vectors (norms, biases) of a model in one region.
final class VectorStore: @unchecked Sendable {
    private let memory: AlignedMemory
    private var used = 0

    init(capacity: Int, vectors: Int) throws(TensorError) {
        memory = try AlignedMemory(byteCount: 4 * capacity + 128 * (vectors + 1))
    }

    /// Copies the values, each increased by `offset`; zeros follow up to a multiple of 32.
    func add(_ tensor: Tensor, offset: Float = 0) throws(TensorError) -> WeightVector {
        let values = try tensor.floats()
        // A few hundred bytes map up to two megabytes, and vectors lie all over the file.
        tensor.releaseMappedFile()
        let padded = (values.count + 31) / 32 * 32
        let out = (memory.base + used).assumingMemoryBound(to: Float.self)
        for (index, value) in values.enumerated() { out[index] = value + offset }
        used += 4 * padded
        return WeightVector(base: out, count: values.count)
    }
}

/// Weight and bias of a normalization.
struct PackedNorm: @unchecked Sendable {
    let weight: WeightVector
    let bias: WeightVector?
}

/// A matrix and its bias.
struct PackedLinear: @unchecked Sendable {
    let matrix: PackedMatrix
    let bias: WeightVector?
}

/// One block, ready to run.
struct PackedLayer: @unchecked Sendable {
    let attentionNorm: PackedNorm
    let query: PackedLinear
    let key: PackedLinear
    let value: PackedLinear
    let output: PackedLinear
    let queryNorm: PackedNorm?
    let keyNorm: PackedNorm?
    let attentionPostNorm: PackedNorm?
    let feedForwardNorm: PackedNorm
    let gate: PackedLinear?
    let up: PackedLinear
    let down: PackedLinear
    let feedForwardPostNorm: PackedNorm?
    let attentionKind: Int
}
