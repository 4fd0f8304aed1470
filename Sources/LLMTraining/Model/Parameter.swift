public import LLMTensor

/// A float32 array that training changes, with room for its gradient.
///
/// The optimizer and the model share it; one trainer owns both. Not thread-safe: within a step, kernels on the
/// library's own threads write disjoint parts.
public final class Parameter {
    /// The name the weight has in a Hugging Face checkpoint of the family, `model.layers.0.mlp.up_proj.weight`; adapters:
    /// as PEFT names them.
    public let name: String
    /// Row-major, outermost first: `[out, in]` for matrices.
    public let shape: [Int]
    /// Whether weight decay applies: matrices and embeddings yes, norms and biases no.
    public let decays: Bool
    /// The numbers, `elementCount` of them; lives as long as the object.
    public let values: UnsafeMutableBufferPointer<Float>
    /// The sum of gradients since they were last cleared; nil for a frozen parameter.
    public let gradient: UnsafeMutableBufferPointer<Float>?

    private let memory: AlignedMemory
    private let gradientMemory: AlignedMemory?

    /// Numbers it holds.
    public var elementCount: Int { values.count }
    /// Whether training changes it.
    public var isTrainable: Bool { gradient != nil }

    /// Allocates zeros; throws ``TensorError/outOfMemory(byteCount:)``.
    public init(name: String, shape: [Int], isTrainable: Bool = true, decays: Bool? = nil) throws(TensorError) {
        let count = shape.reduce(1, *)
        self.name = name
        self.shape = shape
        self.decays = decays ?? (shape.count > 1)
        memory = try AlignedMemory(byteCount: count * MemoryLayout<Float>.stride)
        values = UnsafeMutableBufferPointer(
            start: memory.base.bindMemory(to: Float.self, capacity: count), count: count)
        if isTrainable {
            let memory = try AlignedMemory(byteCount: count * MemoryLayout<Float>.stride)
            gradientMemory = memory
            gradient = UnsafeMutableBufferPointer(
                start: memory.base.bindMemory(to: Float.self, capacity: count), count: count)
        } else {
            gradientMemory = nil
            gradient = nil
        }
    }

    /// Sets the gradient to zero.
    public func clearGradient() { gradient?.update(repeating: 0) }
}
