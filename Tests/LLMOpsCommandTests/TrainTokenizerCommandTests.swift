import Foundation
import Testing

@Suite(.enabled(if: Command.isBuilt, "llmops was not built next to the tests"))
struct TrainTokenizerCommandTests {
    private let folder: TemporaryFolder
    private let corpus: String

    init() throws {
        folder = try TemporaryFolder()
        let line = "the quick brown fox jumps over the lazy dog, and the dog does not mind\n"
        corpus = try folder.write("corpus.txt", Data(String(repeating: line, count: 20).utf8)).path
    }

    @Test(arguments: ["bpe", "wordpiece", "unigram", "wordlevel"])
    func `A trained tokenizer is a file that the other commands take`(model: String) throws {
        let out = corpus + "." + model + ".json"
        let result = try Command.run([
            "train", "tokenizer", "--input", corpus, "--model", model, "--vocabulary-size", "280", "--out", out,
            "--json",
        ])
        #expect(result.exitCode == 0, "\(result.error)")
        let summary = try result.json()
        #expect(summary["texts"] as? Int == 20)
        #expect(try #require(summary["vocabulary_size"] as? Int) <= 280)
        let tokens = try Command.run(
            ["tokenize", "--tokenizer", out, "--no-special", "--json"], input: "the lazy dog")
        let ids = try #require(try tokens.json()["ids"] as? [Int])
        #expect(!ids.isEmpty)
        let text = try Command.run([
            "detokenize", "--tokenizer", out, "--ids", ids.map(String.init).joined(separator: ","),
        ])
        #expect(text.output.trimmingCharacters(in: .whitespacesAndNewlines) == "the lazy dog")
    }

    @Test func `A configuration file says the same as options, and its mistakes are named`() throws {
        let out = corpus + ".yaml.json"
        let file = try folder.write(
            "train.yaml", Data("model: bpe\nvocabulary-size: 270\ninput: [\(corpus)]\nout: \(out)\n".utf8))
        let result = try Command.run(["train", "tokenizer", "--config", file.path, "--json"])
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(try result.json()["vocabulary_size"] as? Int == 270)
        let wrong = try folder.write("wrong.yaml", Data("vocabulary: 270\n".utf8))
        let refused = try Command.run(["train", "tokenizer", "--config", wrong.path])
        #expect(refused.exitCode == 65)
        #expect(refused.error.contains("vocabulary"))
        #expect(try Command.run(["train", "tokenizer", "--input", corpus]).exitCode == 64)
        #expect(try Command.run(["train", "tokenizer", "--input", corpus + "x", "--out", out]).exitCode == 66)
        #expect(
            try Command.run(["train", "tokenizer", "--input", corpus, "--vocabulary-size", "0", "--out", out]).exitCode
                == 64)
    }
}
