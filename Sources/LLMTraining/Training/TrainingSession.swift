internal import LLMModel

/// A training run beside the other tasks of a program.
///
/// Everything (building the model, training, exporting) runs on a thread of its own, never on Swift's cooperative pool.
///
/// ```swift
/// let session = TrainingSession { try makeTrainer() }
/// for try await event in session.events {
///     if case .step(let step) = event { print(step.step, step.loss) }
/// }
/// try await session.withTrainer { trainer in try export(trainer.model) }
/// ```
public actor TrainingSession {
    private let executor = ComputeExecutor(label: "swift-llmops.training")
    private let make: @Sendable () throws -> Trainer
    private var trainer: Trainer?

    /// Runs the actor's work on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A session whose trainer is made when it is first needed.
    public init(_ make: @escaping @Sendable () throws -> Trainer) {
        self.make = make
    }

    /// The events of the run, pulled: work is done when the consumer asks for the next one. When the consuming task is
    /// cancelled the run ends with ``TrainingSummary/Reason/cancelled`` within one micro-batch. A second iteration
    /// takes up where the first one stopped.
    public nonisolated var events: TrainingEvents { TrainingEvents(session: self) }

    /// Calls `body` with the trainer, on the session's thread.
    public func withTrainer<Result: Sendable>(
        _ body: @Sendable (Trainer) throws -> Result
    ) throws -> Result {
        try body(try current())
    }

    /// Does the next piece of work.
    func next() throws -> TrainingEvent? { try current().next() }

    private func current() throws -> Trainer {
        if let trainer { return trainer }
        let made = try make()
        trainer = made
        return made
    }
}

/// The events of a training run.
public struct TrainingEvents: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = TrainingEvent
    fileprivate let session: TrainingSession

    /// Goes on with the run.
    public func makeAsyncIterator() -> Iterator { Iterator(session: session) }

    /// Pulls the events.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let session: TrainingSession

        /// Trains until there is an event; nil after ``TrainingEvent/finished(_:)``.
        public mutating func next() async throws -> TrainingEvent? { try await session.next() }
    }
}
