internal import LLMTensor

/// A matrix of activations on a ``Tape``: a row per token, or per token and head.
struct Variable {
    let rows: Int
    let columns: Int
    let values: Values
    /// Where its gradient gathers; nil when nothing that led to it is trained.
    let gradient: GradientSlot?

    var count: Int { rows * columns }

    /// The same numbers with other extents.
    func reshaped(rows: Int, columns: Int) -> Variable {
        Variable(rows: rows, columns: columns, values: values, gradient: gradient)
    }

    /// Frees the numbers when they can be computed again: called when the forward pass needs them no more.
    func discard() { values.discard() }
}

/// The numbers of a ``Variable``. What backward steps still need, they keep alive by reference.
final class Values {
    private var buffer: Buffer?
    /// Computes the numbers anew, for results that are cheap to compute and large to keep.
    private let recompute: (() throws(TensorError) -> Buffer)?

    init(_ buffer: Buffer, recompute: (() throws(TensorError) -> Buffer)? = nil) {
        self.buffer = buffer
        self.recompute = recompute
    }

    /// The numbers, computed again when they were discarded.
    func get() throws(TensorError) -> Buffer {
        if let buffer { return buffer }
        guard let recompute else { throw .bufferSize(expected: 1, found: 0) }
        let buffer = try recompute()
        self.buffer = buffer
        return buffer
    }

    func discard() { if recompute != nil { buffer = nil } }
}

/// Where the gradient of a ``Variable`` gathers. Buffers may be shared between slots; they are copied before a change.
final class GradientSlot {
    private var buffer: Buffer?

    /// The gradient, which the slot gives up; nil when nothing flowed into it.
    func take() -> Buffer? {
        defer { buffer = nil }
        return buffer
    }

    /// Adds a whole buffer, or takes a reference to it when it is the first.
    func add(_ other: Buffer, count: Int, on tape: Tape) throws(TensorError) {
        guard buffer != nil else {
            buffer = other
            return
        }
        let (target, _) = try self.target(count, on: tape)
        let (from, to) = (other.base, target.base)
        tape.pool.forEachRange(of: count, atLeast: 4096) { range, _ in
            GradientKernels.addScaled(from + range.lowerBound, 1, count: range.count, to: to + range.lowerBound)
        }
    }

    /// A buffer of its own to write a part of the gradient into, and whether that part is to be added.
    func target(_ count: Int, on tape: Tape) throws(TensorError) -> (buffer: Buffer, accumulates: Bool) {
        guard buffer != nil else {
            let new = try tape.buffers.buffer(count)
            buffer = new
            return (new, false)
        }
        if !isKnownUniquelyReferenced(&buffer), let shared = buffer {
            let copy = try tape.buffers.buffer(count)
            copy.base.update(from: shared.base, count: count)
            buffer = copy
        }
        guard let own = buffer else { throw .bufferSize(expected: count, found: 0) }
        return (own, true)
    }
}
