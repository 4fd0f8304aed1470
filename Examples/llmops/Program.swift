#if CommandLine
    import ArgumentParser

    /// The `llmops` program: one subcommand per step of a language model's life.
    struct LLMOps: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "llmops",
            abstract: "Tokenize, run, train, evaluate and govern language models.",
            discussion: """
                With --json a command prints one JSON object on standard output; text for people, progress and logs \
                go to standard error. MODEL is a GGUF file or a Hugging Face directory.

                Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 missing input, 70 internal error, 77 refused by \
                policy.
                """,
            subcommands: [
                InfoCommand.self, TokenizeCommand.self, DetokenizeCommand.self, GenerateCommand.self,
                ChatCommand.self, EmbedCommand.self, LogitsCommand.self, PerplexityCommand.self, BenchCommand.self,
                DataCommand.self, TrainCommand.self, QuantizeCommand.self, EvalCommand.self, GovernCommand.self,
                QuickstartCommand.self, ServeCommand.self, BatchCommand.self,
            ])
    }

    @main enum Program {
        static func main() async {
            StandardStreams.prepare()
            let arguments = Array(Swift.CommandLine.arguments.dropFirst())
            do {
                var command = try LLMOps.parseAsRoot(arguments)
                do {
                    if var asynchronous = command as? any AsyncParsableCommand {
                        try await asynchronous.run()
                    } else {
                        try command.run()
                    }
                } catch {
                    finish(error, command: type(of: command))
                }
            } catch {
                LLMOps.exit(withError: error)
            }
        }

        /// Ends the program after a command failed; errors of the argument parser itself keep its own handling.
        private static func finish(_ error: any Error, command: any ParsableCommand.Type) -> Never {
            if error is CleanExit || error is ValidationError || error is ExitCode { command.exit(withError: error) }
            if LLMOps.exitCode(for: error) == .success { LLMOps.exit(withError: error) }
            let failure = CommandFailure(error)
            Console.error(failure.message)
            command.exit(withError: ExitCode(failure.code.rawValue))
        }
    }
#else
    @main enum Program {
        static func main() {
            print("llmops was built without its command line; build it with the package trait CommandLine.")
        }
    }
#endif
