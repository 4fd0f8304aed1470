#if CommandLine
    import ArgumentParser

    struct TrainCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "train", abstract: "Train tokenizers and models.",
            subcommands: [TrainTokenizerCommand.self, PretrainCommand.self, FinetuneCommand.self])
    }
#endif
