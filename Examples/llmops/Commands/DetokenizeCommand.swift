#if CommandLine
    import ArgumentParser
    import LLMTokenizer

    struct DetokenizeCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "detokenize", abstract: "Turn token ids into text, byte for byte.")

        @OptionGroup var tokenizer: TokenizerOptions

        @OptionGroup var tokens: TokenIDOptions

        @Flag(help: "Leave special tokens out of the text.")
        var skipSpecial = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let ids = tokens.ids
            let tokenizer = try tokenizer.load()
            try tokens.check(vocabularySize: tokenizer.vocabularySize)
            let bytes = tokenizer.decodeBytes(ids, skipSpecialTokens: skipSpecial)
            if json {
                let text = OutputValue.text(String(decoding: bytes, as: UTF8.self))
                try OutputObject(dictionaryLiteral: ("text", text)).printJSON()
            } else {
                try StandardStreams.write(bytes)
                if StandardStreams.outputIsTerminal { try StandardStreams.write("\n") }
            }
        }
    }
#endif
