#if CommandLine
    import ArgumentParser
    import LLMTensor
    import LLMTokenizer

    /// `--tokenizer T`.
    struct TokenizerOptions: ParsableArguments {
        @Option(name: .long, help: "Tokenizer file, model directory or GGUF file.")
        var tokenizer: String

        func load() throws -> any Tokenizer {
            guard SystemCall.kind(of: tokenizer) != nil else {
                throw CommandFailure(.missingInput, "\(tokenizer): no such file or directory")
            }
            return try TokenizerLoader.load(path: tokenizer)
        }
    }
#endif
