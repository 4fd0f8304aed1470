#if CommandLine
    import ArgumentParser
    import LLMEval

    struct TERCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ter", abstract: "Translation edit rate, as sacrebleu computes it; lower is better.")

        @OptionGroup var segments: SegmentOptions

        @Flag(help: "Resolve entities and separate punctuation first.")
        var normalized = false

        @Flag(help: "Remove punctuation first.")
        var noPunct = false

        @Flag(help: "Know Chinese and Japanese characters in the two options above.")
        var asianSupport = false

        @Flag(help: "Let case count.")
        var caseSensitive = false

        @OptionGroup var significance: SignificanceOptions

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let metric = TER(
                normalizes: normalized, removesPunctuation: noPunct, supportsAsian: asianSupport,
                isCaseSensitive: caseSensitive)
            try significance.run(metric, name: "TER", segments: segments, json: json) { score in
                [("edits", .integer(score.edits)), ("ref_len", .number(score.referenceLength))]
            }
        }
    }
#endif
