#if CommandLine
    import ArgumentParser
    import LLMTraining

    struct FinetuneCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "finetune", abstract: "Train a model on conversations or prompts with answers.",
            discussion: """
                The configuration is YAML or JSON; Examples/recipes/finetune.yaml shows every key. Interrupting the \
                run (Ctrl-C) saves a checkpoint; --resume goes on from the latest one, with the same result as a run \
                that was never interrupted.
                """)

        @OptionGroup var options: TrainingOptions

        func run() async throws {
            try await options.run(try TrainingRecipe.finetune(try options.configuration()))
        }
    }

    struct PretrainCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pretrain", abstract: "Train a new model, or go on training one, on running text.",
            discussion: """
                The configuration is YAML or JSON; Examples/recipes/pretrain.yaml shows every key. Interrupting the \
                run (Ctrl-C) saves a checkpoint; --resume goes on from the latest one, with the same result as a run \
                that was never interrupted.
                """)

        @OptionGroup var options: TrainingOptions

        func run() async throws {
            try await options.run(try TrainingRecipe.pretrain(try options.configuration()))
        }
    }
#endif
