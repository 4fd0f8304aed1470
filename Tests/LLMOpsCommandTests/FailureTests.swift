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
        for arguments in [["info", file.path], ["tokenize", "--tokenizer", file.path]] {
            let result = try Command.run(arguments)
            #expect(result.exitCode == 65, "\(name): \(result.error)")
            #expect(result.output.isEmpty)
            #expect(result.error.contains("damaged.gguf"), "\(name): \(result.error)")
        }
    }
}
