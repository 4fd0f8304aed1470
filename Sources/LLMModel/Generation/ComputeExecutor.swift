internal import Dispatch

/// Runs the jobs of an actor one after another on a thread outside Swift's cooperative pool.
///
/// A decode step occupies its thread for milliseconds to seconds; on the cooperative pool it would starve every
/// other task of the process.
package final class ComputeExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// An executor with a queue of its own.
    package init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
    }

    /// Schedules a job; called by the Swift runtime.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
