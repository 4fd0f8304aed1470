/// What happened in a run.
public enum TrainingEvent: Sendable, Equatable {
    /// The run begins, or goes on from a checkpoint.
    case started(TrainingStart)
    /// An update was made.
    case step(TrainingStep)
    /// A step was left out because something was not finite.
    case skipped(step: Int, reason: String)
    /// The held-out data was measured.
    case evaluation(TrainingEvaluation)
    /// The state was saved.
    case checkpoint(step: Int, path: String)
    /// All steps are done, or the task was cancelled.
    case finished(TrainingSummary)
}

/// The size of a run.
public struct TrainingStart: Sendable, Equatable {
    /// Updates of the whole run.
    public var totalSteps: Int
    /// Steps that are done already; above 0 when the run goes on from a checkpoint.
    public var completedSteps: Int
    /// Numbers in all parameters.
    public var parameterCount: Int
    /// Numbers that training changes.
    public var trainableParameterCount: Int
    /// Rows of one pass over the data.
    public var rowCount: Int
}

/// One update.
public struct TrainingStep: Sendable, Equatable {
    /// Steps done, this one included.
    public var step: Int
    /// Updates of the whole run.
    public var totalSteps: Int
    /// Passes over the data done.
    public var epoch: Double
    /// Mean loss of the step's scored tokens before the update, in nats.
    public var loss: Double
    /// The rate of the update.
    public var learningRate: Double
    /// Norm of the gradient of the mean loss, before clipping.
    public var gradientNorm: Double
    /// Tokens read since the start of the run.
    public var tokens: Int
    /// Tokens scored since the start of the run.
    public var scoredTokens: Int
    /// Speed of this step.
    public var tokensPerSecond: Double
}

/// A measurement on held-out data.
public struct TrainingEvaluation: Sendable, Equatable {
    /// Steps done before it.
    public var step: Int
    /// Mean loss of all scored tokens, in nats.
    public var loss: Double
    /// Scored tokens.
    public var tokens: Int
    /// `exp(loss)`.
    public var perplexity: Double { MathFunctions.exponential(loss) }
}

/// The end of a run.
public struct TrainingSummary: Sendable, Equatable {
    /// Why it ended.
    public enum Reason: String, Sendable {
        /// All steps are done.
        case completed
        /// The task was cancelled.
        case cancelled
    }

    /// Why it ended.
    public var reason: Reason
    /// Steps done.
    public var steps: Int
    /// Tokens read since the start of the run.
    public var tokens: Int
    /// Mean loss of the last step; nil when this process made none.
    public var loss: Double?
    /// The first measurement on held-out data by this process.
    public var firstEvaluation: TrainingEvaluation?
    /// The last measurement on held-out data by this process.
    public var lastEvaluation: TrainingEvaluation?
    /// Seconds that this process spent on the run.
    public var seconds: Double
}
