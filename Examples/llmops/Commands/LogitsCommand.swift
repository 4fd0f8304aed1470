#if CommandLine
    import ArgumentParser
    import LLMModel
    import LLMTensor

    struct LogitsCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "logits", abstract: "Write the logits behind every token to a NumPy file.",
            discussion: "The file holds a float32 array [tokens, vocabulary].")

        @OptionGroup var model: ModelOptions

        @OptionGroup var tokens: TokenIDOptions

        @Option(help: ArgumentHelp("The file to write.", valueName: "file.npy"))
        var out: String

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if tokens.ids.isEmpty { throw ValidationError("--ids is empty, expected at least one token id") }
        }

        func run() throws {
            let bundle = try model.load().bundle
            let vocabularySize = bundle.configuration.vocabularySize
            try tokens.check(vocabularySize: vocabularySize)
            let session = try DecoderSession(model: bundle.decoder)
            let file = try NumpyFile(path: out, rows: tokens.ids.count, columns: vocabularySize)
            var progress = ProgressLine()
            try session.append(tokens.ids, logits: .all) { index, logits in
                try file.append(logits)
                progress.show("\(index + 1) of \(tokens.ids.count) tokens")
            }
            try file.finish()
            progress.clear()
            if json {
                let object: OutputObject = [
                    "out": .text(out), "tokens": .integer(tokens.ids.count), "vocabulary": .integer(vocabularySize),
                ]
                try object.printJSON()
            } else {
                Console.note("\(out): float32 [\(tokens.ids.count), \(vocabularySize)]")
            }
        }
    }
#endif
