internal import Synchronization

extension ComputePool {
    /// Calls `body` on all threads with disjoint ranges that cover `0..<count`; `worker` names the thread.
    ///
    /// What is computed for an index must not depend on the ranges.
    package func forEachRange(
        of count: Int, atLeast minimum: Int = 1, _ body: (_ range: Range<Int>, _ worker: Int) -> Void
    ) {
        guard count > minimum, threadCount > 1 else {
            if count > 0 { body(0..<count, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            let step = max(minimum, (count + 4 * threadCount - 1) / (4 * threadCount))
            run(RangeTask(count: count, step: step, body: body))
        }
    }

    /// Calls `body` on all threads for every unit of work, handed out in order; `worker` names the thread.
    package func forEachUnit(of count: Int, _ body: (_ unit: Int, _ worker: Int) -> Void) {
        guard count > 1, threadCount > 1 else {
            for unit in 0..<count { body(unit, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            run(RangeTask(count: count, step: 1, body: { range, worker in body(range.lowerBound, worker) }))
        }
    }
}

private final class RangeTask: ParallelTask {
    private let count: Int
    private let step: Int
    private let body: (Range<Int>, Int) -> Void
    private let next = Atomic<Int>(0)

    init(count: Int, step: Int, body: @escaping (Range<Int>, Int) -> Void) {
        self.count = count
        self.step = step
        self.body = body
    }

    func execute(worker: Int, of workerCount: Int) {
        while true {
            let start = next.wrappingAdd(step, ordering: .relaxed).oldValue
            if start >= count { return }
            body(start..<min(start + step, count), worker)
        }
    }
}
