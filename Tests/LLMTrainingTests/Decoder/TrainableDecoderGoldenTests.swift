import LLMTensor
import Testing

@testable import LLMModel
@testable import LLMTraining

/// Losses and gradients of whole models against transformers and peft (Goldens/make_model_gradients.py).
@Suite struct TrainableDecoderGoldenTests {
    static let families = ["gemma3", "gpt2", "llama", "llama3", "qwen3"]

    @Test(arguments: families)
    func `loss and every gradient are those of transformers`(family: String) throws {
        let golden = try TinyModel.golden("gradients-\(family)")
        let model = try TinyModel(family).trainable()
        let batch = try golden.batch()
        let loss = try model.accumulateGradients(batch)
        let expected = try golden.floats("loss")[0]
        #expect(abs(Float(loss.sum) / expected - 1) < 1e-5)
        #expect(loss.tokenCount == batch.scoredTokenCount)
        #expect(try model.loss(batch) == loss)
        let gradients = try model.checkpointTensors(
            values: { $0.parameter.gradient.map { Array($0) } ?? [] }, areWeights: false)
        #expect(gradients.count == golden.file.tensorNames.count { $0.hasPrefix("grad.") })
        for (name, gradient) in gradients {
            let error = relativeError(try gradient.floats(), try golden.floats("grad.\(name)"))
            #expect(error < 2e-5, "\(name)")
        }
    }

    @Test(arguments: families)
    func `twenty steps of AdamW lose as they do in PyTorch`(family: String) throws {
        let golden = try TinyModel.golden("gradients-\(family)")
        let model = try TinyModel(family).trainable()
        let batch = try golden.batch()
        let expected = try golden.floats("curve")
        var optimizer = PlainAdamW(model.parameters, decay: 0.1)
        for step in 0..<20 {
            for parameter in model.parameters { parameter.clearGradient() }
            let loss = try model.accumulateGradients(batch)
            #expect(abs(Float(loss.mean) - expected[step]) < 1e-4 * expected[step], "step \(step)")
            optimizer.step(gradientScale: 1 / Double(loss.tokenCount))
        }
    }

    @Test(arguments: families)
    func `logits are those of the decoder`(family: String) throws {
        let tiny = try TinyModel(family)
        let tokens = try TinyModel.golden("gradients-\(family)").batch().tokens
        let ours = try tiny.trainable().logits(Array(tokens.prefix(30)))
        let decoder = try Decoder(
            configuration: tiny.configuration, weights: tiny.weights, options: DecoderOptions(compute: .exact))
        let session = try DecoderSession(model: decoder)
        var theirs: [Float] = []
        try session.append(Array(tokens.prefix(30)), logits: .all) { _, logits in theirs += Array(logits) }
        #expect(relativeError(ours, theirs) < 2e-5)
    }

    @Test(arguments: ["llama", "qwen3"])
    func `adapter gradients are those of peft, and nothing else has one`(family: String) throws {
        let golden = try TinyModel.golden("lora-\(family)")
        let model = try TinyModel(family).trainable(lora: LoRAConfiguration(rank: 4, alpha: 8))
        var trained = 0
        for parameter in model.parameters {
            guard parameter.name.contains(".lora_") else {
                #expect(!parameter.isTrainable, "\(parameter.name)")
                continue
            }
            trained += 1
            _ = parameter.values.update(fromContentsOf: try golden.floats(parameter.name))
        }
        #expect(trained == golden.file.tensorNames.count { $0.hasPrefix("grad.") })
        let loss = try model.accumulateGradients(try TinyModel.golden("gradients-\(family)").batch())
        #expect(abs(Float(loss.sum) / (try golden.floats("loss")[0]) - 1) < 1e-5)
        for parameter in model.parameters {
            guard let gradient = parameter.gradient else { continue }
            let error = relativeError(Array(gradient), try golden.floats("grad.\(parameter.name)"))
            #expect(error < 2e-5, "\(parameter.name)")
        }
        // Merged into the weights, the adapters do the same.
        let merged = try TrainableDecoder(configuration: model.configuration, weights: try model.decoderWeights())
        let again = try merged.loss(try TinyModel.golden("gradients-\(family)").batch())
        #expect(abs(again.sum / loss.sum - 1) < 1e-5)
    }
}

/// AdamW as its paper writes it (Loshchilov and Hutter, 2019, arXiv 1711.05101), in double precision.
struct PlainAdamW {
    private let parameters: [Parameter]
    private let decay: Double
    private var moments: [[(first: Double, second: Double)]]
    private var count = 0
    private let rate = 1e-3

    init(_ parameters: [Parameter], decay: Double) {
        self.parameters = parameters
        self.decay = decay
        moments = parameters.map { Array(repeating: (0, 0), count: $0.elementCount) }
    }

    mutating func step(gradientScale: Double) {
        count += 1
        let corrections = (1 - power(0.9, count), 1 - power(0.95, count))
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = parameter.gradient else { continue }
            for i in parameter.values.indices {
                let g = Double(gradient[i]) * gradientScale
                moments[index][i].first = 0.9 * moments[index][i].first + 0.1 * g
                moments[index][i].second = 0.95 * moments[index][i].second + 0.05 * g * g
                let step =
                    moments[index][i].first / corrections.0
                    / ((moments[index][i].second / corrections.1).squareRoot() + 1e-8)
                let value = Double(parameter.values[i])
                parameter.values[i] = Float(
                    value - rate * (step + (parameter.decays ? decay * value : 0)))
            }
        }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { p, _ in p * base } }
}
