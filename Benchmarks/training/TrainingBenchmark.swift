import Foundation
import LLMModel
import LLMTensor
import LLMTokenizer
import LLMTraining

/// Times training steps: forward, backward and AdamW on the same tokens again and again.
///
///     training-benchmark --model FILE [--sequences 1] [--length 512] [--lora RANK] [--threads N] [--steps 5]
///
/// Prints one JSON object: seconds of every step, tokens per second of the median one, processor seconds per step (what
/// counts when other work shares the machine), the losses, and the peak resident memory of the process in bytes. `Benchmarks/peers/training` runs PyTorch beside it.
@main
struct TrainingBenchmark {
    static func main() throws {
        let options = Options(CommandLine.arguments)
        let parts = try ModelParts.load(path: options.model)
        let pool = ComputePool(threadCount: options.threads)
        let lora = options.lora.map { LoRAConfiguration(rank: $0, alpha: Float(2 * $0)) }
        let model = try TrainableDecoder(
            configuration: parts.configuration, weights: parts.weights, lora: lora, pool: pool)
        let optimizer = try AdamW(groups: ParameterGroup.standard(model.parameters, weightDecay: 0.01), pool: pool)
        let batch = TrainingBatch(sequences: options.tokens(vocabulary: parts.configuration.vocabularySize))
        let clock = ContinuousClock()
        var steps: [[Double]] = []
        var losses: [Double] = []
        var processorStart = 0.0
        for step in 0..<options.steps + 1 {
            if step == 1 { processorStart = usage().seconds }
            var loss = LossSum()
            let gradient = try clock.measure { loss = try model.accumulateGradients(batch) }
            let update = clock.measure {
                optimizer.step(learningRate: 1e-5, gradientScale: 1 / Double(loss.tokenCount))
            }
            steps.append([seconds(gradient), seconds(update)])
            losses.append(loss.mean)
        }
        // The first step touches memory for the first time.
        let timed = steps.dropFirst().map { $0[0] + $0[1] }.sorted()
        let median = timed[timed.count / 2]
        let report: [String: Any] = [
            "tokens": batch.tokens.count, "seconds": median, "best_seconds": timed[0],
            "tokens_per_second": Double(batch.tokens.count) / median, "gradient_and_update_seconds": steps,
            "processor_seconds": (usage().seconds - processorStart) / Double(options.steps),
            "losses": losses, "peak_bytes": usage().peakBytes, "kernels": Kernels.best.name,
            "threads": pool.threadCount,
        ]
        print(String(decoding: try JSONSerialization.data(withJSONObject: report), as: UTF8.self))
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    /// Processor time of all threads so far, and the most memory the process had resident.
    private static func usage() -> (seconds: Double, peakBytes: Int) {
        var usage = rusage()
        #if canImport(Darwin)
            getrusage(RUSAGE_SELF, &usage)
            let unit = 1
        #else
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            let unit = 1024
        #endif
        let micros = Int(usage.ru_utime.tv_usec) + Int(usage.ru_stime.tv_usec)
        let seconds = Double(Int(usage.ru_utime.tv_sec) + Int(usage.ru_stime.tv_sec)) + Double(micros) * 1e-6
        return (seconds, Int(usage.ru_maxrss) * unit)
    }
}

/// What to run.
struct Options {
    var model = ""
    var sequences = 1
    var length = 512
    var lora: Int?
    var threads = ComputePool.processorCount
    var steps = 5

    init(_ arguments: [String]) {
        for (name, value) in zip(arguments, arguments.dropFirst()) {
            switch name {
            case "--model": model = value
            case "--sequences": sequences = Int(value) ?? sequences
            case "--length": length = Int(value) ?? length
            case "--lora": lora = Int(value)
            case "--threads": threads = Int(value) ?? threads
            case "--steps": steps = Int(value) ?? steps
            default: break
            }
        }
    }

    /// The tokens that `Benchmarks/peers/training` uses too.
    func tokens(vocabulary: Int) -> [[TokenID]] {
        (0..<sequences).map { row in
            (0..<length).map { TokenID((($0 * 7919 + row * 104_729) % 30_011) % vocabulary) }
        }
    }
}
