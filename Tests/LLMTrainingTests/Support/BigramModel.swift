import Foundation
import LLMTensor
import LLMTokenizer

@testable import LLMTraining

/// The next token from the last one alone: a table of logits `[vocabulary, vocabulary]` and a bias, with exact gradients.
final class BigramModel: TrainableModel {
    let vocabulary: Int
    let table: Parameter
    let bias: Parameter
    var parameters: [Parameter] { [table, bias] }
    /// Makes the n-th call of `accumulateGradients` (from 0) return a loss that is not finite.
    var failingCall: Int?
    private(set) var calls = 0

    init(vocabulary: Int, seed: UInt64 = 1) throws {
        self.vocabulary = vocabulary
        table = try Parameter(name: "table.weight", shape: [vocabulary, vocabulary])
        bias = try Parameter(name: "table.bias", shape: [vocabulary])
        var generator = CounterGenerator(seed: seed)
        for index in table.values.indices { table.values[index] = generator.nextFloat() - 0.5 }
    }

    func accumulateGradients(_ batch: TrainingBatch) throws -> LossSum {
        defer { calls += 1 }
        if calls == failingCall { return LossSum(sum: .nan, tokenCount: 1) }
        return run(batch, addsGradients: true)
    }

    func loss(_ batch: TrainingBatch) throws -> LossSum { run(batch, addsGradients: false) }

    private func run(_ batch: TrainingBatch, addsGradients: Bool) -> LossSum {
        var loss = LossSum()
        for (token, target) in zip(batch.tokens, batch.targets) where target != TrainingBatch.ignored {
            let row = Int(token) * vocabulary
            let logits = (0..<vocabulary).map { Double(table.values[row + $0]) + Double(bias.values[$0]) }
            let total = logits.reduce(0) { $0 + exp($1) }
            loss += LossSum(sum: log(total) - logits[Int(target)], tokenCount: 1)
            guard addsGradients else { continue }
            for (index, logit) in logits.enumerated() {
                let gradient = Float(exp(logit) / total - (index == Int(target) ? 1 : 0))
                table.gradient?[row + index] += gradient
                bias.gradient?[index] += gradient
            }
        }
        return loss
    }
}

/// Rows made in advance.
struct FixedRows: TrainingDataSource {
    var rows: [TrainingBatch]
    var rowCount: Int { rows.count }
    var signature: String { "fixed rows" }

    func append(row: Int, to batch: inout TrainingBatch) {
        let part = rows[row]
        batch.sequenceStarts += part.sequenceStarts.map { $0 + batch.tokens.count }
        batch.tokens += part.tokens
        batch.targets += part.targets
    }

    /// Rows of random length with random masks: some tokens of a row are scored, never none.
    static func random(count: Int, vocabulary: Int, seed: UInt64) -> FixedRows {
        var generator = CounterGenerator(seed: seed)
        return FixedRows(
            rows: (0..<count).map { _ in
                let length = Int.random(in: 2...12, using: &generator)
                let tokens = (0..<length).map { _ in TokenID.random(in: 0..<TokenID(vocabulary), using: &generator) }
                var mask = tokens.map { _ in Bool.random(using: &generator) }
                mask[1] = true
                return TrainingBatch(sequences: [tokens], masks: [mask])
            })
    }
}
