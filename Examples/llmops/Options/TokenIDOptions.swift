#if CommandLine
    import ArgumentParser

    /// `--ids 1,2,3`.
    struct TokenIDOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp("Token ids, separated by commas.", valueName: "1,2,3"),
            transform: { text in
                guard let ids = TokenList.parse(text) else {
                    throw ValidationError("expected whole numbers separated by commas")
                }
                return ids
            })
        var ids: [Int32]

        func check(vocabularySize: Int) throws(CommandFailure) {
            if let id = ids.first(where: { Int($0) >= vocabularySize }) {
                throw CommandFailure(
                    .badData, "--ids: \(id) is not in the vocabulary, expected ids below \(vocabularySize)")
            }
        }
    }
#endif
