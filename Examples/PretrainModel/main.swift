// Trains a small Llama from random weights for a minute, and lets it write.
//
//     swift run -c release PretrainModel [STEPS]
import LLMModel
import LLMTensor
import LLMTokenizer
import LLMTraining
import ServiceDeskWorld

let steps = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 200 : 200
let texts = ServiceDeskWorld(.init(seed: 1, recordCount: 800)).records.filter { $0.plant == .none }.map(\.text)
let tokenizer = try BPETrainer(.init(vocabularySize: 1024, specialTokens: ["<|endoftext|>"]))
    .train(texts: texts).tokenizer
let end = tokenizer.id(of: "<|endoftext|>") ?? 0
let tokens = texts.flatMap { tokenizer.encode($0) + [end] }
let cut = tokens.count * 9 / 10

// The architecture is data; inference runs the same description.
var architecture = DecoderConfiguration(
    family: "llama", vocabularySize: tokenizer.vocabularySize, hiddenSize: 128, intermediateSize: 352, layerCount: 4,
    contextLength: 256, attention: AttentionConfiguration(headCount: 4, keyValueHeadCount: 2, headDimension: 32),
    attentionKinds: [AttentionKind(rotary: RotaryConfiguration(base: 10_000, dimensions: 32, layout: .halves))],
    attentionKindOfLayer: [0, 0, 0, 0], normalization: NormalizationConfiguration(kind: .rms, epsilon: 1e-5),
    activation: .silu)
architecture.tiesHeadToEmbedding = true

let train = try WindowRows(Array(tokens[..<cut]), windowLength: 128)
let heldOut = try WindowRows(Array(tokens[cut...]), windowLength: 128)
let session = TrainingSession { [architecture] in
    let pool = ComputePool()
    let model = try TrainableDecoder(
        configuration: architecture, initialization: .gpt2Style(seed: 1), pool: pool)
    let optimizer = try AdamW(groups: ParameterGroup.standard(model.parameters, weightDecay: 0.1), pool: pool)
    return try Trainer(
        model: model, optimizer: optimizer, data: train, heldOut: heldOut,
        configuration: TrainerConfiguration(
            duration: .steps(steps), batches: .init(rowsPerMicroBatch: 8), learningRate: 3e-3,
            schedule: .cosine(warmupSteps: steps / 10, minimumRatio: 0.1)),
        pool: pool)
}
for try await event in session.events {
    switch event {
    case .step(let step) where step.step % 20 == 0:
        print("step \(step.step) of \(step.totalSteps): loss \(step.loss), \(Int(step.tokensPerSecond)) tokens/s")
    case .evaluation(let evaluation): print("held-out perplexity \(evaluation.perplexity)")
    default: break
    }
}

// The trained weights go straight into inference; GGUFExport would write them as a file.
let weights = try await session.withTrainer { try ($0.model as? TrainableDecoder)?.decoderWeights() }
if let weights {
    let decoder = try Decoder(configuration: architecture, weights: weights)
    let model = try DecoderSession(model: decoder)
    var text = tokenizer.encode("Subject: Printer")
    var added = text
    for _ in 0..<60 {
        // The likeliest token; TextGeneration samples, stops and streams.
        var next = end
        try model.append(added, logits: .last) { _, logits in
            next = TokenID(logits.indices.max { logits[$0] < logits[$1] } ?? 0)
        }
        if next == end { break }
        added = [next]
        text.append(next)
    }
    print(tokenizer.decode(text))
}
