internal import CLLMKernels
internal import Synchronization

/// A thread that runs the jobs of an executor in order, and sleeps while there are none.
///
/// It starts with the first job. Handing over a job allocates nothing once the list of waiting jobs is as long as it gets.
/// May be used from any thread.
package final class JobThread: Sendable {
    private let queue: JobQueue

    /// - Parameter name: The thread's name for debuggers; 15 bytes of it are kept.
    package init(name: String) { queue = JobQueue(name: name) }

    /// Hands over a job; jobs run in the order of their coming. Without a thread to be had it runs here.
    package func add(_ job: UnownedJob, on executor: UnownedSerialExecutor) {
        queue.add(JobQueue.Entry(job: job, executor: executor))
    }

    /// Lets the thread end behind the jobs handed over so far. May be called from one of them.
    package func stop() { queue.stop() }
}

/// What the thread and those who hand over jobs share.
private final class JobQueue: Sendable {
    struct Entry: @unchecked Sendable {
        let job: UnownedJob
        let executor: UnownedSerialExecutor
    }

    private struct State {
        var waiting: [Entry] = []
        var hasThread = false
        var isStopped = false
    }

    private let name: String
    private let state = Mutex(State())
    private let arrivals = AddressableCounter()

    init(name: String) { self.name = name }

    func add(_ entry: Entry) {
        let needsThread = state.withLock { state in
            state.waiting.append(entry)
            defer { state.hasThread = true }
            return !state.hasThread
        }
        if needsThread {
            if let thread = ThreadHandle.start({ self.serve() }) {
                thread.detach()
            } else {
                state.withLock { $0.hasThread = false }
                runWaiting()
            }
        } else {
            arrivals.advance()
        }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        arrivals.advance()
    }

    private func serve() {
        llmk_name_thread(name)
        while true {
            let seen = arrivals.load()
            runWaiting()
            if state.withLock({ $0.isStopped && $0.waiting.isEmpty }) { return }
            arrivals.waitUntil(Patience(spins: 200, yields: 0)) { $0 != seen }
        }
    }

    private func runWaiting() {
        while let entry = state.withLock({ state in state.waiting.isEmpty ? nil : state.waiting.removeFirst() }) {
            entry.job.runSynchronously(on: entry.executor)
        }
    }
}
