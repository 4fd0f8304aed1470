public import LLMTensor

/// Gradient descent with momentum.
///
/// Numbers as PyTorch's `torch.optim.SGD`: weight decay is added to the gradient, the first update starts the momentum
/// with the gradient itself.
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
public final class StochasticGradientDescent: Optimizer {
    /// What is updated.
    public let groups: [ParameterGroup]
    /// The share of the last change that is kept; 0 for none.
    public let momentum: Double
    /// Whether the gradient is taken where the momentum leads (Nesterov).
    public let isNesterov: Bool
    /// Updates made so far.
    public var stepCount = 0

    private let chunks: ParameterChunks
    private let memories: [[AlignedMemory]]
    private let pool: ComputePool

    /// Makes an optimizer; buffers only if there is momentum.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:)``.
    public init(
        groups: [ParameterGroup], momentum: Double = 0.9, isNesterov: Bool = false, pool: ComputePool
    ) throws(TensorError) {
        self.groups = groups
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.pool = pool
        chunks = ParameterChunks(groups.map(\.parameters))
        var memories: [[AlignedMemory]] = []
        for group in groups {
            var list: [AlignedMemory] = []
            for parameter in group.parameters {
                let count = momentum == 0 ? 0 : parameter.elementCount
                list.append(try AlignedMemory(byteCount: count * MemoryLayout<Float>.stride))
            }
            memories.append(list)
        }
        self.memories = memories
    }

    /// The method and its settings.
    public var signature: String {
        let decays = groups.map { "\($0.weightDecay)x\($0.learningRateScale)" }.joined(separator: ",")
        return "SGD(momentum: \(momentum), nesterov: \(isNesterov), weightDecay: [\(decays)])"
    }

    /// The momentum of every parameter.
    public var state: [OptimizerState] {
        guard momentum != 0 else { return [] }
        return zip(groups, memories).flatMap { group, memories in
            zip(group.parameters, memories).map { parameter, memory in
                let count = parameter.elementCount
                return OptimizerState(
                    name: parameter.name + ".momentum_buffer", shape: parameter.shape,
                    values: UnsafeMutableBufferPointer(
                        start: memory.base.bindMemory(to: Float.self, capacity: count), count: count))
            }
        }
    }

    /// Makes one update and then clears the gradients.
    public func step(learningRate: Double, gradientScale: Double) {
        let isFirst = stepCount == 0
        stepCount += 1
        let (groups, memories) = (groups, memories)
        let (momentum, isNesterov) = (Float(momentum), isNesterov)
        chunks.forEach(on: pool) { _, chunk in
            let group = groups[chunk.group]
            let parameter = group.parameters[chunk.parameter]
            guard let weights = parameter.values.baseAddress, let gradient = parameter.gradient?.baseAddress else {
                return
            }
            let buffer = memories[chunk.group][chunk.parameter].base.assumingMemoryBound(to: Float.self)
            Self.update(
                weights: weights + chunk.start, gradients: gradient + chunk.start,
                buffer: momentum == 0 ? nil : buffer + chunk.start, count: chunk.count,
                rate: Float(learningRate * group.learningRateScale), scale: Float(gradientScale),
                decay: Float(group.weightDecay), momentum: isFirst ? 0 : momentum,
                // On the first update the buffer is the gradient, also for what Nesterov looks ahead by.
                lookahead: isNesterov ? momentum : nil)
        }
    }

    private static func update(
        weights: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>,
        buffer: UnsafeMutablePointer<Float>?, count: Int, rate: Float, scale: Float, decay: Float, momentum: Float,
        lookahead: Float?
    ) {
        for index in 0..<count {
            let gradient = gradients[index] * scale + decay * weights[index]
            gradients[index] = 0
            var change = gradient
            if let buffer {
                let kept = momentum * buffer[index] + gradient
                buffer[index] = kept
                change = lookahead.map { gradient + $0 * kept } ?? kept
            }
            weights[index] -= rate * change
        }
    }
}
