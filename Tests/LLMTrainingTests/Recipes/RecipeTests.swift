import Foundation
import LLMData
import Testing

@testable import LLMModel
@testable import LLMTraining

@Suite struct RecipeTests {
    private static let examples = TestFiles.goldens.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Examples/recipes")

    @Test func `The example recipes are read`() throws {
        let finetune = try TrainingRecipe.finetune(
            ConfigurationNode.read(path: Self.examples.appending(path: "finetune.yaml").path))
        #expect(finetune.adapter?.rank == 8 && finetune.adapter?.targets.count == 7)
        #expect(finetune.trainer.schedule == .cosine(warmupSteps: 10, minimumRatio: 0.1))
        #expect(finetune.trainer.batches.gradientAccumulationSteps == 4)
        #expect(finetune.exports.map(\.format) == [.adapter, .huggingFace, .gguf])
        #expect(finetune.trainer.checkpoints?.directory == "runs/finetune/checkpoints")
        let pretrain = try TrainingRecipe.pretrain(
            ConfigurationNode.read(path: Self.examples.appending(path: "pretrain.yaml").path))
        guard case .new(let configuration, "tokenizer.json", 0) = pretrain.start else {
            Issue.record("no new model")
            return
        }
        #expect(configuration.attention.headDimension == 32 && configuration.intermediateSize == 704)
        #expect(pretrain.method == .adamW(AdamW.Options(beta2: 0.95), weightDecay: 0.1))
        #expect(
            pretrain.trainer.schedule
                == .warmupStableDecay(warmupSteps: 50, decaySteps: 200, shape: .inverseSquareRoot, minimumRatio: 0))
    }

    @Test(arguments: [
        ("training: {epochs: 1, learnignRate: 3}", "did you mean 'learningRate'"),
        ("training: {epochs: 1, steps: 3}", "one of 'steps' and 'epochs'"),
        ("training: {epochs: 1, schedule: cosin}", "did you mean 'cosine'"),
        ("training: {epochs: 1, schedule: {name: constant, decaySteps: 3}}", "decaySteps"),
        ("training: {epochs: 1}\nadapter: {rank: 0}", "rank"),
        ("training: {epochs: 1}\nadapter: {targets: [q_prj]}", "did you mean 'q_proj'"),
        ("training: {epochs: 1}\nexport: [adapter]", "no adapter"), ("training: {epochs: 1}\nmodle: x", "model"),
        ("training: {epochs: 1}\ndata: {train: a, windowLength: 3}", "windowLength"),
    ])
    func `A mistake is named with its line and what was meant`(text: String, message: String) throws {
        let head = "model: m.gguf\noutput: out\n" + (text.contains("data:") ? "" : "data: {train: a.jsonl}\n")
        #expect {
            _ = try TrainingRecipe.finetune(ConfigurationNode.parse(head + text, source: "r.yaml"))
        } throws: { error in
            "\(error)".contains(message) && "\(error)".contains("r.yaml:")
        }
    }
}
