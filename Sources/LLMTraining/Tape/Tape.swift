internal import LLMTensor

/// Remembers coarse operations as they run, and runs their backward steps in reverse.
///
/// An operation computes its result and records a closure that turns the result's gradient into those of its inputs.
/// The closure keeps what it needs alive; when it has run it is dropped, and with it buffers nobody else needs. One
/// owner; not thread-safe: the operations themselves use the threads of the pool.
final class Tape {
    let engine: TrainingEngine
    /// Whether backward steps are wanted at all.
    let isRecording: Bool
    private var steps: [Step] = []

    /// A recorded operation.
    private struct Step {
        let output: GradientSlot
        let backward: (Buffer) throws(TensorError) -> Void
    }

    init(engine: TrainingEngine, isRecording: Bool) {
        self.engine = engine
        self.isRecording = isRecording
    }

    var pool: ComputePool { engine.pool }
    var kernels: Kernels { engine.kernels }
    var buffers: BufferPool { engine.buffers }

    /// A result that nothing is recorded for.
    func constant(_ buffer: Buffer, rows: Int, columns: Int) -> Variable {
        Variable(rows: rows, columns: columns, values: Values(buffer), gradient: nil)
    }

    /// A result whose gradient `backward` passes on; recorded only when one of its inputs or weights is trained.
    func result(
        _ buffer: Buffer, rows: Int, columns: Int, isTrained: Bool,
        recompute: (() throws(TensorError) -> Buffer)? = nil,
        backward: @escaping (Buffer) throws(TensorError) -> Void
    ) -> Variable {
        guard isRecording, isTrained else { return constant(buffer, rows: rows, columns: columns) }
        let slot = GradientSlot()
        steps.append(Step(output: slot, backward: backward))
        return Variable(
            rows: rows, columns: columns, values: Values(buffer, recompute: recompute), gradient: slot)
    }

    /// Forgets what was recorded. Recorded steps refer to the tape, so a tape that is not run to its end needs this.
    func removeAll() { steps.removeAll() }

    /// Runs the backward steps; the gradients of the last results must have been added to their slots.
    func backward() throws(TensorError) {
        while let step = steps.popLast() {
            if let gradient = step.output.take() { try step.backward(gradient) }
        }
    }
}

/// The threads, kernels and memory that training steps use again and again. One owner; not thread-safe.
final class TrainingEngine {
    let pool: ComputePool
    /// For products that are no part of a layer, such as merging adapters: float32 always.
    let multiplier: FloatMultiplier
    let buffers = BufferPool()
    /// What the factors of ``multiply(_:)`` are rounded to.
    var precision = ComputePrecision.float32

    init(pool: ComputePool, kernels: Kernels = .best) throws(TensorError) {
        self.pool = pool
        multiplier = try FloatMultiplier(pool: pool, kernels: kernels)
    }

    var kernels: Kernels { multiplier.kernels }

    /// Computes a product of a linear layer, forward or backward.
    func multiply(_ product: FloatProduct) {
        var product = product
        product.precision = precision == .bfloat16 ? .bfloat16 : .float32
        multiplier.multiply(product)
    }
}
