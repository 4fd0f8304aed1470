/// A model that can say how wrong it is and which way is better.
///
/// One owner; not thread-safe. Work runs on the library's own threads, and a result does not depend on their number.
public protocol TrainableModel: AnyObject {
    /// All parameters, trainable or frozen, in a fixed order with unique names.
    var parameters: [Parameter] { get }
    /// Adds the gradient of the **sum** of the tokens' losses to the parameters' gradients and returns that sum. The
    /// caller divides by the tokens of all micro-batches of a step: a mean per micro-batch would weigh short ones more.
    func accumulateGradients(_ batch: TrainingBatch) throws -> LossSum
    /// The same loss without gradients.
    func loss(_ batch: TrainingBatch) throws -> LossSum
    /// Computes in a precision from now on; ``Trainer`` says which.
    ///
    /// - Throws: ``TrainingError/invalidSetting(key:value:expected:)`` where the model does not know it.
    func use(_ precision: ComputePrecision) throws
}

extension TrainableModel {
    /// Knows float32 only.
    public func use(_ precision: ComputePrecision) throws {
        guard precision == .float32 else {
            throw TrainingError.invalidSetting(
                key: "precision", value: precision.rawValue, expected: "float32: the model knows no other")
        }
    }
}

/// A sum of token losses, in nats; sums of many batches add up.
public struct LossSum: Sendable, Equatable {
    /// Negative log likelihood of all scored tokens.
    public var sum: Double
    /// Scored tokens.
    public var tokenCount: Int

    /// Creates a sum.
    public init(sum: Double = 0, tokenCount: Int = 0) {
        self.sum = sum
        self.tokenCount = tokenCount
    }

    /// Nats per token; NaN without tokens.
    public var mean: Double { sum / Double(tokenCount) }

    /// Adds another sum.
    public static func += (left: inout LossSum, right: LossSum) {
        left.sum += right.sum
        left.tokenCount += right.tokenCount
    }
}
