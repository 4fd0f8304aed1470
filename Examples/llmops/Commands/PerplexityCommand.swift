#if CommandLine
    import ArgumentParser
    import LLMEval
    import LLMModel
    import LLMTensor
    import LLMTokenizer

    struct PerplexityCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "perplexity", abstract: "Measure how well a model predicts a text.",
            discussion: """
                strided: overlapping windows, every token scored once, as Hugging Face documents it. chunked: \
                disjoint chunks, their second halves scored, as llama-perplexity does it. Figures under different \
                protocols or contexts cannot be compared.
                """)

        /// The two definitions in use.
        enum ProtocolName: String, ExpressibleByArgument, CaseIterable {
            case strided, chunked
        }

        @OptionGroup var model: ModelOptions

        @Option(help: "Text file, - for standard input.")
        var text: String

        @Option(name: .customLong("protocol"), help: "Which definition.")
        var protocolName: ProtocolName = .strided

        @Option(help: "Tokens the model sees at once; 512 if chunked, else 1024 or what the model can.")
        var context: Int?

        @Option(help: "Tokens from one window to the next (strided only); half the context if left out.")
        var stride: Int?

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if let context, context < 3 { throw ValidationError("--context is \(context), expected 3 or more") }
            if let stride, stride < 1 { throw ValidationError("--stride is \(stride), expected 1 or more") }
            if stride != nil, protocolName == .chunked {
                throw ValidationError("--stride belongs to --protocol strided; chunks do not overlap")
            }
            if let context, let stride, stride > context {
                throw ValidationError("--stride is \(stride), expected at most the context of \(context)")
            }
        }

        func run() throws {
            let content = try InputText.bytes(path: text)
            let (bundle, loadSeconds) = try model.load()
            let special = bundle.tokenizer.specialTokens
            // llama-perplexity reads special tokens in the text as text, Hugging Face tokenizers as special tokens.
            let tokens = bundle.tokenizer.encode(
                bytes: content, addSpecialTokens: true, parseSpecialTokens: protocolName == .strided)
            let definition = try definition(modelContext: bundle.configuration.contextLength)
            let evaluation = PerplexityEvaluation(
                protocol: definition, beginningOfSequence: special.addsBeginning ? special.bos : nil)
            let session = try DecoderSession(model: bundle.decoder, contextLength: definition.context)
            var progress = ProgressLine()
            let start = ContinuousClock.now
            let result = try evaluation.run(tokens: tokens, source: session) { token in
                special.all.contains(token) ? 0 : bundle.tokenizer.bytes(of: token)?.count ?? 0
            } progress: { state in
                progress.show(
                    "\(state.scoredTokens) of \(state.totalTokens) tokens, perplexity "
                        + state.perplexity.formatted(decimals: 4))
            }
            progress.clear()
            try report(
                result, keyValueType: bundle.decoder.options.resolvedKeyValueType,
                seconds: (ContinuousClock.now - start).seconds, loadSeconds: loadSeconds)
        }

        private func definition(modelContext: Int) throws -> PerplexityProtocol {
            let preferred = protocolName == .chunked ? 512 : 1024
            let context = context ?? min(preferred, modelContext)
            guard context <= modelContext else {
                throw CommandFailure(
                    .usage, "--context is \(context), but the model was made for at most \(modelContext) tokens")
            }
            switch protocolName {
            case .strided: return .strided(context: context, stride: stride ?? max(1, context / 2))
            case .chunked: return .chunked(context: context)
            }
        }

        private func report(
            _ result: PerplexityResult, keyValueType: KeyValueType, seconds: Double, loadSeconds: Double
        ) throws {
            if json {
                let object: OutputObject = [
                    "perplexity": .number(result.perplexity),
                    "nll": .number(result.meanNegativeLogLikelihood),
                    "tokens": .integer(result.tokens),
                    "bytes": .integer(result.bytes),
                    "bits_per_byte": .optional(result.bitsPerByte),
                    "stderr": .number(result.standardError),
                    "nll_stderr": .number(result.meanStandardError),
                    "signature": .text(result.signature),
                    "compute": .text(model.compute.rawValue),
                    "kv_cache": .text(keyValueType.rawValue),
                    "seconds": .number(seconds),
                    "load_seconds": .number(loadSeconds),
                ]
                try object.printJSON()
            } else {
                let bits = result.bitsPerByte.map { ", \($0.formatted(decimals: 4)) bits per byte" } ?? ""
                try StandardStreams.write(
                    """
                    perplexity \(result.perplexity.formatted(decimals: 4)) ± \
                    \(result.standardError.formatted(decimals: 4)) (\
                    \(result.meanNegativeLogLikelihood.formatted(decimals: 4)) nats per token\(bits), \
                    \(result.tokens) tokens)
                    \(result.signature)

                    """)
            }
        }
    }
#endif
