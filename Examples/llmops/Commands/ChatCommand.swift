#if CommandLine
    import ArgumentParser
    import LLMModel

    struct ChatCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "chat", abstract: "Talk with a model, line by line.",
            discussion: "/reset forgets the conversation, /exit or the end of the input ends it.")

        @OptionGroup var model: ModelOptions

        @Option(help: "Instructions that the model gets first.")
        var system: String?

        @OptionGroup var sampling: SamplingOptions

        func run() async throws {
            let bundle = try model.load().bundle
            guard bundle.chatTemplate != nil else {
                let reason = bundle.chatTemplateError.map { "a chat template that cannot be used: \($0)" }
                throw CommandFailure(
                    .badData, "\(model.model): has \(reason ?? "no chat template"); use generate --raw")
            }
            let session = ChatSession(
                model: bundle, instructions: system,
                parameters: sampling.parameters(defaults: bundle.generationDefaults))
            while let line = nextLine() {
                switch line {
                case "": continue
                case "/exit": return
                case "/reset": try await session.reset()
                default: try await answer(line, session)
                }
            }
        }

        private func nextLine() -> String? {
            if StandardStreams.inputIsTerminal { StandardStreams.writeError("> ") }
            return readLine()
        }

        private func answer(_ line: String, _ session: ChatSession) async throws {
            for try await event in session.streamResponse(to: line) {
                switch event {
                case .token(_, let text): try StandardStreams.write(text)
                case .finished(let summary):
                    try StandardStreams.write("\n")
                    if StandardStreams.errorIsTerminal { Console.note(summary.description) }
                }
            }
        }
    }
#endif
