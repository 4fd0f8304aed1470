#if CommandLine
    import ArgumentParser
    import LLMTokenizer

    struct TokenizeCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tokenize", abstract: "Turn text into token ids.")

        @OptionGroup var tokenizer: TokenizerOptions

        @Option(help: "Text file, - for standard input.")
        var input = "-"

        @Flag(name: .customLong("no-special"), help: "Leave out the special tokens the model expects around a text.")
        var withoutSpecialTokens = false

        @Flag(help: "Print how many tokens and bytes there are and how long tokenizing took, instead of the ids.")
        var count = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let tokenizer = try tokenizer.load()
            let bytes = try InputText.bytes(path: input)
            let start = ContinuousClock.now
            let ids = tokenizer.encode(bytes: bytes, addSpecialTokens: !withoutSpecialTokens)
            let seconds = (ContinuousClock.now - start).seconds
            if count {
                try OutputObject(
                    dictionaryLiteral: ("tokens", .integer(ids.count)), ("bytes", .integer(bytes.count)),
                    ("seconds", .number(seconds))
                ).printJSON()
            } else if json {
                try OutputObject(dictionaryLiteral: ("ids", .tokens(ids))).printJSON()
            } else {
                var line: [UInt8] = []
                TokenList.write(ids, separator: UInt8(ascii: " "), to: &line)
                line.append(UInt8(ascii: "\n"))
                try StandardStreams.write(line)
            }
        }
    }
#endif
