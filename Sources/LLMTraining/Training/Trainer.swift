public import LLMTensor

/// A training run, event by event.
///
/// Each call of ``next()`` does one piece of work (an update, an evaluation, a checkpoint) on the calling thread and
/// returns what happened. One owner; not thread-safe. Use ``TrainingSession`` to run it beside other tasks.
///
/// The loss of a step is the mean over the scored tokens of all its micro-batches: splitting a step into other
/// micro-batches changes nothing. The same seed, data and settings give the same numbers for any number of threads, also
/// when the run was interrupted and taken up again.
public final class Trainer {
    /// The settings.
    public let configuration: TrainerConfiguration
    /// What is trained.
    public let model: any TrainableModel
    /// How it is changed.
    public let optimizer: any Optimizer
    /// Hear of all events; the caller of ``next()`` gets the same ones.
    public var observers: [any TrainingObserver] = []
    /// How far the run is.
    public internal(set) var progress = TrainingProgress()
    /// Updates of the whole run.
    public let totalSteps: Int

    let data: any TrainingDataSource
    let heldOut: (any TrainingDataSource)?
    private let totalRows: Int
    private let norm: GradientNorm
    private let order: RowOrder
    private var plan: [Work] = [.start]
    private var skippedInARow = 0
    private var summary = TrainingSummary(reason: .completed, steps: 0, tokens: 0, seconds: 0)
    private let clock = ContinuousClock()
    private var startTime: ContinuousClock.Instant?
    private var savedStep: Int?
    private var evaluatedStep: Int?

    /// What is still to be done before the next step, first to last.
    private enum Work {
        case start, step, evaluate, save, finish
    }

    /// Puts a run together.
    ///
    /// - Parameters:
    ///   - heldOut: Data that is measured and never trained on.
    ///   - pool: The threads that sum up gradients' norms; usually the optimizer's and the model's.
    /// - Throws: ``TrainingError`` for settings that make no run, or data without rows.
    public init(
        model: any TrainableModel, optimizer: any Optimizer, data: any TrainingDataSource,
        heldOut: (any TrainingDataSource)? = nil, configuration: TrainerConfiguration, pool: ComputePool
    ) throws {
        try configuration.validate()
        guard data.rowCount > 0 else { throw TrainingError.noData(source: data.signature, reason: "no rows") }
        guard model.parameters.contains(where: \.isTrainable) else {
            throw TrainingError.invalidSetting(key: "model", value: "frozen", expected: "a parameter to train")
        }
        try model.use(configuration.precision)
        self.model = model
        self.optimizer = optimizer
        self.data = data
        self.heldOut = heldOut
        self.configuration = configuration
        (totalRows, totalSteps) = try configuration.extent(rowCount: data.rowCount)
        norm = GradientNorm(model.parameters, pool: pool)
        order = RowOrder(
            rowCount: data.rowCount, seed: configuration.seed, isShuffled: configuration.batches.isShuffled)
    }

    /// Does the next piece of work; nil after ``TrainingEvent/finished(_:)``.
    ///
    /// When the calling task is cancelled, the step under way is dropped, and the run ends, with a checkpoint if the
    /// settings say so.
    ///
    /// - Throws: ``TrainingError``, or what the model, the data or an observer throws.
    public func next() throws -> TrainingEvent? {
        while let work = plan.first {
            if Task.isCancelled, summary.reason == .completed, work != .finish { cancel() }
            guard let event = try perform(plan.removeFirst()) else { continue }
            for observer in observers { try observer.record(event) }
            return event
        }
        return nil
    }

    private func perform(_ work: Work) throws -> TrainingEvent? {
        switch work {
        case .start:
            startTime = clock.now
            plan = configuration.evaluation.includesStart && heldOut != nil ? [.evaluate] : []
            planStep()
            return .started(start)
        case .step:
            guard let event = try makeStep() else { return nil }
            planAfterStep()
            return event
        case .evaluate: return try evaluate()
        case .save:
            guard let path = try save() else { return nil }
            return .checkpoint(step: progress.step, path: path)
        case .finish:
            summary.steps = progress.step
            summary.tokens = progress.tokens
            summary.seconds = startTime.map { Self.seconds(clock.now - $0) } ?? 0
            return .finished(summary)
        }
    }

    // MARK: Plan

    private func planStep() { plan += progress.step < totalSteps ? [.step] : endOfRun }

    private var endOfRun: [Work] { (heldOut == nil ? [] : [.evaluate]) + [.save, .finish] }

    private func planAfterStep() {
        let step = progress.step
        if let interval = configuration.evaluation.interval, step % interval == 0, heldOut != nil {
            plan.append(.evaluate)
        }
        if let interval = configuration.checkpoints?.interval, step % interval == 0 { plan.append(.save) }
        planStep()
    }

    private func cancel() {
        summary.reason = .cancelled
        for parameter in model.parameters { parameter.clearGradient() }
        let saves = configuration.checkpoints?.savesOnCancellation == true && startTime != nil && progress.step > 0
        plan = saves ? [.save, .finish] : [.finish]
    }

    private var start: TrainingStart {
        func count(_ parameters: [Parameter]) -> Int { parameters.reduce(0) { $0 + $1.elementCount } }
        return TrainingStart(
            totalSteps: totalSteps, completedSteps: progress.step, parameterCount: count(model.parameters),
            trainableParameterCount: count(model.parameters.filter(\.isTrainable)), rowCount: data.rowCount)
    }

    // MARK: Work

    /// One update; nil when the task was cancelled in the middle.
    private func makeStep() throws -> TrainingEvent? {
        let begin = clock.now
        let end = min(progress.rows + configuration.rowsPerStep, totalRows)
        var loss = LossSum()
        var tokens = 0
        for rows in microBatchRows(from: progress.rows) {
            if Task.isCancelled {
                cancel()
                return nil
            }
            let batch = try data.batch(rows: rows)
            loss += try model.accumulateGradients(batch)
            tokens += batch.tokens.count
        }
        guard loss.tokenCount > 0 else {
            throw TrainingError.noData(source: data.signature, reason: "step \(progress.step + 1) has no scored token")
        }
        let rate =
            configuration.learningRate * configuration.schedule.factor(step: progress.step, totalSteps: totalSteps)
        let gradientNorm = norm.value() / Double(loss.tokenCount)
        progress.step += 1
        progress.rows = end
        progress.tokens += tokens
        progress.scoredTokens += loss.tokenCount
        if !loss.sum.isFinite || !gradientNorm.isFinite { return try leaveOut(loss.mean, gradientNorm) }
        skippedInARow = 0
        let clipping = GradientClipping.factor(norm: gradientNorm, maximum: configuration.maximumGradientNorm)
        optimizer.step(learningRate: rate, gradientScale: clipping / Double(loss.tokenCount))
        summary.loss = loss.mean
        return .step(
            TrainingStep(
                step: progress.step, totalSteps: totalSteps, epoch: Double(progress.rows) / Double(data.rowCount),
                loss: loss.mean, learningRate: rate, gradientNorm: gradientNorm, tokens: progress.tokens,
                scoredTokens: progress.scoredTokens,
                tokensPerSecond: Double(tokens) / max(Self.seconds(clock.now - begin), 1e-9)))
    }

    /// The rows of each micro-batch of the step that begins at a place in the data.
    func microBatchRows(from start: Int) -> [[Int]] {
        let rows = configuration.batches.rowsPerMicroBatch
        let end = min(start + configuration.rowsPerStep, totalRows)
        return stride(from: start, to: end, by: rows).map { first in
            (first..<min(first + rows, end)).map { order.row(at: $0) }
        }
    }

    /// Drops a step that is not finite, or ends the run.
    private func leaveOut(_ loss: Double, _ gradientNorm: Double) throws -> TrainingEvent {
        let isLoss = !loss.isFinite
        let quantity = isLoss ? "loss" : "norm of the gradient"
        let value = isLoss ? loss : gradientNorm
        for parameter in model.parameters { parameter.clearGradient() }
        skippedInARow += 1
        guard case .skip(let maximum) = configuration.nonFinitePolicy, skippedInARow <= maximum else {
            throw TrainingError.nonFinite(step: progress.step, quantity: quantity, value: value)
        }
        return .skipped(step: progress.step, reason: "the \(quantity) is \(value)")
    }

    /// The mean loss on the held-out data; nil when there is none or the task was cancelled.
    private func evaluate() throws -> TrainingEvent? {
        guard let heldOut, evaluatedStep != progress.step else { return nil }
        var loss = LossSum()
        let rows = configuration.batches.rowsPerMicroBatch
        for first in stride(from: 0, to: heldOut.rowCount, by: rows) {
            if Task.isCancelled { return nil }
            loss += try model.loss(try heldOut.batch(rows: first..<min(first + rows, heldOut.rowCount)))
        }
        evaluatedStep = progress.step
        let evaluation = TrainingEvaluation(step: progress.step, loss: loss.mean, tokens: loss.tokenCount)
        if summary.firstEvaluation == nil { summary.firstEvaluation = evaluation }
        summary.lastEvaluation = evaluation
        return .evaluation(evaluation)
    }

    private func save() throws -> String? {
        guard let settings = configuration.checkpoints, savedStep != progress.step else { return nil }
        let path = try CheckpointFolder(settings.directory).save(self)
        savedStep = progress.step
        return path
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

/// How far a run is.
public struct TrainingProgress: Sendable, Equatable {
    /// Steps done, left-out ones included.
    public var step = 0
    /// Rows taken from the data, over all passes.
    public var rows = 0
    /// Tokens read.
    public var tokens = 0
    /// Tokens scored.
    public var scoredTokens = 0
}
