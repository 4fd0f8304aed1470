#if CommandLine
    import ArgumentParser
    import LLMModel
    import LLMTokenizer

    struct GenerateCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate", abstract: "Continue a text, or answer a message.")

        /// What is done with the prompt.
        enum Form: String, EnumerableFlag {
            case chat, raw

            static func help(for value: Form) -> ArgumentHelp? {
                switch value {
                case .chat: "Answer the prompt as a message, by the model's chat template."
                case .raw: "Continue the prompt as it is."
                }
            }
        }

        @OptionGroup var model: ModelOptions

        @Option(help: "The text.")
        var prompt: String

        @Flag(exclusivity: .exclusive) var form: Form = .raw

        @OptionGroup var sampling: SamplingOptions

        @OptionGroup var grammar: GrammarOptions

        @Flag(help: "Print one JSON object when done, instead of the text as it comes.")
        var json = false

        func run() async throws {
            let constraint = try grammar.read()
            let (bundle, loadSeconds) = try model.load()
            let parameters = sampling.parameters(defaults: bundle.generationDefaults)
            let processors = try constraint.map { [try bundle.processor(for: $0)] } ?? []
            let generation: TextGeneration
            switch form {
            case .raw:
                generation = bundle.generate(prompt, parameters: parameters, processors: processors)
            case .chat:
                let tokens = try bundle.chatTokens([ChatMessage(role: .user, content: prompt)])
                generation = bundle.generate(tokens: tokens, parameters: parameters, processors: processors)
            }
            var text = ""
            var ids: [TokenID] = []
            for try await event in generation {
                switch event {
                case .token(let id, let piece):
                    ids.append(id)
                    text += piece
                    if !json, !piece.isEmpty { try StandardStreams.write(piece) }
                case .finished(let summary):
                    if json {
                        try output(text, ids, summary, loadSeconds).printJSON()
                    } else {
                        try StandardStreams.write("\n")
                        Console.note(summary.description)
                    }
                }
            }
        }

        private func output(
            _ text: String, _ ids: [TokenID], _ summary: GenerationSummary, _ loadSeconds: Double
        ) -> OutputObject {
            [
                "text": .text(text),
                "ids": .tokens(ids),
                "finish_reason": .text(summary.reason.rawValue),
                "seed": .unsigned(summary.seed),
                "timings": .object(summary.timings.output(loadSeconds: loadSeconds)),
            ]
        }
    }

    extension GenerationSummary {
        /// One line for people.
        var description: String {
            let timings = timings
            var parts = ["\(timings.promptTokens) + \(timings.generatedTokens) tokens"]
            if let speed = timings.prefillTokensPerSecond {
                parts.append("prompt \(speed.formatted(decimals: 1)) tokens/s")
            }
            if let speed = timings.decodeTokensPerSecond {
                parts.append("generation \(speed.formatted(decimals: 1)) tokens/s")
            }
            return "[\(parts.joined(separator: ", ")); \(reason.rawValue)]"
        }
    }

    extension GenerationTimings {
        func output(loadSeconds: Double) -> OutputObject {
            [
                "load_seconds": .number(loadSeconds),
                "prompt_tokens": .integer(promptTokens),
                "generated_tokens": .integer(generatedTokens),
                "prefill_seconds": .number(prefill.seconds),
                "decode_seconds": .number(decode.seconds),
                "time_to_first_token_seconds": .optional(timeToFirstToken?.seconds),
                "prefill_tokens_per_second": .optional(prefillTokensPerSecond),
                "decode_tokens_per_second": .optional(decodeTokensPerSecond),
            ]
        }
    }
#endif
