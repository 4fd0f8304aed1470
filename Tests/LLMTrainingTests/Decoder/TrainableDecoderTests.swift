import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel
@testable import LLMTraining

/// What must hold for any model, whatever the numbers.
@Suite struct TrainableDecoderTests {
    static func gradients(_ model: TrainableDecoder) -> [[Float]] {
        model.parameters.map { $0.gradient.map { Array($0) } ?? [] }
    }

    @Test(arguments: ["gemma3", "gpt2", "llama"])
    func `loss and gradients are the same bits for any number of threads`(family: String) throws {
        let tiny = try TinyModel(family)
        let batch = try TinyModel.golden("gradients-\(family)").batch()
        let reference = try tiny.trainable(threads: 1)
        let loss = try reference.accumulateGradients(batch)
        for threads in [2, 4] {
            let model = try tiny.trainable(threads: threads)
            #expect(try model.accumulateGradients(batch) == loss)
            #expect(Self.gradients(model) == Self.gradients(reference))
        }
    }

    @Test(arguments: ["gemma3", "gpt2", "llama"])
    func `sequences packed together give what they give alone`(family: String) throws {
        let tiny = try TinyModel(family)
        let batch = try TinyModel.golden("gradients-\(family)").batch()
        let together = try tiny.trainable()
        let sum = try together.accumulateGradients(batch)
        let alone = try tiny.trainable()
        var total = LossSum()
        for rows in batch.sequences {
            total += try alone.accumulateGradients(
                TrainingBatch(
                    tokens: Array(batch.tokens[rows]), targets: Array(batch.targets[rows]), sequenceStarts: [0]))
        }
        #expect(total.tokenCount == sum.tokenCount)
        #expect(abs(total.sum - sum.sum) < 1e-9 * sum.sum)
        for (parameter, gradients) in zip(
            together.parameters, zip(Self.gradients(together), Self.gradients(alone)))
        // A bias of the keys moves all scores of a row alike: its gradient is nothing but rounding.
        where !parameter.name.hasSuffix("key.bias") {
            #expect(relativeError(gradients.0, gradients.1) < 1e-5, "\(parameter.name)")
        }
    }

    @Test func `a step twice as long is the sum of two`() throws {
        let tiny = try TinyModel("llama")
        let batch = try TinyModel.golden("gradients-llama").batch()
        let (once, twice) = (try tiny.trainable(), try tiny.trainable())
        let loss = try once.accumulateGradients(batch)
        var sum = try twice.accumulateGradients(batch)
        sum += try twice.accumulateGradients(batch)
        #expect(sum.sum == 2 * loss.sum)
        for (one, two) in zip(Self.gradients(once), Self.gradients(twice)) {
            #expect(relativeError(two, one.map { 2 * $0 }) < 1e-6)
        }
    }

    @Test func `long sequences, windows, softcaps and many key blocks agree with short steps of the loss`() throws {
        // Attention over more than one block of keys, a window that cuts blocks, both softcaps.
        var configuration = DecoderConfiguration(
            family: "gemma2", vocabularySize: 40, hiddenSize: 24, intermediateSize: 40, layerCount: 2,
            contextLength: 1024,
            attention: AttentionConfiguration(headCount: 4, keyValueHeadCount: 2, headDimension: 10),
            attentionKinds: [
                AttentionKind(
                    slidingWindow: 300, rotary: RotaryConfiguration(base: 1000, dimensions: 8, layout: .interleaved)),
                AttentionKind(rotary: RotaryConfiguration(base: 10000, dimensions: 10, layout: .halves)),
            ],
            attentionKindOfLayer: [0, 1],
            normalization: NormalizationConfiguration(
                kind: .rms, epsilon: 1e-6, weightsAreOffsetsFromOne: true, hasPostNormalization: true),
            activation: .geluTanh)
        configuration.attention.softcap = 2
        configuration.logitSoftcap = 3
        configuration.logitScale = 1.5
        configuration.embeddingScale = 4.9
        let model = try TrainableDecoder(
            configuration: configuration, initialization: WeightInitialization(seed: 3, deviation: 0.3))
        let sequences = [700, 41, 290].enumerated().map { index, count in
            (0..<count).map { TokenID(($0 * $0 + 7 * $0 + index) % 40) }
        }
        try checkDirections(model, TrainingBatch(sequences: sequences), tolerance: 1e-3)
    }

    @Test(arguments: Activation.allCases, [true, false])
    func `every activation and norm agrees with short steps of the loss`(activation: Activation, isGated: Bool) throws {
        let configuration = DecoderConfiguration(
            family: "gpt2", vocabularySize: 30, hiddenSize: 20, intermediateSize: 33, layerCount: 2,
            contextLength: 40, attention: AttentionConfiguration(headCount: 4, keyValueHeadCount: 4, headDimension: 5),
            attentionKinds: [AttentionKind(rotary: nil)], attentionKindOfLayer: [0, 0],
            normalization: NormalizationConfiguration(kind: .layer, epsilon: 1e-5), activation: activation,
            isGated: isGated)
        var learned = configuration
        learned.hasLearnedPositions = true
        let model = try TrainableDecoder(
            configuration: learned, initialization: WeightInitialization(seed: 5, deviation: 0.3))
        let sequences = [[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5], [2, 7, 1, 8, 2, 8]].map { $0.map { TokenID($0) } }
        // A step may cross the kinks of ReLU.
        try checkDirections(
            model, TrainingBatch(sequences: sequences), tolerance: activation == .relu ? 5e-2 : 3e-3)
    }

    /// The slope of the loss along the gradient of every parameter, by central differences.
    private func checkDirections(_ model: TrainableDecoder, _ batch: TrainingBatch, tolerance: Double) throws {
        _ = try model.accumulateGradients(batch)
        for parameter in model.parameters {
            guard let gradient = parameter.gradient else { continue }
            let length = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard length > 1e-2 else { continue }
            let old = Array(parameter.values)
            // A step along the normalized gradient that changes the loss by about 0.1.
            let step = min(0.1 / length, 0.02)
            func loss(_ sign: Double) throws -> Double {
                for i in old.indices {
                    parameter.values[i] = Float(Double(old[i]) + sign * step * Double(gradient[i]) / length)
                }
                return try model.loss(batch).sum
            }
            let slope = (try loss(1) - loss(-1)) / (2 * step)
            _ = parameter.values.update(fromContentsOf: old)
            #expect(abs(slope / length - 1) < tolerance, "\(parameter.name): \(slope) and \(length)")
        }
    }

    @Test func `the same seed draws the same model`() throws {
        let configuration = try TinyModel("llama").configuration
        let one = try TrainableDecoder(configuration: configuration, initialization: .gpt2Style(seed: 7))
        let same = try TrainableDecoder(configuration: configuration, initialization: .gpt2Style(seed: 7))
        let other = try TrainableDecoder(configuration: configuration, initialization: .gpt2Style(seed: 8))
        #expect(one.parameters.map { Array($0.values) } == same.parameters.map { Array($0.values) })
        #expect(Array(one.parameters[0].values) != Array(other.parameters[0].values))
        let embedding = one.parameters[0].values
        let variance = embedding.reduce(0) { $0 + $1 * $1 } / Float(embedding.count)
        #expect(abs(variance.squareRoot() / 0.02 - 1) < 0.05)
    }

    @Test func `unusable batches are refused with what is wrong`() throws {
        let model = try TinyModel("gpt2").trainable()
        #expect(throws: TrainableDecoderError.invalidToken(id: 128, place: 1, vocabularySize: 128)) {
            try model.loss(TrainingBatch(sequences: [[3, 128]]))
        }
        #expect(throws: TrainableDecoderError.invalidToken(id: -5, place: 0, vocabularySize: 128)) {
            try model.loss(TrainingBatch(tokens: [3, 4], targets: [-5, 4], sequenceStarts: [0]))
        }
        #expect(throws: TrainableDecoderError.batch("1 tokens and 2 targets")) {
            try model.loss(TrainingBatch(tokens: [3], targets: [4, 4], sequenceStarts: [0]))
        }
        #expect(throws: TrainableDecoderError.self) {
            try model.loss(TrainingBatch(tokens: [3, 4], targets: [4, 4], sequenceStarts: [1]))
        }
        #expect(throws: TrainableDecoderError.self) {
            try model.loss(TrainingBatch(tokens: [3, 4], targets: [4, 4], sequenceStarts: [0, 0]))
        }
        #expect(throws: TrainableDecoderError.sequenceTooLong(tokens: 65, contextLength: 64)) {
            try model.loss(TrainingBatch(sequences: [Array(repeating: 3, count: 65)]))
        }
        #expect(throws: TrainableDecoderError.self) {
            try TinyModel("gpt2").trainable(lora: LoRAConfiguration(rank: 0))
        }
        #expect(try model.loss(TrainingBatch(sequences: [])) == LossSum())
        #expect(try model.accumulateGradients(TrainingBatch(sequences: [[3]])) == LossSum())
    }

    @Test func `checkpoints hold what the files held`() throws {
        for family in ["gemma3", "gpt2", "llama", "llama3", "qwen3"] {
            let tiny = try TinyModel(family)
            let tensors = try tiny.trainable().checkpointTensors()
            let checkpoint = try TinyModel.checkpoint(family)
            for (name, tensor) in tensors {
                let theirs = try checkpoint.tensor(named: name)
                #expect(theirs.shape == tensor.shape, "\(name)")
                #expect(try theirs.floats() == tensor.floats(), "\(name)")
            }
            let names = Set(tensors.map(\.name))
            #expect(checkpoint.tensorNames.allSatisfy { names.contains($0) || $0.hasPrefix("lm_head") }, "\(family)")
        }
    }
}
