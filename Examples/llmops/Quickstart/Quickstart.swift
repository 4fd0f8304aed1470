#if CommandLine
    import Foundation
    import LLMData
    import LLMEval
    import LLMTensor
    import LLMTokenizer
    import ServiceDeskWorld

    /// The life of a small model, station by station; what each found goes into the report.
    struct Quickstart {
        let files: QuickstartFiles
        let seed: UInt64
        /// What was found so far.
        var findings = QuickstartFindings()
        private var number = 0
        private let start = ContinuousClock.now

        init(folder: String, seed: UInt64) throws {
            files = QuickstartFiles(folder: folder)
            self.seed = seed
            // What an earlier run left would mix with this one.
            for path in [files.corpus, files.data, files.tokens, files.adapter, files.governance, files.feedback] {
                if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
            }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        /// Walks through all stations.
        mutating func run() async throws -> OutputObject {
            let world = try station("Make a world of service-desk records") { try $0.makeWorld() }
            try await station("Clean and deduplicate") { try await $0.prepareDocuments(world) }
            try station("Black out personal data") { try $0.redact(world) }
            try station("Look for held-out documents in the training split") { try $0.checkContamination() }
            let tokenizer = try station("Train a tokenizer") { try $0.trainTokenizer() }
            try station("Store token ids") { try $0.storeTokens(tokenizer) }
            try station("Count n-grams") { try $0.countNGrams(tokenizer) }
            try await station("Pre-train a GPT") { try await $0.pretrain(tokenizer) }
            try await station("Fine-tune it with LoRA") { try await $0.tune(tokenizer, world) }
            try station("Quantize") { try $0.quantize() }
            try await station("Evaluate") { try await $0.evaluate(tokenizer, world) }
            try await station("Plant secrets in a throw-away copy") { try await $0.exposeCanaries(tokenizer) }
            try station("Register, review, approve") {
                try $0.registerModels()
                try $0.writeCard("tuned", $0.files.card)
                try $0.approve("tuned", question: "Names queues better than guessing; may it serve?")
            }
            try await station("Serve, watch, learn from feedback") { try await $0.operate(tokenizer, world) }
            try await station("Try the improved model, and a wrong file") { try await $0.release(world) }
            try station("Roll back, verify") {
                try $0.rehearseRollback()
                try $0.verifyGovernance()
            }
            try station("Write the report") { try $0.writeReport() }
            findings.seconds = (ContinuousClock.now - start).seconds
            return findings.json(files)
        }

        private mutating func station<Result>(
            _ title: String, _ body: (inout Quickstart) throws -> Result
        ) throws -> Result {
            let began = announce(title)
            let result = try body(&self)
            finish(title, began)
            return result
        }

        private mutating func station<Result>(
            _ title: String, _ body: (inout Quickstart) async throws -> Result
        ) async throws -> Result {
            let began = announce(title)
            let result = try await body(&self)
            finish(title, began)
            return result
        }

        private mutating func announce(_ title: String) -> ContinuousClock.Instant {
            number += 1
            Console.note("\n\(number). \(title)")
            return .now
        }

        private mutating func finish(_ title: String, _ began: ContinuousClock.Instant) {
            let seconds = (ContinuousClock.now - began).seconds
            findings.stations.append((title, seconds))
            Console.note("   \(seconds.formatted(decimals: 1)) s")
        }

        /// A line about what a station found.
        func note(_ text: String) { Console.note("   \(text)") }
    }

    /// Where everything lies.
    struct QuickstartFiles {
        let folder: String

        var corpus: String { folder + "/corpus" }
        var data: String { folder + "/data" }
        var tokens: String { folder + "/tokens" }
        var store: String { tokens + "/tokens.sqlite" }
        var recipe: String { folder + "/recipe.yaml" }
        var tokenizer: String { folder + "/tokenizer.json" }
        var base: String { folder + "/base.gguf" }
        var adapter: String { folder + "/adapter" }
        var tuned: String { folder + "/tuned.gguf" }
        var improved: String { folder + "/improved.gguf" }
        var governance: String { folder + "/governance" }
        var card: String { folder + "/model-card" }
        var feedback: String { folder + "/feedback.sqlite" }
        var log: String { folder + "/training.jsonl" }
        var report: String { folder + "/report.html" }
        var figures: String { folder + "/report.json" }
        func quantized(_ type: String) -> String { folder + "/tuned-\(type).gguf" }
    }
#endif
