#if CommandLine
    import ArgumentParser
    import LLMEval

    /// `--hyp F --ref F [--ref F2]`: files with one segment per line.
    struct SegmentOptions: ParsableArguments {
        @Option(name: .customLong("hyp"), help: ArgumentHelp("Texts to judge, one per line.", valueName: "file"))
        var hypothesis: String

        @Option(
            name: .customLong("ref"),
            help: ArgumentHelp(
                "Texts to judge by, one per line; given again for more references per line.", valueName: "file"))
        var references: [String]

        /// The lines to judge, and for each line its references.
        func read() throws -> (hypotheses: [String], references: [[String]]) {
            let hypotheses = try InputText.lines(path: hypothesis)
            let columns = try references.map { path in
                let lines = try InputText.lines(path: path)
                try Self.checkCount(lines.count, path, hypotheses.count, hypothesis)
                return lines
            }
            return (hypotheses, hypotheses.indices.map { line in columns.map { $0[line] } })
        }

        static func checkCount(_ count: Int, _ path: String, _ expected: Int, _ other: String) throws {
            guard count == expected else {
                throw CommandFailure(
                    .badData,
                    "\(InputText.name(path)) has \(count) lines and \(InputText.name(other)) has \(expected), "
                        + "expected the same number")
            }
            guard count > 0 else { throw CommandFailure(.badData, "\(InputText.name(path)): has no lines") }
        }
    }

    /// Intervals and comparisons, the same for every corpus metric.
    struct SignificanceOptions: ParsableArguments {
        /// How two systems are compared.
        enum Test: String, ExpressibleByArgument, CaseIterable {
            case bootstrap, randomization
        }

        @Option(help: "Resamples for a 95 % confidence interval, 0 for none.")
        var bootstrap = 0

        @Option(help: ArgumentHelp("A baseline's texts, to test the difference with it.", valueName: "file"))
        var baseline: String?

        @Option(help: "The test of the difference.")
        var test: Test = .bootstrap

        @Option(help: "Resamples or shuffles of the test; 1000 or 10000 when left out.")
        var samples: Int?

        @Option(help: "Seed of the resampling.")
        var seed: UInt64 = 12345

        func validate() throws {
            if bootstrap < 0 { throw ValidationError("--bootstrap is \(bootstrap), expected 0 or more") }
            if let samples, samples < 1 { throw ValidationError("--samples is \(samples), expected 1 or more") }
        }

        /// Scores the segments and prints what was asked for.
        func run<Metric: CorpusMetric>(
            _ metric: Metric, name: String, segments: SegmentOptions, json: Bool,
            parts: (Metric.Score) -> [(String, OutputValue)]
        ) throws {
            let (hypotheses, references) = try segments.read()
            let system = try metric.accumulate(hypotheses: hypotheses, references: references)
            guard var score = system.result() else { return }
            var object: OutputObject = [:]
            var comparison: [(String, OutputValue)] = []
            if bootstrap > 0, let confidence = system.confidence(Resampling(samples: bootstrap, seed: seed)) {
                score = confidence.score
                comparison += Self.members(of: confidence.interval)
            }
            if let baseline {
                let lines = try InputText.lines(path: baseline)
                try SegmentOptions.checkCount(lines.count, baseline, hypotheses.count, segments.hypothesis)
                let other = try metric.accumulate(hypotheses: lines, references: references)
                let result = try compare(system, baseline: other)
                score = result.system
                comparison = result.interval.map(Self.members) ?? comparison
                comparison.append(("baseline", .number(result.baseline.score)))
                comparison.append(("p_value", .number(result.pValue)))
            }
            object.append("score", .number(score.score))
            object.append("signature", .text(score.signature))
            for (key, value) in parts(score) + comparison { object.append(key, value) }
            if json { return try object.printJSON() }
            let details = comparison.map { "\($0.0) \($0.1.plainText)" }.joined(separator: ", ")
            let suffix = details.isEmpty ? "" : " (\(details))"
            try StandardStreams.write(
                "\(name)|\(score.signature) = \(score.score.formatted(decimals: 2))\(suffix)\n")
        }

        private func compare<Metric: CorpusMetric>(
            _ system: CorpusAccumulator<Metric>, baseline: CorpusAccumulator<Metric>
        ) throws -> PairedResult<Metric.Score> {
            switch test {
            case .bootstrap:
                try PairedTest.bootstrap(
                    baseline: baseline, system: system, Resampling(samples: samples ?? 1000, seed: seed))
            case .randomization:
                try PairedTest.approximateRandomization(
                    baseline: baseline, system: system, Resampling(samples: samples ?? 10_000, seed: seed),
                    confidenceSamples: bootstrap)
            }
        }

        private static func members(of interval: ConfidenceInterval) -> [(String, OutputValue)] {
            [("mean", .number(interval.mean)), ("confidence", .number(interval.halfWidth))]
        }
    }
#endif
