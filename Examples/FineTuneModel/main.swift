// Fine-tunes a model with LoRA on pairs of prompt and completion, and saves the adapter as PEFT reads it.
//
//     swift run -c release FineTuneModel MODEL PAIRS.jsonl OUT [STEPS]
//
// MODEL is a GGUF file or a Hugging Face directory; PAIRS has one object with "prompt" and "completion", or "messages",
// per line.
import Foundation
import LLMModel
import LLMTensor
import LLMTokenizer
import LLMTraining

let arguments = CommandLine.arguments
guard arguments.count > 3 else {
    FileHandle.standardError.write(Data("usage: FineTuneModel MODEL PAIRS.jsonl OUT [STEPS]\n".utf8))
    exit(64)
}
let (path, pairs, out) = (arguments[1], arguments[2], arguments[3])
let steps = arguments.count > 4 ? Int(arguments[4]) ?? 20 : 20

let parts = try ModelParts.load(path: path)
let template = try parts.chatTemplateSource.map { try ChatTemplate(source: $0) }
let encoder = ExampleEncoder(tokenizer: parts.tokenizer, template: template)
var examples: [TrainingExample] = []
for line in try String(contentsOfFile: pairs, encoding: .utf8).split(separator: "\n") {
    examples.append(try encoder.encode(JSONValue.parse(String(line), source: pairs)))
}
let data = try PackedExamples(examples, rowLength: min(512, parts.configuration.contextLength))

let session = TrainingSession {
    let pool = ComputePool()
    let model = try TrainableDecoder(
        configuration: parts.configuration, weights: parts.weights, lora: LoRAConfiguration(rank: 8, alpha: 16),
        pool: pool)
    let optimizer = try AdamW(groups: ParameterGroup.standard(model.parameters, weightDecay: 0), pool: pool)
    return try Trainer(
        model: model, optimizer: optimizer, data: data,
        configuration: TrainerConfiguration(duration: .steps(steps), learningRate: 1e-3), pool: pool)
}
for try await event in session.events {
    if case .step(let step) = event { print("step \(step.step): loss \(step.loss)") }
}
try await session.withTrainer { trainer in
    if let model = trainer.model as? TrainableDecoder { try AdapterExport.write(model, to: out, baseModel: path) }
}
print("adapter in \(out)")
