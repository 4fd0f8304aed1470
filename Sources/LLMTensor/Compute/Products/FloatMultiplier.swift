internal import Synchronization

/// Multiplies float matrices on all threads of a pool, near the processor's peak.
///
/// Holds the memory that packed factors need; one owner, not thread-safe. Results do not depend on the number of
/// threads.
package final class FloatMultiplier: ParallelTask {
    /// Floats of the packed factor at once: 6 MiB, in the last-level cache.
    private static let capacity = 3 << 19

    package let pool: ComputePool
    package let kernels: Kernels
    private let shared: AlignedMemory
    private let own: AlignedMemory
    private let counter = Atomic<Int>(0)
    private var blocking: FloatBlocking?

    /// Allocates packing memory; throws ``TensorError/outOfMemory(byteCount:)``.
    package init(pool: ComputePool, kernels: Kernels = .best) throws(TensorError) {
        self.pool = pool
        self.kernels = kernels
        shared = try AlignedMemory(byteCount: 4 * Self.capacity + 64)
        own = try AlignedMemory(byteCount: 4 * FloatBlocking.privateFloats(kernels) * pool.threadCount)
    }

    /// Computes a product.
    package func multiply(_ product: FloatProduct) {
        guard product.isWork else { return }
        let blocking = FloatBlocking(product, kernels: kernels, capacity: Self.capacity)
        if product.rows * product.columns * product.depth < 1 << 15 {
            run(blocking, worker: 0, of: 1) {}
            return
        }
        self.blocking = blocking
        pool.run(self)
        self.blocking = nil
    }

    package func execute(worker: Int, of workerCount: Int) {
        guard let blocking else { return }
        run(blocking, worker: worker, of: workerCount) { pool.barrier() }
    }

    private func run(_ blocking: FloatBlocking, worker: Int, of workerCount: Int, barrier: () -> Void) {
        let shared = self.shared.base.assumingMemoryBound(to: Float.self)
        let own = self.own.base.assumingMemoryBound(to: Float.self) + worker * FloatBlocking.privateFloats(kernels)
        blocking.forEachBlock { lanes, depths in
            let panels = (lanes.count + blocking.sharedWidth - 1) / blocking.sharedWidth
            for panel in (panels * worker / workerCount)..<(panels * (worker + 1) / workerCount) {
                blocking.packShared(panel: panel, lanes: lanes, depths: depths, into: shared)
            }
            if worker == 0 { counter.store(0, ordering: .relaxed) }
            barrier()
            let (units, splits) = blocking.units(lanes: lanes, threads: workerCount)
            while true {
                let unit = counter.wrappingAdd(1, ordering: .relaxed).oldValue
                if unit >= units { break }
                blocking.compute(
                    unit: unit, splits: splits, lanes: lanes, depths: depths, shared: shared, own: own)
            }
            barrier()
        }
    }
}

extension FloatBlocking {
    /// Calls `body` for the blocks of lanes and depths of the shared factor, in order.
    func forEachBlock(_ body: (_ lanes: Range<Int>, _ depths: Range<Int>) -> Void) {
        for lane in stride(from: 0, to: sharedLanes, by: laneBlock) {
            for depth in stride(from: 0, to: product.depth, by: depthBlock) {
                body(
                    lane..<min(lane + laneBlock, sharedLanes), depth..<min(depth + depthBlock, product.depth))
            }
        }
    }
}

extension FloatProduct {
    /// Whether there is anything to sum; a product of no depth is written as zeros here.
    fileprivate var isWork: Bool {
        guard rows > 0, columns > 0 else { return false }
        if depth == 0, !accumulates {
            for row in 0..<rows { (out + row * outStride).update(repeating: 0, count: columns) }
        }
        return depth > 0
    }

    /// Floats of scratch memory ``runSerially(scratch:kernels:)`` needs.
    package static func serialScratch(_ kernels: Kernels) -> Int {
        serialCapacity + FloatBlocking.privateFloats(kernels)
    }

    /// 256 KiB: a quarter of a second-level cache.
    private static let serialCapacity = 1 << 16

    /// Computes the product on the calling thread; for the small products inside other parallel work.
    package func runSerially(scratch: UnsafeMutablePointer<Float>, kernels: Kernels) {
        guard isWork else { return }
        let blocking = FloatBlocking(self, kernels: kernels, capacity: Self.serialCapacity)
        let own = scratch + Self.serialCapacity
        blocking.forEachBlock { lanes, depths in
            let panels = (lanes.count + blocking.sharedWidth - 1) / blocking.sharedWidth
            for panel in 0..<panels {
                blocking.packShared(panel: panel, lanes: lanes, depths: depths, into: scratch)
            }
            for unit in 0..<blocking.units(lanes: lanes, threads: 1).count {
                blocking.compute(
                    unit: unit, splits: 1, lanes: lanes, depths: depths, shared: scratch, own: own)
            }
        }
    }
}
