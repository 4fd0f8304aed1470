import Foundation
import LLMModel
import LLMServing
import LLMTensor
import LLMTokenizer

/// Versions of a real model that answer differently, at the same speed: only vectors of its norms are changed.
enum ModelVariant: Sendable, Hashable {
    /// The file as it is.
    case original
    /// Norms changed by a few percent: another model that still speaks.
    case altered(Int)
    /// Norms changed beyond use: it computes, and says nothing sensible.
    case damaged
    /// A norm that holds no numbers: no answer can be computed.
    case broken

    func options(_ compute: ComputeMode) -> LoadOptions {
        var options = LoadOptions(compute: compute)
        if self != .original { options.changeWeights = { weights, _ in try change(weights) } }
        return options
    }

    private func change(_ weights: DecoderWeights) throws -> DecoderWeights {
        var result = weights
        var generator = CounterGenerator(seed: seed)
        for layer in result.layers.indices {
            let norm = result.layers[layer].attentionNorm.weight
            let values = try norm.floats().map { $0 * factor(&generator) }
            result.layers[layer].attentionNorm.weight = Tensor(shape: norm.shape, floats: values)
        }
        return result
    }

    private var seed: UInt64 {
        if case .altered(let number) = self { UInt64(number) } else { 99 }
    }

    private func factor(_ generator: inout CounterGenerator) -> Float {
        let noise = 2 * Float.random(in: 0...1, using: &generator) - 1
        switch self {
        case .original: return 1
        case .altered: return 1 + 0.1 * noise
        case .damaged: return 1 + 6 * noise
        case .broken: return .nan
        }
    }
}

/// What clients ask for while versions change.
struct Question: Sendable, Hashable {
    var text: String
    var seed: UInt64?

    static func make(_ number: Int) -> Question {
        let subjects = ["the sea", "a printer", "bread", "old maps", "winter", "a violin", "copper", "the moon"]
        let text = "Question \(number % 24): tell me about \(subjects[number % subjects.count])."
        return Question(text: text, seed: number % 3 == 0 ? UInt64(number % 24) : nil)
    }

    /// Exactly `count` tokens, so that an answer that was cut shows.
    func parameters(_ count: Int) -> GenerationParameters {
        var parameters = GenerationParameters(sampling: .greedy, maximumTokens: count, ignoresEndOfGeneration: true)
        if let seed { parameters.sampling = SamplingParameters(temperature: 0.8, topK: 40, topP: 0.95, seed: seed) }
        return parameters
    }
}

/// Scores answers as a reviewer would: by the mean log-probability that the original model gives their tokens.
actor AnswerJudge {
    private let session: DecoderSession

    init(_ model: ModelBundle) throws { session = try DecoderSession(model: model.decoder, contextLength: 1024) }

    func score(prompt: [TokenID], answer: [TokenID]) throws -> Double {
        session.reset()
        let tokens = prompt + answer.dropLast()
        var total = 0.0
        try session.append(tokens, logits: .all) { index, logits in
            let place = index + 1 - prompt.count
            guard answer.indices.contains(place) else { return }
            var largest = -Float.infinity
            for logit in logits where logit > largest { largest = logit }
            var sum = 0.0
            for logit in logits { sum += Double(exp(logit - largest)) }
            total += Double(logits[Int(answer[place])] - largest) - log(sum)
        }
        return total / Double(max(1, answer.count))
    }
}
