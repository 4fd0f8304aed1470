#if CommandLine
    public import ArgumentParser
    public import LLMEval

    extension BLEU.Tokenization: ExpressibleByArgument {}

    struct BLEUCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "bleu", abstract: "BLEU, as sacrebleu computes it.")

        /// Names of the smoothing methods.
        enum SmoothingName: String, ExpressibleByArgument, CaseIterable {
            case none, floor, exp
            case addK = "add-k"
        }

        @OptionGroup var segments: SegmentOptions

        @Option(help: "How text becomes words.")
        var tokenize: BLEU.Tokenization = .mteval13a

        @Option(help: "What stands for a precision of zero.")
        var smooth: SmoothingName = .exp

        @Option(help: "Value of the smoothing; 0.1 for floor and 1 for add-k when left out.")
        var smoothValue: Double?

        @Option(help: "Longest n-gram.")
        var maxOrder = 4

        @Flag(help: "Ignore case.")
        var lowercase = false

        @Flag(help: "Leave out orders that the texts are too short for.")
        var effectiveOrder = false

        @OptionGroup var significance: SignificanceOptions

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if !(1...20).contains(maxOrder) {
                throw ValidationError("--max-order is \(maxOrder), expected 1 to 20")
            }
            if let smoothValue, !(smoothValue.isFinite && smoothValue >= 0) {
                throw ValidationError("--smooth-value is \(smoothValue), expected 0 or more")
            }
        }

        func run() throws {
            let metric = BLEU(
                tokenization: tokenize, smoothing: smoothing, lowercases: lowercase, maximumOrder: maxOrder,
                usesEffectiveOrder: effectiveOrder)
            try significance.run(metric, name: "BLEU", segments: segments, json: json) { score in
                [
                    ("precisions", .numbers(score.precisions)),
                    ("bp", .number(score.brevityPenalty)),
                    ("ratio", .optional(ratio(score))),
                    ("hyp_len", .integer(score.hypothesisLength)),
                    ("ref_len", .integer(score.referenceLength)),
                    ("counts", .numbers(score.matches)),
                    ("totals", .numbers(score.totals)),
                ]
            }
        }

        private func ratio(_ score: BLEUScore) -> Double? {
            score.referenceLength > 0 ? Double(score.hypothesisLength) / Double(score.referenceLength) : nil
        }

        private var smoothing: BLEU.Smoothing {
            switch smooth {
            case .none: .none
            case .exp: .exponential
            case .floor: .floor(smoothValue ?? 0.1)
            case .addK: .addK(smoothValue ?? 1)
            }
        }
    }
#endif
