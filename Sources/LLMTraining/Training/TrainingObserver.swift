/// Hears of everything that happens in a run: a log file, a tracker, a gauge.
///
/// Called on the thread that trains, in order; what it throws ends the run.
public protocol TrainingObserver: AnyObject {
    /// Takes note of an event.
    func record(_ event: TrainingEvent) throws
}
