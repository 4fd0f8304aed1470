#if CommandLine
    import ArgumentParser
    import Foundation
    import LLMTensor

    struct QuickstartCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "quickstart",
            abstract: "Walk through the whole life of a model, on generated data.",
            discussion: """
                Makes a small world of service-desk records, cleans and deduplicates them, blacks out personal data, trains a \
                tokenizer, pre-trains a GPT, fine-tunes it with LoRA to find the queue of a ticket, quantizes it, compares it \
                with an n-gram model; then checks it for contamination and leaks, registers it, has it reviewed and promoted, \
                serves it, watches the traffic drift, learns from corrections, tries the better model on part of the traffic, \
                and writes a report. Nothing is downloaded. About four minutes on two cores.
                """)

        @Option(help: "Folder for everything that is made; it is created.")
        var out = "llmops-quickstart"

        @Option(help: "Seed of the world, the weights and the order of training; another seed gives other figures.")
        var seed: UInt64 = 1

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            var quickstart = try Quickstart(folder: out, seed: seed)
            let result = try await quickstart.run()
            if json {
                try result.printJSON()
            } else {
                Console.note("\nReport: \(quickstart.files.report)")
            }
        }
    }
#endif
