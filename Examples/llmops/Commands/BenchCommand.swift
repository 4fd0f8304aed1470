#if CommandLine
    import ArgumentParser
    import LLMModel
    import LLMTensor
    import LLMTokenizer

    struct BenchCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bench", abstract: "Measure how fast a model reads and writes.",
            discussion: """
                The prompt is read from an empty context, and tokens are decoded one by one from an empty context, \
                each the most likely one behind the last; the first is the one texts begin with. Of a large output \
                head only what can hold that token is computed whole; --all-logits computes all of it, as sampling \
                without limits needs and as llama-bench does. --depth fills the context before anything is measured; \
                --sequences reads and continues several sequences together and counts the tokens of all. Figures are \
                medians of the repetitions after one warm-up.
                """)

        @OptionGroup var model: ModelOptions

        @Option(name: [.customShort("p"), .customLong("prompt-tokens")], help: "Tokens of the prompt, 0 for none.")
        var promptTokens = 512

        @Option(name: [.customShort("n"), .customLong("decode-tokens")], help: "Tokens to decode, 0 for none.")
        var decodeTokens = 128

        @Option(name: [.customShort("d"), .long], help: "Tokens in the context before measuring begins.")
        var depth = 0

        @Option(name: [.customShort("s"), .long], help: "Sequences read and continued together.")
        var sequences = 1

        @Option(name: [.customShort("r"), .long], help: "Measurements of each.")
        var repetitions = 5

        @Flag(help: "Compute every logit of a decoded token.")
        var allLogits = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            for (name, value) in [("-p", promptTokens), ("-n", decodeTokens), ("--depth", depth)] where value < 0 {
                throw ValidationError("\(name) is \(value), expected 0 or more")
            }
            if promptTokens == 0, decodeTokens == 0 { throw ValidationError("-p and -n are both 0") }
            if !(1...512).contains(sequences) {
                throw ValidationError("--sequences is \(sequences), expected 1 to 512")
            }
            if !(1...1000).contains(repetitions) {
                throw ValidationError("--repetitions is \(repetitions), expected 1 to 1000")
            }
        }

        func run() throws {
            let (bundle, loadSeconds) = try model.load()
            let (prefill, decode) = sequences == 1 ? try measureOne(bundle) : try measureSeveral(bundle)
            try report(bundle, prefill: prefill, decode: decode, loadSeconds: loadSeconds)
        }

        private func measureOne(_ bundle: ModelBundle) throws -> (prefill: [Double], decode: [Double]) {
            let longest = max(promptTokens, decodeTokens)
            let session = try DecoderSession(model: bundle.decoder, contextLength: depth + longest)
            let tokens = Self.arbitraryTokens(
                max(depth, longest), vocabularySize: bundle.configuration.vocabularySize)
            try session.append(Array(tokens[..<depth]), logits: .none) { _, _ in }
            var chooser = try Sampler(.greedy, vocabularySize: bundle.configuration.vocabularySize)
            let prefill = try measure(promptTokens) {
                try session.append(Array(tokens[..<promptTokens]), logits: .last) { _, _ in }
            } before: {
                try session.truncate(to: depth)
            }
            let decode = try measure(decodeTokens) {
                var token = bundle.tokenizer.specialTokens.bos ?? tokens[0]
                for _ in 0..<decodeTokens {
                    token = try chooser.sample(try session.append(token, wanted: allLogits ? .all : .largest(1)))
                }
            } before: {
                try session.truncate(to: depth)
            }
            return (prefill, decode)
        }

        private func measureSeveral(_ bundle: ModelBundle) throws -> (prefill: [Double], decode: [Double]) {
            let longest = max(promptTokens, decodeTokens)
            let batch = try DecoderBatch(model: bundle.decoder, contextLength: depth + longest)
            let all = (0..<sequences).map { _ in batch.makeSequence() }
            let size = bundle.configuration.vocabularySize
            let tokens = (0..<sequences).map { index in
                Self.arbitraryTokens(max(depth, longest), vocabularySize: size, seed: UInt64(index + 1))
            }
            /// Reads `count` tokens into every sequence, as many sequences in a step as fit.
            func read(_ count: Int) throws {
                var waiting = (sequence: 0, token: 0)
                while waiting.sequence < sequences {
                    var inputs: [DecoderBatch.Input] = []
                    var room = batch.stepLimit
                    while waiting.sequence < sequences, room > 0 {
                        let taken = min(room, count - waiting.token)
                        let part = tokens[waiting.sequence][waiting.token..<(waiting.token + taken)]
                        let isLast = waiting.token + taken == count
                        inputs.append(DecoderBatch.Input(all[waiting.sequence], Array(part), wantsLogits: isLast))
                        room -= taken
                        waiting = isLast ? (waiting.sequence + 1, 0) : (waiting.sequence, waiting.token + taken)
                    }
                    try batch.advance(inputs) { _, _ in }
                }
            }
            func restart() throws {
                for sequence in all { try batch.truncate(sequence, to: depth) }
            }
            if depth > 0 { try read(depth) }
            let prefill = try measure(promptTokens) {
                try read(promptTokens)
            } before: {
                try restart()
            }
            let decode = try measure(decodeTokens) {
                for index in 0..<decodeTokens {
                    let inputs = all.indices.map { DecoderBatch.Input(all[$0], [tokens[$0][index]]) }
                    try batch.advance(inputs) { _, _ in }
                }
            } before: {
                try restart()
            }
            return (prefill, decode)
        }

        /// Seconds of every repetition.
        private func measure(
            _ count: Int, _ body: () throws -> Void, before: () throws -> Void
        ) throws -> [Double] {
            guard count > 0 else { return [] }
            var seconds: [Double] = []
            for repetition in 0...repetitions {
                try before()
                let start = ContinuousClock.now
                try body()
                if repetition > 0 { seconds.append((ContinuousClock.now - start).seconds) }
            }
            return seconds
        }

        /// The same spread of the vocabulary every time.
        private static func arbitraryTokens(_ count: Int, vocabularySize: Int, seed: UInt64 = 1) -> [TokenID] {
            var state = seed
            return (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return TokenID((state >> 33) % UInt64(max(1, vocabularySize)))
            }
        }

        private func report(
            _ bundle: ModelBundle, prefill: [Double], decode: [Double], loadSeconds: Double
        ) throws {
            let prefillSpeed = Self.median(prefill).map { Double(promptTokens * sequences) / $0 }
            let decodeSpeed = Self.median(decode).map { Double(decodeTokens * sequences) / $0 }
            if json {
                let object: OutputObject = [
                    "model": .text(model.model),
                    "compute": .text(model.compute.rawValue),
                    "kv_cache": .text(bundle.decoder.options.resolvedKeyValueType.rawValue),
                    "threads": .integer(bundle.decoder.options.threadCount),
                    "prompt_tokens": .integer(promptTokens),
                    "decode_tokens": .integer(decodeTokens),
                    "depth": .integer(depth),
                    "sequences": .integer(sequences),
                    "logits": .text(allLogits || sequences > 1 ? "all" : "largest"),
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
                let many = sequences > 1 ? "\(sequences) x " : ""
                let behind = depth > 0 ? " behind \(depth)" : ""
                for (name, speed) in [
                    ("prefill \(many)\(promptTokens)\(behind)", prefillSpeed),
                    ("decode \(many)\(decodeTokens)\(behind)", decodeSpeed),
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
