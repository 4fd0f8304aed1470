/// How a run is trained.
public struct TrainerConfiguration: Sendable, Equatable {
    /// How long a run is.
    public enum Duration: Sendable, Equatable {
        /// Updates of the parameters.
        case steps(Int)
        /// Passes over the data; the last step takes what is left.
        case epochs(Double)
    }

    /// How rows of the data become steps.
    public struct Batches: Sendable, Equatable {
        /// Rows that go through the model together.
        public var rowsPerMicroBatch: Int
        /// Micro-batches whose gradients are summed before an update.
        public var gradientAccumulationSteps: Int
        /// Whether every pass has an order of its own; otherwise rows come as they are stored.
        public var isShuffled: Bool

        /// Creates settings.
        public init(rowsPerMicroBatch: Int = 1, gradientAccumulationSteps: Int = 1, isShuffled: Bool = true) {
            self.rowsPerMicroBatch = rowsPerMicroBatch
            self.gradientAccumulationSteps = gradientAccumulationSteps
            self.isShuffled = isShuffled
        }
    }

    /// When the held-out data is looked at.
    public struct Evaluation: Sendable, Equatable {
        /// Steps between evaluations; nil for the end only.
        public var interval: Int?
        /// Whether the untrained model is measured too.
        public var includesStart: Bool

        /// Creates settings.
        public init(interval: Int? = nil, includesStart: Bool = true) {
            self.interval = interval
            self.includesStart = includesStart
        }
    }

    /// When and where the state of the run is saved.
    public struct Checkpoints: Sendable, Equatable {
        /// The folder that holds the checkpoints.
        public var directory: String
        /// Steps between checkpoints; nil for the end only.
        public var interval: Int?
        /// Checkpoints that are kept; nil for all.
        public var keepsLast: Int?
        /// Whether a cancelled run saves where it is.
        public var savesOnCancellation: Bool

        /// Creates settings.
        public init(
            directory: String, interval: Int? = nil, keepsLast: Int? = nil, savesOnCancellation: Bool = true
        ) {
            self.directory = directory
            self.interval = interval
            self.keepsLast = keepsLast
            self.savesOnCancellation = savesOnCancellation
        }
    }

    /// What happens when loss or gradient are not finite.
    public enum NonFinitePolicy: Sendable, Equatable {
        /// The run ends with ``TrainingError/nonFinite(step:quantity:value:)``.
        case fail
        /// The step changes nothing; more than `maximumInARow` of them end the run.
        case skip(maximumInARow: Int)
    }

    /// How long the run is.
    public var duration: Duration
    /// How rows become steps.
    public var batches: Batches
    /// The rate that the schedule scales.
    public var learningRate: Double
    /// How the rate moves.
    public var schedule: LearningRateSchedule
    /// The norm that gradients are clipped to; nil for no clipping.
    public var maximumGradientNorm: Double?
    /// When the held-out data is looked at.
    public var evaluation: Evaluation
    /// When the state is saved; nil for never.
    public var checkpoints: Checkpoints?
    /// What happens when loss or gradient are not finite.
    public var nonFinitePolicy: NonFinitePolicy
    /// Seed of the order of the data.
    public var seed: UInt64
    /// What the factors of linear layers are rounded to.
    public var precision: ComputePrecision

    /// Creates a configuration.
    public init(
        duration: Duration, batches: Batches = Batches(), learningRate: Double,
        schedule: LearningRateSchedule = .constant(), maximumGradientNorm: Double? = 1, seed: UInt64 = 0
    ) {
        self.duration = duration
        self.batches = batches
        self.learningRate = learningRate
        self.schedule = schedule
        self.maximumGradientNorm = maximumGradientNorm
        self.seed = seed
        evaluation = Evaluation()
        checkpoints = nil
        nonFinitePolicy = .fail
        precision = .float32
    }
}

extension TrainerConfiguration {
    /// Refuses settings that make no run.
    func validate() throws(TrainingError) {
        func positive(_ value: Int?, _ key: String) throws(TrainingError) {
            if let value, value < 1 { throw .invalidSetting(key: key, value: "\(value)", expected: "1 or more") }
        }
        switch duration {
        case .steps(let steps): try positive(steps, "steps")
        case .epochs(let epochs):
            guard epochs.isFinite, epochs > 0, epochs <= 1e6 else {
                throw .invalidSetting(key: "epochs", value: "\(epochs)", expected: "a number above 0")
            }
        }
        try positive(batches.rowsPerMicroBatch, "rowsPerMicroBatch")
        try positive(batches.gradientAccumulationSteps, "gradientAccumulationSteps")
        try positive(evaluation.interval, "evaluation interval")
        try positive(checkpoints?.interval, "checkpoint interval")
        try positive(checkpoints?.keepsLast, "checkpoints to keep")
        guard learningRate.isFinite, learningRate >= 0 else {
            throw .invalidSetting(key: "learningRate", value: "\(learningRate)", expected: "0 or more")
        }
        if let norm = maximumGradientNorm, !(norm > 0) {
            throw .invalidSetting(key: "maximumGradientNorm", value: "\(norm)", expected: "a number above 0")
        }
        try schedule.validate()
    }

    /// Rows of one step.
    var rowsPerStep: Int {
        let (rows, overflow) = batches.rowsPerMicroBatch.multipliedReportingOverflow(
            by: batches.gradientAccumulationSteps)
        return overflow ? Int.max >> 1 : rows
    }

    /// Rows of the whole run, and its steps.
    func extent(rowCount: Int) throws(TrainingError) -> (rows: Int, steps: Int) {
        switch duration {
        case .steps(let steps):
            let (rows, overflow) = rowsPerStep.multipliedReportingOverflow(by: steps)
            guard !overflow else {
                throw .invalidSetting(key: "steps", value: "\(steps)", expected: "fewer: the rows cannot be counted")
            }
            return (rows, steps)
        case .epochs(let epochs):
            let exact = (Double(rowCount) * epochs).rounded()
            guard exact < 1e15 else {
                throw .invalidSetting(key: "epochs", value: "\(epochs)", expected: "fewer: the rows cannot be counted")
            }
            let rows = max(1, Int(exact))
            return (rows, (rows - 1) / rowsPerStep + 1)
        }
    }
}
