#if CommandLine
    import ArgumentParser

    struct EvalCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "eval", abstract: "Score texts and predictions.",
            subcommands: [BLEUCommand.self, ChrFCommand.self, TERCommand.self, ROUGECommand.self, ClassifyCommand.self])
    }
#endif
