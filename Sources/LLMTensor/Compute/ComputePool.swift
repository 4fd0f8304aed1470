internal import CLLMKernels
internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Work that all threads of a ``ComputePool`` run together.
package protocol ParallelTask: AnyObject {
    /// Does one thread's share. `worker` is 0 on the calling thread.
    func execute(worker: Int, of workerCount: Int)
}

/// The library's own worker threads: compute never runs on Swift's cooperative pool.
///
/// The caller of ``run(_:)`` takes part as worker 0. Waiting threads spin for a bounded time, then sleep. In a pool with
/// more threads than processors they hardly spin: they let a thread run that is still at work, which costs a fraction of
/// sleeping and being woken. One task runs at a time; callers queue. May be shared between threads.
public final class ComputePool: Sendable {
    /// Threads that take part in a task, the caller included.
    public let threadCount: Int
    private let state: PoolState
    private let turn = Mutex(())
    private let threads: [ThreadHandle]

    /// Processors this process may use: those it is bound to where the system says so, else all.
    public static var processorCount: Int {
        let allowed = Int(llmk_allowed_processors())
        return allowed > 0 ? allowed : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// Starts `threadCount - 1` threads (at least none, at most 255).
    public init(threadCount: Int = ComputePool.processorCount) {
        let wanted = min(max(threadCount, 1), 256)
        let state = PoolState(workerCount: wanted, isCrowded: wanted > Self.processorCount)
        var threads: [ThreadHandle] = []
        for worker in 1..<max(wanted, 1) {
            guard let thread = ThreadHandle.start({ state.serve(worker: worker) }) else { break }
            threads.append(thread)
        }
        // Fewer threads than asked for is slower, not wrong.
        state.workerCount.store(threads.count + 1, ordering: .releasing)
        self.threadCount = threads.count + 1
        self.threads = threads
        self.state = state
    }

    deinit {
        state.stop()
        for thread in threads { thread.join() }
    }

    /// Runs a task on all threads and returns when every share is done. Not to be called from inside a task.
    package func run(_ task: any ParallelTask) {
        turn.withLock { _ in state.run(task) }
    }

    /// Waits, inside a task, until all threads of the task have come here.
    package func barrier() { state.barrier() }
}

/// What the threads of a pool share.
private final class PoolState: Sendable {
    let workerCount: Atomic<Int>
    private let isStopped = Atomic<Bool>(false)
    private let generation = AddressableCounter()
    private let remaining = AddressableCounter()
    private let barrierArrivals = AddressableCounter()
    private let barrierGeneration = AddressableCounter()
    private let patience: Patience
    private let idlePatience: Patience
    // Written by the running caller before `generation` moves, read by workers after.
    nonisolated(unsafe) private var task: (any ParallelTask)?

    init(workerCount: Int, isCrowded: Bool) {
        self.workerCount = Atomic(workerCount)
        patience = isCrowded ? Patience(spins: 16, yields: 200) : Patience(spins: 4_000, yields: 0)
        idlePatience = isCrowded ? Patience(spins: 16, yields: 50) : Patience(spins: 20_000, yields: 0)
    }

    func run(_ task: any ParallelTask) {
        let count = workerCount.load(ordering: .acquiring)
        guard count > 1 else {
            task.execute(worker: 0, of: 1)
            return
        }
        self.task = task
        remaining.store(UInt32(count - 1))
        generation.advance()
        task.execute(worker: 0, of: count)
        remaining.waitUntil(patience) { $0 == 0 }
        self.task = nil
    }

    func serve(worker: Int) {
        var seen: UInt32 = 0
        while true {
            generation.waitUntil(idlePatience) { $0 != seen }
            seen = generation.load()
            if isStopped.load(ordering: .acquiring) { return }
            task?.execute(worker: worker, of: workerCount.load(ordering: .acquiring))
            remaining.countDown()
        }
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        generation.advance()
    }

    func barrier() {
        let count = UInt32(workerCount.load(ordering: .relaxed))
        guard count > 1 else { return }
        let turn = barrierGeneration.load()
        if barrierArrivals.increment() == count {
            barrierArrivals.store(0)
            barrierGeneration.advance()
        } else {
            barrierGeneration.waitUntil(patience) { $0 != turn }
        }
    }
}

/// How long a thread waits before it sleeps: looks at the counter, then turns given to other threads.
struct Patience {
    let spins: Int
    let yields: Int
}

/// A 32-bit counter on cache lines of its own that threads can spin and sleep on.
final class AddressableCounter: Sendable {
    // [0] the value, [32] the number of sleepers; one cache line apart.
    nonisolated(unsafe) private let value: UnsafeMutablePointer<Atomic<UInt32>>
    nonisolated(unsafe) private let sleepers: UnsafeMutablePointer<Atomic<UInt32>>
    nonisolated(unsafe) private let memory: UnsafeMutableRawPointer

    init() {
        memory = .allocate(byteCount: 256, alignment: 128)
        value = memory.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        sleepers = (memory + 128).bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        value.initialize(to: Atomic(0))
        sleepers.initialize(to: Atomic(0))
    }

    deinit {
        value.deinitialize(count: 1)
        sleepers.deinitialize(count: 1)
        memory.deallocate()
    }

    func load() -> UInt32 { value.pointee.load(ordering: .acquiring) }

    func store(_ new: UInt32) { value.pointee.store(new, ordering: .releasing) }

    func increment() -> UInt32 { value.pointee.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue }

    func advance() {
        value.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
        wake()
    }

    func countDown() {
        if value.pointee.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue == 0 { wake() }
    }

    private func wake() {
        if sleepers.pointee.load(ordering: .sequentiallyConsistent) > 0 { llmk_wake_all(address) }
    }

    private var address: UnsafePointer<UInt32> {
        UnsafeRawPointer(memory).assumingMemoryBound(to: UInt32.self)
    }

    @inline(__always)
    func waitUntil(_ patience: Patience, _ isReached: (UInt32) -> Bool) {
        for _ in 0..<patience.spins {
            if isReached(load()) { return }
            llmk_pause()
        }
        for _ in 0..<patience.yields {
            if isReached(load()) { return }
            llmk_yield()
        }
        while true {
            sleepers.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
            let now = value.pointee.load(ordering: .sequentiallyConsistent)
            let isDone = isReached(now)
            if !isDone { llmk_wait_on_address(address, now) }
            sleepers.pointee.wrappingSubtract(1, ordering: .sequentiallyConsistent)
            if isDone { return }
        }
    }
}

/// A joinable thread.
struct ThreadHandle: @unchecked Sendable {
    private let thread: pthread_t

    static func start(_ body: @escaping @Sendable () -> Void) -> ThreadHandle? {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        let box = Unmanaged.passRetained(Box(body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(
                &thread, nil,
                { argument in
                    Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                    return nil
                }, box.toOpaque())
            guard code == 0, let thread else {
                box.release()
                return nil
            }
            return ThreadHandle(thread: thread)
        #else
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { argument in
                    if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                    return nil
                }, box.toOpaque())
            guard code == 0 else {
                box.release()
                return nil
            }
            return ThreadHandle(thread: thread)
        #endif
    }

    func join() { pthread_join(thread, nil) }

    /// Lets the thread end on its own.
    func detach() { pthread_detach(thread) }
}
