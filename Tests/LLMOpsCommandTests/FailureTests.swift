import Foundation
import Testing

@Suite(.enabled(if: Command.isBuilt, "llmops was not built next to the tests"))
struct FailureTests {
    @Test(arguments: [
        (["frobnicate"], "frobnicate"),
        (["info"], "<model>"),
        (["tokenize"], "--tokenizer"),
        (["detokenize", "--tokenizer", "t", "--ids", "1,two"], "whole numbers separated by commas"),
        (["detokenize", "--tokenizer", "t", "--ids", "-1"], "--ids"),
        (["generate", "--model", "m"], "--prompt"),
        (["generate", "--model", "m", "--prompt", "p", "--temperature", "-1"], "temperature"),
        (["generate", "--model", "m", "--prompt", "p", "--top-p", "0"], "topP"),
        (["generate", "--model", "m", "--prompt", "p", "--compute", "slow"], "slow"),
        (["generate", "--model", "m", "--prompt", "p", "--chat", "--raw"], "--raw"),
        (["generate", "--model", "m", "--prompt", "p", "--threads", "0"], "--threads is 0"),
        (["logits", "--model", "m", "--ids", "", "--out", "o"], "--ids is empty"),
        (["perplexity", "--model", "m", "--text", "t", "--context", "2"], "--context is 2"),
        (["perplexity", "--model", "m", "--text", "t", "--protocol", "chunked", "--stride", "2"], "--stride"),
        (["perplexity", "--model", "m", "--text", "t", "--context", "8", "--stride", "9"], "--stride is 9"),
        (["bench", "--model", "m", "-p", "0", "-n", "0"], "-p and -n are both 0"),
        (["eval", "bleu", "--hyp", "h"], "--ref"),
        (["eval", "bleu", "--hyp", "h", "--ref", "r", "--tokenize", "14b"], "14b"),
        (["eval", "chrf", "--hyp", "h", "--ref", "r", "--char-order", "0"], "--char-order is 0"),
    ])
    func `Wrong usage ends with 64 and names the argument`(arguments: [String], mentions: String) throws {
        let result = try Command.run(arguments)
        #expect(result.exitCode == 64)
        #expect(result.output.isEmpty)
        #expect(result.error.contains(mentions), "\(result.error)")
    }

    @Test(arguments: [
        ["info", "/no/such.gguf"],
        ["info", "/no/such.gguf", "--json"],
        ["tokenize", "--tokenizer", "/no/such.gguf"],
        ["detokenize", "--tokenizer", "/no/such.gguf", "--ids", "1"],
        ["generate", "--model", "/no/such.gguf", "--prompt", "p", "--json"],
        ["chat", "--model", "/no/such.gguf"],
        ["logits", "--model", "/no/such.gguf", "--ids", "1", "--out", "/no/o.npy"],
        ["perplexity", "--model", "m", "--text", "/no/such.gguf"],
        ["bench", "--model", "/no/such.gguf"],
        ["eval", "bleu", "--hyp", "/no/such.gguf", "--ref", "r"],
        ["eval", "rouge", "--hyp", "/no/such.gguf", "--ref", "r"],
    ])
    func `A missing input ends with 66 and is named`(arguments: [String]) throws {
        let result = try Command.run(arguments)
        #expect(result.exitCode == 66)
        #expect(result.output.isEmpty)
        #expect(result.error.contains("/no/such.gguf"))
    }

    private static let header = Array("GGUF".utf8) + [3, 0, 0, 0]

    private static let damagedFiles: [(name: String, content: [UInt8])] = [
        ("empty", []),
        ("text", Array("not a model".utf8)),
        ("cut after the version", header),
        ("version 9", Array("GGUF".utf8) + [9] + [UInt8](repeating: 0, count: 40)),
        ("countless tensors", header + [UInt8](repeating: 255, count: 40)),
    ]

    @Test(arguments: damagedFiles)
    func `A damaged model ends with 65 and is named`(name: String, content: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("damaged.gguf", Data(content))
        let commands = [
            ["info", file.path], ["tokenize", "--tokenizer", file.path],
            ["generate", "--model", file.path, "--prompt", "p"], ["bench", "--model", file.path],
            ["logits", "--model", file.path, "--ids", "1", "--out", "\(file.path).npy"],
        ]
        for arguments in commands {
            let result = try Command.run(arguments)
            #expect(result.exitCode == 65, "\(name): \(result.error)")
            #expect(result.output.isEmpty)
            #expect(result.error.contains("damaged.gguf"), "\(name): \(result.error)")
        }
    }

    @Test func `Lines that do not match and text that is not UTF-8 end with 65`() throws {
        let folder = try TemporaryFolder()
        let two = try folder.write("two", Data("a\nb\n".utf8)).path
        let three = try folder.write("three", Data("a\nb\nc".utf8)).path
        let broken = try folder.write("broken", Data([0x61, 0x0A, 0xFF, 0x0A])).path
        let empty = try folder.write("empty", Data()).path
        for (files, mentions) in [
            ((two, three), ["three has 3 lines", "two has 2"]), ((broken, two), ["broken: line 2 is not UTF-8"]),
            ((empty, empty), ["no lines"]),
        ] {
            let result = try Command.run(["eval", "bleu", "--hyp", files.0, "--ref", files.1])
            #expect(result.exitCode == 65)
            for text in mentions { #expect(result.error.contains(text), "\(result.error)") }
        }
    }
}
