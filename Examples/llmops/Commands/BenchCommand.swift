#if CommandLine
    import ArgumentParser
    import LLMModel
    import LLMTokenizer

    struct BenchCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bench", abstract: "Measure how fast a model reads and writes.",
            discussion: """
                As llama-bench does: the prompt is read from an empty context, and tokens are decoded one by one from \
                an empty context, without sampling. Figures are medians of the repetitions after one warm-up.
                """)

        @OptionGroup var model: ModelOptions

        @Option(name: [.customShort("p"), .customLong("prompt-tokens")], help: "Tokens of the prompt, 0 for none.")
        var promptTokens = 512

        @Option(name: [.customShort("n"), .customLong("decode-tokens")], help: "Tokens to decode, 0 for none.")
        var decodeTokens = 128

        @Option(name: [.customShort("r"), .long], help: "Measurements of each.")
        var repetitions = 5

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            for (name, value) in [("-p", promptTokens), ("-n", decodeTokens)] where value < 0 {
                throw ValidationError("\(name) is \(value), expected 0 or more")
            }
            if promptTokens == 0, decodeTokens == 0 { throw ValidationError("-p and -n are both 0") }
            if !(1...1000).contains(repetitions) {
                throw ValidationError("--repetitions is \(repetitions), expected 1 to 1000")
            }
        }

        func run() throws {
            let (bundle, loadSeconds) = try model.load()
            let longest = max(promptTokens, decodeTokens)
            let session = try DecoderSession(model: bundle.decoder, contextLength: longest)
            let tokens = Self.arbitraryTokens(longest, vocabularySize: bundle.configuration.vocabularySize)
            let prefill = try measure(promptTokens) {
                try session.append(Array(tokens[..<promptTokens]), logits: .last) { _, _ in }
            } before: {
                session.reset()
            }
            let decode = try measure(decodeTokens) {
                for token in tokens[..<decodeTokens] { _ = try session.append(token) }
            } before: {
                session.reset()
            }
            try report(bundle, prefill: prefill, decode: decode, loadSeconds: loadSeconds)
        }

        /// Seconds of every repetition.
        private func measure(_ count: Int, _ body: () throws -> Void, before: () -> Void) throws -> [Double] {
            guard count > 0 else { return [] }
            var seconds: [Double] = []
            for repetition in 0...repetitions {
                before()
                let start = ContinuousClock.now
                try body()
                if repetition > 0 { seconds.append((ContinuousClock.now - start).seconds) }
            }
            return seconds
        }

        /// The same spread of the vocabulary every time.
        private static func arbitraryTokens(_ count: Int, vocabularySize: Int) -> [TokenID] {
            var state: UInt64 = 1
            return (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return TokenID((state >> 33) % UInt64(max(1, vocabularySize)))
            }
        }

        private func report(
            _ bundle: ModelBundle, prefill: [Double], decode: [Double], loadSeconds: Double
        ) throws {
            let prefillSpeed = Self.median(prefill).map { Double(promptTokens) / $0 }
            let decodeSpeed = Self.median(decode).map { Double(decodeTokens) / $0 }
            if json {
                let object: OutputObject = [
                    "model": .text(model.model),
                    "compute": .text(model.compute.rawValue),
                    "threads": .integer(bundle.decoder.options.threadCount),
                    "prompt_tokens": .integer(promptTokens),
                    "decode_tokens": .integer(decodeTokens),
                    "repetitions": .integer(repetitions),
                    "prefill_tokens_per_second": .optional(prefillSpeed),
                    "decode_tokens_per_second": .optional(decodeSpeed),
                    "prefill_seconds": .numbers(prefill),
                    "decode_seconds": .numbers(decode),
                    "load_seconds": .number(loadSeconds),
                    "packed_bytes": .integer(bundle.decoder.packedByteCount),
                ]
                try object.printJSON()
            } else {
                let threads = bundle.decoder.options.threadCount
                for (name, speed) in [
                    ("prefill \(promptTokens)", prefillSpeed), ("decode \(decodeTokens)", decodeSpeed),
                ] {
                    guard let speed else { continue }
                    try StandardStreams.write(
                        "\(name): \(speed.formatted(decimals: 1)) tokens/s (\(threads) threads)\n")
                }
            }
        }

        private static func median(_ values: [Double]) -> Double? {
            guard !values.isEmpty else { return nil }
            let sorted = values.sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        }
    }
#endif
