internal import LLMModel
internal import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// How the weights of a new model are drawn.
public struct WeightInitialization: Sendable, Equatable {
    /// Seed of all draws; each parameter has a stream of its own.
    public var seed: UInt64
    /// Standard deviation of matrices and embeddings.
    public var deviation: Float
    /// Whether matrices in front of a residual sum are drawn narrower, by `1 / sqrt(2 * layers)`.
    public var narrowsResidualProjections: Bool

    /// Creates an initialization.
    public init(seed: UInt64, deviation: Float = 0.02, narrowsResidualProjections: Bool = true) {
        self.seed = seed
        self.deviation = deviation
        self.narrowsResidualProjections = narrowsResidualProjections
    }

    /// As GPT-2 was: normal with a deviation of 0.02, narrower in front of the residual sums, biases zero, norms neutral.
    ///
    /// Source: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, section 2.3.
    public static func gpt2Style(seed: UInt64) -> WeightInitialization { WeightInitialization(seed: seed) }

    /// Fills a new parameter.
    func fill(_ parameter: Parameter, _ role: WeightRole, _ configuration: DecoderConfiguration) {
        guard parameter.shape.count > 1 else {
            let isBias = parameter.name.hasSuffix(".bias")
            let neutral: Float = configuration.normalization.weightsAreOffsetsFromOne ? 0 : 1
            parameter.values.update(repeating: isBias ? 0 : neutral)
            return
        }
        var deviation = deviation
        if narrowsResidualProjections, role == .attentionOutput || role == .down {
            deviation /= Float(2 * configuration.layerCount).squareRoot()
        }
        var generator = CounterGenerator(seed: seed, stream: Self.stream(parameter.name))
        var index = 0
        while index < parameter.elementCount {
            // Box and Muller, 1958: two normal numbers from two uniform ones.
            let radius = (-2 * log(1 - generator.nextDouble())).squareRoot() * Double(deviation)
            let angle = 2 * Double.pi * generator.nextDouble()
            parameter.values[index] = Float(radius * cos(angle))
            if index + 1 < parameter.elementCount { parameter.values[index + 1] = Float(radius * sin(angle)) }
            index += 2
        }
    }

    /// A stream per name (FNV-1a), so that a parameter's draw does not depend on the others.
    private static func stream(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
