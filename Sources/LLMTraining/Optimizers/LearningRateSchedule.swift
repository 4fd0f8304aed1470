/// How the learning rate moves over a run: a factor for each step on the configured rate.
///
/// Steps count from 0, as in PyTorch's `LambdaLR`: with a warm-up the first step has a rate of 0. Factors equal those of
/// the schedules of Hugging Face transformers with the same names.
public enum LearningRateSchedule: Sendable, Equatable {
    /// How the rate falls at the end of a warm-up-stable-decay schedule.
    public enum DecayShape: String, Sendable, CaseIterable {
        case linear
        case cosine
        /// `1 - sqrt(progress)`: Hägele et al., 2024, arXiv 2405.18392.
        case inverseSquareRoot = "1-sqrt"
    }

    /// The same rate for all steps after the warm-up.
    case constant(warmupSteps: Int = 0)
    /// Falls to `minimumRatio` in a straight line.
    case linear(warmupSteps: Int = 0, minimumRatio: Double = 0)
    /// Falls to `minimumRatio` along half a cosine wave (Loshchilov, Hutter, 2017, arXiv 1608.03983).
    case cosine(warmupSteps: Int = 0, minimumRatio: Double = 0)
    /// Rises, stays, and falls in the last `decaySteps` steps to `minimumRatio` (Hu et al., 2024, arXiv 2404.06395).
    case warmupStableDecay(
        warmupSteps: Int, decaySteps: Int, shape: DecayShape = .inverseSquareRoot, minimumRatio: Double = 0)

    /// The factor of a step.
    ///
    /// - Parameters:
    ///   - step: From 0.
    ///   - totalSteps: Steps of the whole run.
    public func factor(step: Int, totalSteps: Int) -> Double {
        switch self {
        case .constant(let warmup):
            return step < warmup ? Self.share(step, of: warmup) : 1
        case .linear(let warmup, let minimum):
            if step < warmup { return Self.share(step, of: warmup) }
            let left = max(0, Self.share(totalSteps - step, of: totalSteps - warmup))
            return left * (1 - minimum) + minimum
        case .cosine(let warmup, let minimum):
            if step < warmup { return Self.share(step, of: warmup) }
            return Self.cosine(min(1, Self.share(step - warmup, of: totalSteps - warmup))) * (1 - minimum) + minimum
        case .warmupStableDecay(let warmup, let decay, let shape, let minimum):
            if step < warmup { return Self.share(step, of: warmup) * (1 - minimum) + minimum }
            let start = max(warmup, totalSteps - decay)
            if step < start { return 1 }
            if step >= start + decay { return minimum }
            return shape.factor(Self.share(step - start, of: decay)) * (1 - minimum) + minimum
        }
    }

    private static func share(_ part: Int, of whole: Int) -> Double { Double(part) / Double(max(1, whole)) }

    fileprivate static func cosine(_ progress: Double) -> Double {
        0.5 * (1 + MathFunctions.cosine(.pi * progress))
    }
}

extension LearningRateSchedule.DecayShape {
    fileprivate func factor(_ progress: Double) -> Double {
        switch self {
        case .linear: 1 - progress
        case .cosine: LearningRateSchedule.cosine(progress)
        case .inverseSquareRoot: 1 - progress.squareRoot()
        }
    }
}

extension LearningRateSchedule: CustomStringConvertible {
    /// The schedule with its settings, for checkpoints and logs.
    public var description: String {
        switch self {
        case .constant(let warmup): "constant(warmup: \(warmup))"
        case .linear(let warmup, let minimum): "linear(warmup: \(warmup), minimum: \(minimum))"
        case .cosine(let warmup, let minimum): "cosine(warmup: \(warmup), minimum: \(minimum))"
        case .warmupStableDecay(let warmup, let decay, let shape, let minimum):
            "wsd(warmup: \(warmup), decay: \(decay), shape: \(shape.rawValue), minimum: \(minimum))"
        }
    }

    /// Refuses counts and ratios that make no schedule.
    func validate() throws(TrainingError) {
        func check(_ count: Int, _ key: String) throws(TrainingError) {
            if count < 0 { throw .invalidSetting(key: key, value: "\(count)", expected: "0 or more steps") }
        }
        func check(_ ratio: Double) throws(TrainingError) {
            if !(0...1).contains(ratio) {
                throw .invalidSetting(key: "schedule.minimumRatio", value: "\(ratio)", expected: "0 to 1")
            }
        }
        switch self {
        case .constant(let warmup): try check(warmup, "schedule.warmupSteps")
        case .linear(let warmup, let minimum), .cosine(let warmup, let minimum):
            try check(warmup, "schedule.warmupSteps")
            try check(minimum)
        case .warmupStableDecay(let warmup, let decay, _, let minimum):
            try check(warmup, "schedule.warmupSteps")
            try check(decay, "schedule.decaySteps")
            try check(minimum)
        }
    }
}
