#if CommandLine
    import ArgumentParser
    import LLMEval

    struct ChrFCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "chrf", abstract: "chrF, or chrF++ with --word-order 2, as sacrebleu computes it.")

        @OptionGroup var segments: SegmentOptions

        @Option(help: "Longest character n-gram.")
        var charOrder = 6

        @Option(help: "Longest word n-gram.")
        var wordOrder = 0

        @Option(help: "How many times recall weighs as much as precision.")
        var beta = 2

        @Flag(help: "Ignore case.")
        var lowercase = false

        @Flag(help: "Count white space as characters.")
        var whitespace = false

        @Flag(name: .customLong("eps-smoothing"), help: "Count every order, as chrF++.py does.")
        var epsilonSmoothing = false

        @OptionGroup var significance: SignificanceOptions

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            for (name, value, range) in [
                ("--char-order", charOrder, 1...20), ("--word-order", wordOrder, 0...20), ("--beta", beta, 1...100),
            ] where !range.contains(value) {
                throw ValidationError(
                    "\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
            }
        }

        func run() throws {
            let metric = ChrF(
                characterOrder: charOrder, wordOrder: wordOrder, beta: beta, lowercases: lowercase,
                includesWhitespace: whitespace, usesEpsilonSmoothing: epsilonSmoothing)
            try significance.run(metric, name: metric.name, segments: segments, json: json) { score in
                [("name", .text(score.name))]
            }
        }
    }
#endif
