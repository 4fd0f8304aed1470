import LLMModel
import LLMTensor

/// Times sentence embeddings: every line of a text to a vector, in calls of `--batch` lines, loading left out.
///
///     embedding-benchmark MODEL TEXT [--compute int8|bfloat16|exact] [--batch 32] [--threads N] [--rounds 3] [--out FILE.npy]
///
/// Prints one JSON object: the seconds of every round. The vectors of the last round go to a NumPy file.
/// `Benchmarks/peers/embeddings` runs transformers and torch beside it.
@main
struct EmbeddingBenchmark {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        func option(_ name: String) -> String? {
            guard let index = arguments.firstIndex(of: "--" + name), index + 1 < arguments.count else { return nil }
            defer { arguments.removeSubrange(index...index + 1) }
            return arguments[index + 1]
        }
        let compute = option("compute").flatMap(EncoderCompute.init(rawValue:)) ?? .int8
        let batch = option("batch").flatMap { Int($0) } ?? 32
        let threads = option("threads").flatMap { Int($0) }
        let rounds = option("rounds").flatMap { Int($0) } ?? 3
        let out = option("out")
        guard arguments.count == 2, batch > 0, rounds > 0 else {
            print(
                "usage: embedding-benchmark MODEL TEXT [--compute MODE] [--batch N] [--threads N] [--rounds N] [--out FILE]"
            )
            return
        }
        let text = try MappedFile(path: arguments[1]).withUnsafeBytes { Array($0) }
        let lines = text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        let embedder = try TextEmbedder.load(path: arguments[0], compute: compute, threads: threads)
        // Memory is touched for the first time, the tokenizer fills its caches.
        _ = try embedder.embed(Array(lines.prefix(batch)))
        let clock = ContinuousClock()
        var seconds: [Double] = []
        var vectors: [[Float]] = []
        for _ in 0..<rounds {
            vectors = []
            vectors.reserveCapacity(lines.count)
            let duration = try clock.measure {
                for first in stride(from: 0, to: lines.count, by: batch) {
                    vectors += try embedder.embed(Array(lines[first..<min(first + batch, lines.count)]))
                }
            }
            let parts = duration.components
            seconds.append(Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
        }
        if let out {
            let file = try NumpyFile(path: out, rows: lines.count, columns: embedder.dimension)
            for vector in vectors { try vector.withUnsafeBufferPointer { try file.append($0) } }
            try file.finish()
        }
        print("{\"lines\": \(lines.count), \"kernels\": \"\(Kernels.best.name)\", \"seconds\": \(seconds)}")
    }
}
