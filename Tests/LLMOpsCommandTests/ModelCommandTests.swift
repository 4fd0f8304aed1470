import Foundation
import Testing

enum SmolLM2 {
    static let file = "SmolLM2-135M-Instruct.Q4_1.gguf"

    static var isOptimized: Bool {
        #if DEBUG
            false
        #else
            true
        #endif
    }
}

/// Commands on the real SmolLM2, from its GGUF file.
@Suite(
    .enabled(if: Command.isBuilt, "llmops was not built next to the tests"),
    .enabled(if: Command.hasModel(SmolLM2.file), "SmolLM2 is not in the cache; run Scripts/fetch-models"),
    .enabled(if: SmolLM2.isOptimized, "kernels are slow in debug builds; run with -c release"))
struct ModelCommandTests {
    private let model: String

    init() throws { model = try #require(Command.model(SmolLM2.file), "\(SmolLM2.file) has to be in the cache") }

    @Test func `Info says what the file holds`() throws {
        let object = try Command.run(["info", model, "--json"]).json()
        #expect(object["architecture"] as? String == "llama")
        #expect(object["parameters"] as? Int == 134_515_008)
        #expect(object["quantization"] as? String == "Q4_1")
        #expect(object["licence"] as? String == "apache-2.0")
        #expect(object["bytes"] as? Int == 98_362_432)
    }

    @Test func `Text goes to ids and back byte for byte`() throws {
        let text = "Hello, world!\n\u{1F642} naïve \u{0} 12345\n"
        let object = try Command.run(["tokenize", "--tokenizer", model, "--json"], input: text).json()
        let ids = try #require(object["ids"] as? [Int])
        let list = ids.map(String.init).joined(separator: ",")
        #expect(try Command.run(["detokenize", "--tokenizer", model, "--ids", list]).output == text)
        let count = try Command.run(["tokenize", "--tokenizer", model, "--count"], input: text).json()
        #expect(count["tokens"] as? Int == ids.count)
        #expect(count["bytes"] as? Int == text.utf8.count)
        #expect(count["seconds"] is Double)
    }

    @Test func `An id beyond the vocabulary ends with 65`() throws {
        for arguments in [
            ["detokenize", "--tokenizer", model], ["logits", "--model", model, "--out", "/no/such/folder/l.npy"],
        ] {
            let result = try Command.run(arguments + ["--ids", "49152"])
            #expect(result.exitCode == 65)
            #expect(result.error.contains("expected ids below 49152"))
        }
    }

    @Test func `Generation prints what it generated and is the same for the same seed`() throws {
        let arguments = ["generate", "--model", model, "--prompt", "The capital of France is", "--json"]
        let greedy = try Command.run(arguments + ["--temperature", "0", "--max-tokens", "3"]).json()
        #expect(greedy["text"] as? String == " Paris.\n")
        #expect((greedy["ids"] as? [Int])?.count == 3)
        #expect(greedy["finish_reason"] as? String == "length")
        let timings = try #require(greedy["timings"] as? [String: Any])
        #expect(timings["prompt_tokens"] as? Int == 5)
        let sampling = arguments + ["--temperature", "1.5", "--seed", "7", "--max-tokens", "6", "--threads"]
        let first = try Command.run(sampling + ["1"]).json()
        let second = try Command.run(sampling + ["2"]).json()
        #expect(first["ids"] as? [Int] == second["ids"] as? [Int])
        #expect(first["seed"] as? Int == 7)
    }

    @Test func `A schema or a grammar holds the text to a form`() throws {
        let folder = try TemporaryFolder()
        let schema = try folder.write(
            "schema.json",
            Data(#"{"type":"object","properties":{"answer":{"enum":["yes","no"]}},"required":["answer"]}"#.utf8)
        ).path
        let arguments = [
            "generate", "--model", model, "--prompt", "Is Paris in France?", "--temperature", "0", "--chat",
        ]
        let answer = try Command.run(arguments + ["--json-schema", schema, "--json"]).json()
        let text = try #require(answer["text"] as? String)
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
        #expect(["yes", "no"].contains(value?["answer"]))
        #expect(answer["finish_reason"] as? String == "stop")
        let grammar = try folder.write("list.gbnf", Data("root ::= [a-z]+ (\", \" [a-z]+){2}\n".utf8)).path
        let list = try Command.run(arguments + ["--grammar", grammar, "--max-tokens", "60"])
        #expect(list.output.trimmingCharacters(in: .newlines).split(separator: ", ").count == 3)
        let broken = try folder.write("broken.gbnf", Data("root ::= (\"a\"\n".utf8)).path
        let refused = try Command.run(arguments + ["--grammar", broken])
        #expect(refused.exitCode == 65 && refused.error.contains("line 2, column 1: expected ')'"))
        #expect(try Command.run(arguments + ["--grammar", broken, "--json-schema", schema]).exitCode == 64)
    }

    @Test func `Without JSON the text itself is the output`() throws {
        let result = try Command.run([
            "generate", "--model", model, "--prompt", "The capital of France is", "--temperature", "0", "--max-tokens",
            "2", "--raw",
        ])
        #expect(result.output == " Paris.\n")
    }

    @Test func `Chat answers line by line`() throws {
        let result = try Command.run(
            ["chat", "--model", model, "--temperature", "0", "--max-tokens", "4"], input: "Hi\n/reset\n\nHi\n")
        #expect(result.exitCode == 0)
        let answers = result.output.split(separator: "\n")
        #expect(answers.count == 2)
        #expect(answers.first == answers.last)
    }

    @Test func `Logits are a NumPy array of tokens by vocabulary`() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "logits.npy")
        let result = try Command.run(["logits", "--model", model, "--ids", "1,2,3", "--out", file.path])
        #expect(result.exitCode == 0)
        let data = try Data(contentsOf: file)
        #expect(data.count == 128 + 3 * 49_152 * 4)
        #expect(data.starts(with: [0x93] + Array("NUMPY".utf8)))
    }

    @Test func `Perplexity depends on the protocol and says so`() throws {
        let text = String(repeating: "The quick brown fox jumps over the lazy dog. ", count: 20)
        func run(_ arguments: [String]) throws -> [String: Any] {
            try Command.run(
                ["perplexity", "--model", model, "--text", "-", "--context", "64", "--json"] + arguments, input: text
            ).json()
        }
        let strided = try run([])
        let chunked = try run(["--protocol", "chunked"])
        #expect(strided["signature"] as? String == "protocol:strided|context:64|stride:32")
        #expect(chunked["signature"] as? String == "protocol:chunked|context:64")
        for object in [strided, chunked] {
            let perplexity = try #require(object["perplexity"] as? Double)
            let nll = try #require(object["nll"] as? Double)
            #expect(abs(perplexity - exp(nll)) < 1e-9 * perplexity)
            #expect(object["bits_per_byte"] is Double && object["stderr"] is Double)
        }
        let tooShort = try Command.run(["perplexity", "--model", model, "--text", "-"], input: "a")
        #expect(tooShort.exitCode == 65)
    }

    @Test func `Bench prints medians`() throws {
        let object = try Command.run(
            ["bench", "--model", model, "-p", "8", "-n", "2", "-t", "1", "-r", "1", "--json"]
        ).json()
        #expect(try #require(object["prefill_tokens_per_second"] as? Double) > 0)
        #expect(try #require(object["decode_tokens_per_second"] as? Double) > 0)
        #expect(object["threads"] as? Int == 1)
    }
}
