#if CommandLine
    import ArgumentParser
    import LLMEval
    import LLMModel
    import LLMTokenizer

    struct QuantizeCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "quantize", abstract: "Write a model as GGUF, with fewer bits per weight.",
            discussion: """
                Types are those of llama.cpp: \(QuantizationMixture.allCases.map(\.rawValue).joined(separator: ", ")). \
                With --report both models read a text in exact mode: perplexity, mean Kullback-Leibler divergence from \
                the source, share of unchanged first choices, and the speed of decoding before and after.
                """)

        @Option(help: "GGUF file or Hugging Face directory.")
        var model: String

        @Option(help: "How weights are stored, for instance Q4_K_M.")
        var type: String

        @Option(help: "GGUF file to write.")
        var out: String

        @Option(help: "Importance matrix of llama-imatrix (GGUF): errors count where inputs are large.")
        var imatrix: String?

        @Option(help: "Text file the model reads first, to learn which errors count; instead of --imatrix.")
        var calibration: String?

        @Option(help: "Tokens of the calibration text to read, at most.")
        var calibrationTokens = 16384

        @Option(help: "Text file to compare both models on, - for standard input.")
        var report: String?

        @Option(help: "Tokens of the text to compare on, at most.")
        var reportTokens = 2048

        @Option(name: [.customShort("t"), .long], help: "Threads; all processors when left out.")
        var threads: Int?

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if QuantizationMixture(name: type) == nil {
                let names = QuantizationMixture.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--type is \(type), expected one of \(names)")
            }
            if let threads, !(1...1024).contains(threads) {
                throw ValidationError("--threads is \(threads), expected 1 to 1024")
            }
            if calibration != nil, imatrix != nil {
                throw ValidationError("--calibration and --imatrix both say which errors count: give one")
            }
            if calibrationTokens < 1 {
                throw ValidationError("--calibration-tokens is \(calibrationTokens), expected 1 or more")
            }
            if reportTokens < 2 { throw ValidationError("--report-tokens is \(reportTokens), expected 2 or more") }
        }

        func run() throws {
            let text = try report.map { try InputText.bytes(path: $0) }
            let mixture = QuantizationMixture(name: type) ?? .q8_0
            var quantizer = ModelQuantizer(mixture: mixture)
            if let threads { quantizer.threadCount = threads }
            if let imatrix { quantizer.importance = try ImportanceMatrix(path: imatrix) }
            if let calibration {
                quantizer.importance = try importance(measuredOn: try InputText.bytes(path: calibration))
            }
            let export = try GGUFExport(modelAt: model)
            var progress = ProgressLine()
            let start = ContinuousClock.now
            try quantizer.quantize(export, to: out) { state in
                progress.show(
                    "\(state.tensor) as \(state.elementType), \(100 * state.writtenBytes / state.totalBytes) %")
            }
            progress.clear()
            let seconds = (ContinuousClock.now - start).seconds
            let before = try ModelInformation.read(path: model)
            let after = try ModelInformation.read(path: out)
            var comparison: CompressionReport?
            if let text {
                comparison = try CompressionReport(
                    source: model, result: out, text: text, tokenLimit: reportTokens, threads: threads)
            }
            try print(before, after, comparison, seconds: seconds)
        }

        /// Reads the calibration text with the model in exact mode.
        private func importance(measuredOn text: [UInt8]) throws -> ImportanceMatrix {
            let bundle = try ModelBundle.load(path: model, options: LoadOptions(compute: .exact, threads: threads))
            let all = bundle.tokenizer.encode(bytes: text, addSpecialTokens: true, parseSpecialTokens: false)
            var progress = ProgressLine()
            defer { progress.clear() }
            return try ImportanceMatrix.calibrated(by: bundle.decoder, on: Array(all.prefix(calibrationTokens))) {
                progress.show("calibrating: \(Int($0 * 100)) %")
            }
        }

        private func print(
            _ before: ModelInformation, _ after: ModelInformation, _ comparison: CompressionReport?, seconds: Double
        ) throws {
            if json {
                var object: OutputObject = [
                    "out": .text(out),
                    "type": .text(after.quantization.name),
                    "source_type": .text(before.quantization.name),
                    "parameters": .integer(after.parameterCount),
                    "bytes": .integer(after.byteCount),
                    "source_bytes": .integer(before.byteCount),
                    "bits_per_weight": .number(after.quantization.bitsPerWeight),
                    "source_bits_per_weight": .number(before.quantization.bitsPerWeight),
                    "seconds": .number(seconds),
                ]
                if let comparison { object.append("report", .object(comparison.object)) }
                try object.printJSON()
                return
            }
            try StandardStreams.write(
                """
                \(out): \(after.quantization.name), \(after.byteCount) bytes, \
                \(after.quantization.bitsPerWeight.formatted(decimals: 2)) bits per weight (source \
                \(before.byteCount) bytes, \(before.quantization.bitsPerWeight.formatted(decimals: 2))), \
                \(seconds.formatted(decimals: 1)) s

                """)
            if let comparison { try StandardStreams.write(comparison.summary) }
        }
    }

    /// What storing a model with fewer bits changed.
    private struct CompressionReport {
        let comparison: ModelComparison
        let sourceSpeed: Double
        let speed: Double

        /// Loads both models and lets them read the text.
        init(source: String, result: String, text: [UInt8], tokenLimit: Int, threads: Int?) throws {
            var speeds: [Double] = []
            for path in [source, result] { speeds.append(try Self.decodingSpeed(path, threads)) }
            (sourceSpeed, speed) = (speeds[0], speeds[1])
            let options = LoadOptions(compute: .exact, threads: threads)
            let reference = try ModelBundle.load(path: source, options: options)
            let candidate = try ModelBundle.load(path: result, options: options)
            let all = reference.tokenizer.encode(bytes: text, addSpecialTokens: true, parseSpecialTokens: false)
            let tokens = Array(all.prefix(tokenLimit))
            let context = min(512, reference.configuration.contextLength)
            var progress = ProgressLine()
            comparison = try ModelComparison.run(
                reference: DecoderSession(model: reference.decoder, contextLength: context),
                candidate: DecoderSession(model: candidate.decoder, contextLength: context), tokens: tokens,
                context: context
            ) { share in
                progress.show("comparing: \(Int(share * 100)) %")
            }
            progress.clear()
        }

        /// Tokens per second of decoding 64 tokens in fast mode, the best of three runs.
        private static func decodingSpeed(_ path: String, _ threads: Int?) throws -> Double {
            let bundle = try ModelBundle.load(path: path, options: LoadOptions(threads: threads))
            let session = try DecoderSession(model: bundle.decoder, contextLength: 64)
            var best = 0.0
            for _ in 0..<3 {
                session.reset()
                let start = ContinuousClock.now
                for token in 0..<64 {
                    _ = try session.append(TokenID(token * 31 % bundle.configuration.vocabularySize))
                }
                best = max(best, 64 / (ContinuousClock.now - start).seconds)
            }
            return best
        }

        var object: OutputObject {
            [
                "perplexity": .number(comparison.perplexity),
                "source_perplexity": .number(comparison.referencePerplexity),
                "mean_kl": .number(comparison.meanDivergence),
                "kl_99": .number(comparison.divergence99),
                "top1_agreement": .number(comparison.topAgreement),
                "tokens": .integer(comparison.tokens),
                "signature": .text(comparison.signature),
                "decode_tokens_per_second": .number(speed),
                "source_decode_tokens_per_second": .number(sourceSpeed),
            ]
        }

        var summary: String {
            """
            perplexity \(comparison.perplexity.formatted(decimals: 4)) (source \
            \(comparison.referencePerplexity.formatted(decimals: 4))), mean KL \
            \(comparison.meanDivergence.formatted(decimals: 5)) nats, same first choice \
            \((100 * comparison.topAgreement).formatted(decimals: 2)) % of \(comparison.tokens) tokens
            decoding \(speed.formatted(decimals: 1)) tokens/s (source \(sourceSpeed.formatted(decimals: 1)))

            """
        }
    }
#endif
