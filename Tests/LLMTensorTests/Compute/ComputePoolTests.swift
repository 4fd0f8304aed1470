import Synchronization
import Testing

@testable import LLMTensor

@Suite struct ComputePoolTests {
    /// Counts who came by, and checks that nobody passes a barrier before all have arrived.
    final class Counting: ParallelTask, Sendable {
        let pool: ComputePool
        let arrivals = Atomic<Int>(0)
        let early = Atomic<Int>(0)
        let rounds: Int

        init(_ pool: ComputePool, rounds: Int) {
            self.pool = pool
            self.rounds = rounds
        }

        func execute(worker: Int, of workerCount: Int) {
            for round in 1...rounds {
                arrivals.wrappingAdd(1, ordering: .sequentiallyConsistent)
                pool.barrier()
                if arrivals.load(ordering: .sequentiallyConsistent) < round * workerCount {
                    early.wrappingAdd(1, ordering: .relaxed)
                }
                pool.barrier()
            }
        }
    }

    @Test(arguments: [1, 2, 3, 8]) func `all threads take part and meet at barriers`(threads: Int) {
        let pool = ComputePool(threadCount: threads)
        #expect(pool.threadCount == threads)
        for _ in 0..<20 {
            let task = Counting(pool, rounds: 10)
            pool.run(task)
            #expect(task.arrivals.load(ordering: .relaxed) == 10 * threads)
            #expect(task.early.load(ordering: .relaxed) == 0)
        }
    }

    @Test func `callers from several threads take turns`() async {
        let pool = ComputePool(threadCount: 2)
        let total = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let task = Counting(pool, rounds: 5)
                    pool.run(task)
                    return task.arrivals.load(ordering: .relaxed)
                }
            }
            return await group.reduce(0, +)
        }
        #expect(total == 8 * 5 * 2)
    }

    @Test func `a pool that slept works on`() async throws {
        let pool = ComputePool(threadCount: 2)
        for _ in 0..<3 {
            try await Task.sleep(for: .milliseconds(30))
            let task = Counting(pool, rounds: 2)
            pool.run(task)
            #expect(task.arrivals.load(ordering: .relaxed) == 4)
        }
    }

    @Test func `absurd thread counts are bounded`() {
        #expect(ComputePool(threadCount: 0).threadCount == 1)
        #expect(ComputePool(threadCount: -3).threadCount == 1)
    }
}
