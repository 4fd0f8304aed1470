public import LLMTensor

/// Adam with weight decay beside the gradient.
///
/// Numbers as PyTorch's `torch.optim.AdamW`: bias-corrected moments, decay by `learningRate * weightDecay`. One pass over
/// weights, moments and gradients updates, scales and clears: 28 bytes of traffic per parameter.
///
/// Source: Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019, arXiv 1711.05101.
public final class AdamW: Optimizer {
    /// Settings shared by all groups.
    public struct Options: Sendable, Equatable {
        /// Decay of the mean of gradients.
        public var beta1: Double
        /// Decay of the mean of squared gradients.
        public var beta2: Double
        /// Added to the root of the second moment.
        public var epsilon: Double

        /// PyTorch's defaults.
        public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
        }
    }

    /// Settings shared by all groups.
    public let options: Options
    /// What is updated.
    public let groups: [ParameterGroup]
    /// Updates made so far; the bias correction counts them.
    public var stepCount = 0

    private let chunks: ParameterChunks
    private let moments: [[Moments]]
    private let pool: ComputePool

    /// The two running means of one parameter.
    private struct Moments {
        let first: UnsafeMutableBufferPointer<Float>
        let second: UnsafeMutableBufferPointer<Float>
        let memory: AlignedMemory

        init(count: Int) throws(TensorError) {
            memory = try AlignedMemory(byteCount: 2 * count * MemoryLayout<Float>.stride)
            let base = memory.base.bindMemory(to: Float.self, capacity: 2 * count)
            first = UnsafeMutableBufferPointer(start: base, count: count)
            second = UnsafeMutableBufferPointer(start: base + count, count: count)
        }
    }

    /// Makes moments of zero for all parameters of the groups.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:)``.
    public init(groups: [ParameterGroup], options: Options = Options(), pool: ComputePool) throws(TensorError) {
        self.groups = groups
        self.options = options
        self.pool = pool
        chunks = ParameterChunks(groups.map(\.parameters))
        var moments: [[Moments]] = []
        for group in groups {
            var list: [Moments] = []
            for parameter in group.parameters { list.append(try Moments(count: parameter.elementCount)) }
            moments.append(list)
        }
        self.moments = moments
    }

    /// The method and its settings.
    public var signature: String {
        let decays = groups.map { "\($0.weightDecay)x\($0.learningRateScale)" }.joined(separator: ",")
        return "AdamW(beta1: \(options.beta1), beta2: \(options.beta2), epsilon: \(options.epsilon), "
            + "weightDecay: [\(decays)])"
    }

    /// Both moments of every parameter, named as PyTorch names them.
    public var state: [OptimizerState] {
        zip(groups, moments).flatMap { group, moments in
            zip(group.parameters, moments).flatMap { parameter, moment in
                [
                    OptimizerState(
                        name: parameter.name + ".exp_avg", shape: parameter.shape, values: moment.first),
                    OptimizerState(
                        name: parameter.name + ".exp_avg_sq", shape: parameter.shape, values: moment.second),
                ]
            }
        }
    }

    /// Makes one update and then clears the gradients.
    public func step(learningRate: Double, gradientScale: Double) {
        stepCount += 1
        let kernels = groups.map { group in
            AdamWKernel(
                options, step: stepCount, learningRate: learningRate * group.learningRateScale,
                weightDecay: group.weightDecay, gradientScale: gradientScale)
        }
        let (groups, moments) = (groups, moments)
        chunks.forEach(on: pool) { _, chunk in
            let parameter = groups[chunk.group].parameters[chunk.parameter]
            let moment = moments[chunk.group][chunk.parameter]
            guard
                let weights = parameter.values.baseAddress, let gradient = parameter.gradient?.baseAddress,
                let first = moment.first.baseAddress, let second = moment.second.baseAddress
            else { return }
            kernels[chunk.group].update(
                weights: weights + chunk.start, gradients: gradient + chunk.start, first: first + chunk.start,
                second: second + chunk.start, count: chunk.count)
        }
    }
}

/// The factors of one update, and the loop over numbers.
struct AdamWKernel {
    private let decay: Float
    private let gradientScale: Float
    private let firstRate: Float
    private let secondKeep: Float
    private let secondRate: Float
    private let secondCorrection: Float
    private let epsilon: Float
    private let stepSize: Float

    init(
        _ options: AdamW.Options, step: Int, learningRate: Double, weightDecay: Double, gradientScale: Double
    ) {
        decay = Float(1 - learningRate * weightDecay)
        self.gradientScale = Float(gradientScale)
        firstRate = Float(1 - options.beta1)
        secondKeep = Float(options.beta2)
        secondRate = Float(1 - options.beta2)
        let firstBias = 1 - MathFunctions.power(options.beta1, Double(step))
        let secondBias = 1 - MathFunctions.power(options.beta2, Double(step))
        secondCorrection = Float(1 / secondBias.squareRoot())
        epsilon = Float(options.epsilon)
        stepSize = Float(learningRate / firstBias)
    }

    /// Updates `count` weights and both moments, and clears the gradients.
    func update(
        weights: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>,
        first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int
    ) {
        for index in 0..<count {
            let gradient = gradients[index] * gradientScale
            let mean = first[index] + (gradient - first[index]) * firstRate
            let square = second[index] * secondKeep + gradient * gradient * secondRate
            first[index] = mean
            second[index] = square
            gradients[index] = 0
            let denominator = square.squareRoot() * secondCorrection + epsilon
            weights[index] = weights[index] * decay - stepSize * (mean / denominator)
        }
    }
}
