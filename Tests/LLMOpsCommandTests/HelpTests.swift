import Foundation
import Testing

@Suite(.enabled(if: Command.isBuilt, "llmops was not built next to the tests"))
struct HelpTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Help")

    /// One file per command; `LLMOPS_RECORD_HELP=1` writes them anew.
    @Test(arguments: [
        [], ["info"], ["tokenize"], ["detokenize"], ["generate"], ["chat"], ["embed"], ["logits"], ["perplexity"],
        ["bench"], ["data"], ["data", "prepare"], ["data", "worker"], ["train"], ["train", "tokenizer"],
        ["train", "pretrain"], ["train", "finetune"], ["quantize"], ["quickstart"], ["serve"], ["batch"], ["eval"],
        ["eval", "bleu"],
        ["eval", "chrf"], ["eval", "ter"], ["eval", "rouge"], ["eval", "classify"],
        ["govern"], ["govern", "registry"], ["govern", "registry", "add"], ["govern", "registry", "list"],
        ["govern", "registry", "show"], ["govern", "registry", "alias"], ["govern", "registry", "policy"],
        ["govern", "registry", "attach"], ["govern", "registry", "promote"], ["govern", "registry", "rollback"],
        ["govern", "registry", "verify"], ["govern", "registry", "lineage"], ["govern", "audit"],
        ["govern", "audit", "append"], ["govern", "audit", "show"], ["govern", "audit", "verify"],
        ["govern", "audit", "prove"], ["govern", "audit", "checkpoint"], ["govern", "access"],
        ["govern", "access", "grant"], ["govern", "access", "key"], ["govern", "access", "revoke"],
        ["govern", "access", "check"], ["govern", "review"], ["govern", "review", "request"],
        ["govern", "review", "decide"], ["govern", "review", "list"],
        ["govern", "scan"], ["govern", "redact"],
        ["govern", "card"], ["govern", "contamination"], ["govern", "evidence"], ["govern", "guard"],
        ["govern", "licence"],
    ])
    func `Help says what it said before`(command: [String]) throws {
        let result = try Command.run(command + ["--help"])
        #expect(result.exitCode == 0)
        #expect(result.error.isEmpty)
        let file = Self.folder.appending(path: (["llmops"] + command).joined(separator: "-") + ".txt")
        if ProcessInfo.processInfo.environment["LLMOPS_RECORD_HELP"] != nil {
            try result.output.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try result.output == String(contentsOf: file, encoding: .utf8))
    }
}
