import Foundation
import Testing

/// Every example program runs.
@Suite(
    .serialized, .enabled(if: Command.isBuilt, "llmops was not built next to the tests"),
    .enabled(if: SmolLM2.isOptimized, "kernels are slow in debug builds; run with -c release"))
struct ExampleTests {
    private let folder = try? TemporaryFolder()

    private func path(_ name: String) throws -> String { try #require(folder).url.appending(path: name).path }

    @Test func `Documents are cleaned`() throws {
        let result = try Command.run([], example: "CleanDocuments")
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(result.output.contains("near duplicates") && result.output.contains("documents kept"))
    }

    @Test func `A tokenizer is trained and gives the sentence back`() throws {
        let text = try #require(folder).write("text.txt", Data(repeating: 0x61, count: 400))
        let result = try Command.run([text.path, path("tokenizer.json")], example: "TrainTokenizer")
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(result.output.hasSuffix("The printer on floor 2 is jammed.\n"))
    }

    @Test func `A model is pre-trained and writes`() throws {
        let result = try Command.run(["20"], example: "PretrainModel")
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(result.output.contains("step 20 of 20") && result.output.contains("Subject: Printer"))
    }

    @Test func `Translations are scored`() throws {
        let result = try Command.run([path("report.html")], example: "ScoreTranslations")
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(try String(contentsOfFile: path("report.html"), encoding: .utf8).contains("second system"))
    }

    @Test(.enabled(if: Command.hasModel(SmolLM2.file), "SmolLM2 is not in the cache; run Scripts/fetch-models"))
    func `A real model is tuned`() throws {
        let model = try #require(Command.model(SmolLM2.file))
        let pairs = (0..<4).map {
            #"{"prompt": "Number \#($0) is", "completion": " \#($0 % 2 == 0 ? "even" : "odd")"}"#
        }
        let file = try #require(folder).write("pairs.jsonl", Data(pairs.joined(separator: "\n").utf8))
        let result = try Command.run([model, file.path, path("adapter"), "2"], example: "FineTuneModel")
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(FileManager.default.fileExists(atPath: try path("adapter/adapter_model.safetensors")))
    }

    @Test(.enabled(if: Command.hasModel(SmolLM2.file), "SmolLM2 is not in the cache; run Scripts/fetch-models"))
    func `A real model is quantized`() throws {
        let model = try #require(Command.model(SmolLM2.file))
        let result = try Command.run([model, path("small.gguf"), "Q4_K_M"], example: "QuantizeModel")
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(result.output.split(separator: "\n").count == 2)
    }

    @Test func `Wrong usage is said`() throws {
        #expect(try Command.run([], example: "FineTuneModel").exitCode == 64)
        #expect(try Command.run([], example: "QuantizeModel").exitCode == 64)
    }
}
