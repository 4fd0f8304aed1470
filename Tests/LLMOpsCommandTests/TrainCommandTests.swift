import Foundation
import Testing

/// `llmops train` on a very small model.
@Suite(.enabled(if: Command.isBuilt, "llmops was not built next to the tests"))
struct TrainCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("tokenizer.json", Data(Self.byteTokenizer.utf8))
        let text = (0..<400).map { "line \($0 % 7) says \($0 * $0 % 13)\n" }.joined()
        try folder.write("corpus.txt", Data(text.utf8))
    }

    /// A byte-level vocabulary without merges, with an end of text.
    private static var byteTokenizer: String {
        var alphabet: [Unicode.Scalar] = []
        var next: UInt32 = 256
        for byte in UInt32(0)..<256 {
            let isShown = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
            let code = isShown ? byte : next
            if !isShown { next += 1 }
            if let scalar = Unicode.Scalar(code) { alphabet.append(scalar) }
        }
        let words = alphabet.enumerated().map { index, scalar in
            let text = scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : "\(scalar)"
            return "\"\(text)\": \(index)"
        }
        return """
            {"version": "1.0", "truncation": null, "padding": null, "normalizer": null, "added_tokens": [{"id": 256, \
            "content": "<|endoftext|>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, \
            "special": true}], "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, \
            "use_regex": true}, "post_processor": null, "decoder": {"type": "ByteLevel", "add_prefix_space": true, \
            "trim_offsets": true, "use_regex": true}, "model": {"type": "BPE", "dropout": null, "unk_token": null, \
            "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, \
            "vocab": {\(words.joined(separator: ", ")), "<|endoftext|>": 256}, "merges": []}}
            """
    }

    private func recipe(_ output: String, steps: Int, extra: String = "") throws -> String {
        let path = folder.url.path
        return try folder.write(
            "\(output).yaml",
            Data(
                """
                model: {hiddenSize: 32, layerCount: 2, headCount: 4, keyValueHeadCount: 2, contextLength: 64}
                tokenizer: \(path)/tokenizer.json
                output: \(path)/\(output)
                data: {train: \(path)/corpus.txt, evaluation: \(path)/corpus.txt, windowLength: 32}
                training: {steps: \(steps), rowsPerBatch: 2, learningRate: 3e-3, schedule: {name: cosine, warmupSteps: 3}}
                evaluation: {start: true}
                checkpoints: {every: 5}
                threads: 1
                \(extra)
                """.utf8)
        ).path
    }

    private func files(_ checkpoint: String) throws -> [Data] {
        try ["parameters.safetensors", "optimizer.safetensors", "state.json"].map {
            try Data(contentsOf: folder.url.appending(path: checkpoint + "/" + $0))
        }
    }

    @Test func `Pretraining lowers the loss and writes a model that other commands read`() throws {
        let config = try recipe("run", steps: 60, extra: "export: [{format: huggingFace, precision: f32}]")
        let result = try Command.run(["train", "pretrain", "--config", config, "--json"])
        #expect(result.exitCode == 0, "\(result.error)")
        let object = try result.json()
        let first = try #require((object["first_evaluation"] as? [String: Any])?["loss"] as? Double)
        let last = try #require((object["last_evaluation"] as? [String: Any])?["loss"] as? Double)
        #expect(first > 5 && last < 3.5, "from \(first) to \(last)")
        #expect(object["reason"] as? String == "completed" && object["steps"] as? Int == 60)
        let log = try String(contentsOf: folder.url.appending(path: "run/log.jsonl"), encoding: .utf8)
        #expect(log.split(separator: "\n").count { $0.contains("\"event\":\"step\"") } == 60)
        let model = try #require((object["exports"] as? [String: Any])?["huggingFace"] as? String)
        let generated = try Command.run([
            "generate", "--model", model, "--prompt", "line 3 says", "--temperature", "0", "--max-tokens", "5",
            "--json",
        ])
        #expect(generated.exitCode == 0, "\(generated.error)")
        let again = try Command.run(["train", "pretrain", "--config", config])
        #expect(again.exitCode == 65 && again.error.contains("resume"))
    }

    @Test func `A run that was killed goes on to the same bytes`() throws {
        let steps = 1_000
        #expect(try Command.run(["train", "pretrain", "--config", recipe("whole", steps: steps)]).exitCode == 0)
        let config = try recipe("killed", steps: steps)
        let process = Process()
        process.executableURL = Command.executable
        process.arguments = ["train", "pretrain", "--config", config]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        // As soon as there is something to go on from.
        let checkpoints = folder.url.appending(path: "killed/checkpoints").path
        func hasCheckpoint() -> Bool {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
            return names.contains { $0.hasPrefix("checkpoint-") }
        }
        for _ in 0..<60_000 where process.isRunning && !hasCheckpoint() { usleep(1000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        let last = "checkpoints/checkpoint-00001000"
        #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "killed/" + last).path))
        let resumed = try Command.run(["train", "pretrain", "--config", config, "--resume", "--json"])
        #expect(resumed.exitCode == 0, "\(resumed.error)")
        #expect(resumed.error.contains("from step"))
        #expect(try files("killed/" + last) == files("whole/" + last))
    }

    @Test func `A mistake in a recipe is named with its line`() throws {
        let config = try recipe("bad", steps: 1, extra: "checkpoint: {every: 1}")
        let result = try Command.run(["train", "pretrain", "--config", config])
        #expect(result.exitCode == 65)
        #expect(result.error.contains("bad.yaml:9") && result.error.contains("did you mean 'checkpoints'"))
        #expect(try Command.run(["train", "finetune", "--config", "/no/such.yaml"]).exitCode == 66)
    }
}
