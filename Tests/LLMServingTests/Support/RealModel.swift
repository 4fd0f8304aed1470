import Foundation
import LLMModel
import LLMTensor
import LLMTokenizer

/// SmolLM2 as `Scripts/fetch-models` left it, and what it becomes when its norms are changed: versions that answer differently at
/// the same speed.
enum RealModel {
    enum Variant: Sendable, Hashable {
        case original
        /// Changed by a few percent.
        case altered(UInt64)
        /// Changed beyond use.
        case damaged
        /// Holds no numbers.
        case broken
    }

    private static let path: String = {
        let environment = ProcessInfo.processInfo.environment
        let cache =
            environment["LLMOPS_CACHE"] ?? (environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache")
            + "/swift-llmops"
        return cache + "/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    }()

    /// The model is there, or its absence is an error.
    static var isWanted: Bool {
        FileManager.default.fileExists(atPath: path) || ProcessInfo.processInfo.environment["CI"] != nil
    }

    static var isOptimized: Bool {
        var isOptimized = true
        assert(
            {
                isOptimized = false
                return true
            }())
        return isOptimized
    }

    /// In `precise`, where an answer does not depend on what else is computed.
    static func load(_ variant: Variant) throws -> ModelBundle {
        var options = LoadOptions(compute: .precise)
        if variant != .original { options.changeWeights = { weights, _ in try change(weights, variant) } }
        return try ModelBundle.load(path: path, options: options)
    }

    private static func change(_ weights: DecoderWeights, _ variant: Variant) throws -> DecoderWeights {
        var result = weights
        var generator = CounterGenerator(seed: 99)
        if case .altered(let seed) = variant { generator = CounterGenerator(seed: seed) }
        for layer in result.layers.indices {
            let norm = result.layers[layer].attentionNorm.weight
            let values = try norm.floats().map { value -> Float in
                let noise = Float.random(in: -1...1, using: &generator)
                switch variant {
                case .original: return value
                case .altered: return value * (1 + 0.1 * noise)
                case .damaged: return value * (1 + 6 * noise)
                case .broken: return .nan
                }
            }
            result.layers[layer].attentionNorm.weight = Tensor(shape: norm.shape, floats: values)
        }
        return result
    }

    /// Scores answers by the mean log-probability that a model gives their tokens.
    actor Judge {
        private let session: DecoderSession

        init(_ model: ModelBundle) throws {
            session = try DecoderSession(model: model.decoder, contextLength: 256)
        }

        func score(prompt: [TokenID], answer: [TokenID]) throws -> Double {
            session.reset()
            var total = 0.0
            try session.append(prompt + answer.dropLast(), logits: .all) { index, logits in
                let place = index + 1 - prompt.count
                guard answer.indices.contains(place) else { return }
                let largest = logits.max() ?? 0
                let sum = logits.reduce(0.0) { $0 + exp(Double($1 - largest)) }
                total += Double(logits[Int(answer[place])] - largest) - log(sum)
            }
            return total / Double(max(1, answer.count))
        }
    }
}
