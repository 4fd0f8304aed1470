/// Changes parameters by their gradients.
///
/// One owner, the trainer; not thread-safe. Work runs on the library's own threads, and the result does not depend on
/// their number.
public protocol Optimizer: AnyObject {
    /// The method and its settings, `AdamW(beta1: 0.9, …)`: a checkpoint can be continued only by the same.
    var signature: String { get }
    /// Updates made so far.
    var stepCount: Int { get set }
    /// What the method remembers between updates, for checkpoints; the buffers live as long as the optimizer.
    var state: [OptimizerState] { get }
    /// Makes one update and then clears the gradients.
    ///
    /// - Parameters:
    ///   - learningRate: What the schedule gives for this step; groups scale it.
    ///   - gradientScale: Factor on every gradient: one over the tokens of the step, times the clipping factor.
    func step(learningRate: Double, gradientScale: Double)
}

/// One array that an optimizer remembers.
public struct OptimizerState {
    /// The parameter's name with what is remembered of it: `model.norm.weight.exp_avg`.
    public let name: String
    /// Row-major, outermost first.
    public let shape: [Int]
    /// The numbers.
    public let values: UnsafeMutableBufferPointer<Float>
}

/// Parameters that are updated with the same settings.
public struct ParameterGroup {
    /// Trainable parameters, in the order of the model.
    public var parameters: [Parameter]
    /// The share of a weight that a unit of learning rate takes away.
    public var weightDecay: Double
    /// Factor on the schedule's learning rate.
    public var learningRateScale: Double

    /// Groups parameters; frozen ones are left out.
    public init(_ parameters: [Parameter], weightDecay: Double, learningRateScale: Double = 1) {
        self.parameters = parameters.filter(\.isTrainable)
        self.weightDecay = weightDecay
        self.learningRateScale = learningRateScale
    }

    /// The usual two groups: weight decay on matrices and embeddings, none on norms and biases.
    public static func standard(_ parameters: [Parameter], weightDecay: Double) -> [ParameterGroup] {
        [
            ParameterGroup(parameters.filter(\.decays), weightDecay: weightDecay),
            ParameterGroup(parameters.filter { !$0.decays }, weightDecay: 0),
        ].filter { !$0.parameters.isEmpty }
    }
}
