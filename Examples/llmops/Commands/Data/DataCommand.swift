#if CommandLine
    import ArgumentParser

    struct DataCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "data", abstract: "Turn raw documents into a training corpus.",
            subcommands: [DataPrepareCommand.self, DataWorkerCommand.self])
    }
#endif
