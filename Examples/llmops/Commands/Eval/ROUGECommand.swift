#if CommandLine
    import ArgumentParser
    import LLMEval

    struct ROUGECommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rouge", abstract: "ROUGE-1, -2, -L and -Lsum, as Google's rouge-score computes them.",
            discussion: "Means over the lines; the texts of several --ref files count by the best F.")

        @OptionGroup var segments: SegmentOptions

        @Flag(help: "Reduce words to their stem (Porter).")
        var stemmer = false

        @Option(
            help: ArgumentHelp(
                "What separates sentences inside a line, for ROUGE-Lsum; without it a line is one sentence.",
                valueName: "text"))
        var sentenceSeparator: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let (hypotheses, references) = try segments.read()
            var accumulator = ROUGEAccumulator(ROUGE(stems: stemmer))
            for (hypothesis, references) in zip(hypotheses, references) {
                try accumulator.add(
                    prediction: sentences(hypothesis), references: references.map(sentences))
            }
            guard let mean = accumulator.result() else { return }
            let variants = [
                ("rouge1", mean.rouge1), ("rouge2", mean.rouge2), ("rougeL", mean.rougeL),
                ("rougeLsum", mean.rougeLsum),
            ]
            if json {
                var object: OutputObject = [:]
                for (name, value) in variants {
                    object.append(
                        name,
                        .object(["p": .number(value.precision), "r": .number(value.recall), "f": .number(value.f)]))
                }
                object.append("signature", .text(accumulator.metric.signature))
                try object.printJSON()
            } else {
                for (name, value) in variants {
                    let figures = [("p", value.precision), ("r", value.recall), ("f", value.f)]
                    let text = figures.map { "\($0.0) \($0.1.formatted(decimals: 4))" }.joined(separator: "  ")
                    try StandardStreams.write(
                        name + String(repeating: " ", count: 12 - name.utf8.count) + text + "\n")
                }
                Console.note(accumulator.metric.signature)
            }
        }

        private func sentences(_ line: String) -> String {
            guard let sentenceSeparator, !sentenceSeparator.isEmpty else { return line }
            return line.replacing(sentenceSeparator, with: "\n")
        }
    }
#endif
