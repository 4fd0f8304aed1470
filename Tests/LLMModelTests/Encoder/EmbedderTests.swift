import Foundation
import LLMTensor
import Testing

@testable import LLMModel

@Suite(.enabled(if: TestFiles.isRequired(TestFiles.miniLM), "all-MiniLM-L6-v2 is not in the cache"))
struct EmbedderTests {
    /// As in make_tiny_encoders.py.
    private static let sentences = [
        "The printer on the second floor is jammed again.", "Paper got stuck in tray two.",
        "Der Drucker im zweiten Stock hat wieder einen Papierstau.", "She sells sea shells by the sea shore.", "",
        "naïve café — 東京 🙂",
        String(
            repeating: "To be, or not to be, that is the question: whether 'tis nobler in the mind to suffer. ",
            count: 12),
    ]

    private static func similarities(_ compute: EncoderCompute, _ kernels: Kernels = .best) throws -> [Float] {
        let golden = try GoldenTensors("embeddings-minilm.safetensors").floats("vectors")
        let embedder = try TextEmbedder.load(path: TestFiles.miniLM, compute: compute, threads: nil, kernels: kernels)
        let vectors = try embedder.embed(sentences)
        return vectors.enumerated().map { index, vector in
            zip(vector, golden[384 * index..<384 * (index + 1)]).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    @Test func `Sentences get the vectors of the reference`() throws {
        for similarity in try Self.similarities(.exact) { #expect(similarity > 0.99999) }
    }

    /// The plain kernels take 8-bit products, as the sets with a four-way dot product do.
    @Test(.enabled(if: TestFiles.isOptimized, "needs a release build"))
    func `Eight bits are enough where values have sixteen`() throws {
        let generic = try #require(Kernels.named("generic"))
        for similarity in try Self.similarities(.int8, generic) { #expect(similarity > 0.999) }
    }

    @Test(.enabled(if: TestFiles.isOptimized, "needs a release build"))
    func `Smaller numbers cost little`() throws {
        for similarity in try Self.similarities(.bfloat16) { #expect(similarity > 0.9999) }
        for similarity in try Self.similarities(.int8) { #expect(similarity > 0.999) }
    }
}
