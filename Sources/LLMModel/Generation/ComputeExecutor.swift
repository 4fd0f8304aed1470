internal import LLMTensor

/// Runs the jobs of an actor one after another on a thread outside Swift's cooperative pool.
///
/// A decode step occupies its thread for milliseconds to seconds; on the cooperative pool it would starve every
/// other task of the process. The thread starts with the first job and ends with the executor. Handing over a job
/// allocates nothing.
package final class ComputeExecutor: SerialExecutor {
    private let jobs: JobThread

    /// An executor with a thread of its own, named `label`.
    package init(label: String) { jobs = JobThread(name: label) }

    deinit { jobs.stop() }

    /// Schedules a job; called by the Swift runtime.
    package func enqueue(_ job: consuming ExecutorJob) {
        jobs.add(UnownedJob(job), on: asUnownedSerialExecutor())
    }
}
