internal import LLMTensor

/// Floats taken from a ``BufferPool``; they go back when the last reference goes.
///
/// Contents are arbitrary at first.
final class Buffer {
    let base: UnsafeMutablePointer<Float>
    let count: Int
    private let memory: AlignedMemory
    private let pool: BufferPool

    fileprivate init(memory: AlignedMemory, count: Int, pool: BufferPool) {
        self.memory = memory
        self.count = count
        self.pool = pool
        base = memory.base.assumingMemoryBound(to: Float.self)
    }

    deinit { pool.take(back: memory) }
}

/// Memory of activations and their gradients, used again from step to step. One owner; not thread-safe.
final class BufferPool {
    private var free: [Int: [AlignedMemory]] = [:]
    private var used: Set<Int> = []
    /// Bytes of all buffers, in use or not.
    private(set) var byteCount = 0

    /// A buffer of at least `count` floats.
    func buffer(_ count: Int) throws(TensorError) -> Buffer {
        let size = Self.roundedSize(4 * count)
        used.insert(size)
        if let memory = free[size]?.popLast() { return Buffer(memory: memory, count: count, pool: self) }
        let memory = try AlignedMemory(byteCount: size)
        byteCount += size
        return Buffer(memory: memory, count: count, pool: self)
    }

    /// Releases sizes that nobody asked for since the last call: batches of another length do not pile up.
    func releaseUnused() {
        for (size, memory) in free where !used.contains(size) {
            byteCount -= size * memory.count
            free[size] = nil
        }
        used.removeAll()
    }

    fileprivate func take(back memory: AlignedMemory) { free[memory.byteCount, default: []].append(memory) }

    /// Sizes in steps of an eighth of a power of two, so that neighbouring lengths share buffers.
    private static func roundedSize(_ bytes: Int) -> Int {
        let step = max(4096, (1 << (Int.bitWidth - max(bytes, 1).leadingZeroBitCount - 1)) >> 3)
        return (max(bytes, 1) + step - 1) / step * step
    }
}
