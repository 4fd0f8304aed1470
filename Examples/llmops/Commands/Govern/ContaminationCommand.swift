#if CommandLine
    import ArgumentParser
    import LLMGovernance
    import LLMTensor
    import LLMTokenizer

    struct ContaminationCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "contamination", abstract: "Find test items in training data.",
            discussion: """
                Files are JSON Lines (one text per line in --field), or plain text: a test item per line, a training \
                document per line. Units are words, or tokens with --tokenizer. With --score, a member of the test \
                lines, the mean score is told for all, clean and dirty items. Ends with 77 when more items are dirty \
                than --limit allows.
                """)

        @Option(parsing: .upToNextOption, help: ArgumentHelp("Training files.", valueName: "file"))
        var train: [String]
        @Option(help: ArgumentHelp("Test file.", valueName: "file"))
        var test: String
        @Option(parsing: .upToNextOption, help: "Rules: gpt3, palm, llama2, llama3, longest; all if none is given.")
        var rule: [String] = []
        @Option(help: "Member of the JSON Lines that holds the text.")
        var field = "text"
        @Option(help: "Member of the test lines that holds a score.")
        var score: String?
        @Option(help: ArgumentHelp("Tokenizer file, model directory or GGUF file.", valueName: "file"))
        var tokenizer: String?
        @Option(help: "Largest share of dirty items by any rule, 0 to 1.")
        var limit: Double?
        @Flag(help: "Tell the verdict of each item.")
        var items = false
        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let rules = try rule.isEmpty ? ContaminationRule.published : rule.map(Self.rule)
            let texts = try GovernOutput.texts(path: test, field: field)
            let scores = try score.map { try readScores($0) }
            let loaded = try tokenizer.map { try TokenizerLoader.load(path: $0) }
            func encode(_ text: String, _ tokenizer: any Tokenizer) -> [Int32] {
                tokenizer.encode(text, addSpecialTokens: false)
            }
            var check =
                if let loaded {
                    try ContaminationCheck(tokenItems: texts.map { encode($0, loaded) }, rules: rules)
                } else {
                    try ContaminationCheck(items: texts, rules: rules)
                }
            for path in train {
                for document in try GovernOutput.texts(path: path, field: field) {
                    if let loaded { check.add(tokens: encode(document, loaded)) } else { check.add(document) }
                }
            }
            let report = check.report()
            if json {
                try GovernOutput.print(report.json(scores: scores, listsItems: items))
            } else {
                for result in report.results {
                    try StandardStreams.write(
                        "\(result.rule.name): \(result.count(.dirty)) dirty, \(result.count(.partial)) partial, "
                            + "\(result.count(.clean)) clean, \(result.count(.tooShort)) too short\n")
                }
            }
            if let limit, let worst = report.results.map(\.dirtyShare).max(), worst > limit {
                throw CommandFailure(.refused, "\(worst) of the test items were in training, allowed are \(limit)")
            }
        }

        private static func rule(_ name: String) throws -> ContaminationRule {
            guard let rule = ContaminationRule.published.first(where: { $0.name == name }) else {
                let known = ContaminationRule.published.map(\.name).joined(separator: ", ")
                throw CommandFailure(.usage, "--rule \(name): expected \(known)")
            }
            return rule
        }

        private func readScores(_ member: String) throws -> [Double] {
            try InputText.lines(path: test).enumerated().map { index, line in
                try JSONNode(JSONValue.parse(line, source: test), source: "\(test): line \(index + 1)")[member].double()
            }
        }
    }
#endif
