#if CommandLine
    import LLMEval
    import LLMTensor

    extension Quickstart {
        /// Writes what was found, for people and for machines.
        mutating func writeReport() throws {
            let report = EvaluationReport(
                title: "From raw text to a model in service",
                summary: """
                    A small GPT was trained from scratch on cleaned service-desk records, tuned with LoRA to name the queue of \
                    a ticket, and stored with fewer bits. Every figure below was measured in this run, on records that \
                    no training step saw.
                    """,
                headline: headline,
                facts: [
                    ReportFact("Seed", "\(seed)"),
                    ReportFact(
                        "Corpus", "\(findings.recordCount) records, \(findings.recordBytes / 1024) KiB, generated"),
                    ReportFact("Model", "\(findings.pretraining.parameters) parameters, 6 layers of width 192"),
                    ReportFact("Tokenizer", "byte-level BPE, \(findings.vocabularySize) tokens"),
                    ReportFact("Threads", "\(ComputePool.processorCount)"),
                ],
                sections: [
                    lineage, cleaning, checksSection, tokens, pretraining, tuning, models, approvalSection,
                    operationSection, time,
                ],
                footer: "Made by llmops quickstart. Same seed, same data, models and scores; times depend on the "
                    + "machine, and so does what follows the order of answers: drift, pairs before a roll-back.")
            try report.save(html: files.report)
            try report.save(json: files.figures)
            note(files.report)
        }

        private func variant(_ name: String) -> QuickstartVariant? { findings.variants.first { $0.name == name } }

        private var headline: [MetricResult] {
            let tuned = variant("tuned")
            return [
                MetricResult(
                    "Queue named rightly", 100 * (tuned?.classification?.accuracy ?? .nan), unit: "%", decimals: 1,
                    baseline: 100 * (findings.majority?.accuracy ?? .nan), direction: .higherIsBetter,
                    signature: tuned?.classification?.signature ?? ""),
                MetricResult(
                    "Perplexity of the base model", variant("base")?.perplexity?.perplexity ?? .nan, decimals: 3,
                    baseline: findings.nGram?.perplexity, direction: .lowerIsBetter,
                    signature: variant("base")?.perplexity?.signature ?? ""),
                MetricResult(
                    "Bits per byte", variant("base")?.perplexity?.bitsPerByte ?? .nan, decimals: 3,
                    baseline: findings.nGram?.bitsPerByte, direction: .lowerIsBetter),
                MetricResult(
                    "Size with 4 bits", Double(variant("tuned Q4_0")?.bytes ?? 0) / 1_048_576, unit: "MiB", decimals: 2,
                    baseline: Double(tuned?.bytes ?? 0) / 1_048_576, direction: .lowerIsBetter),
            ]
        }

        private var lineage: ReportSection {
            ReportSection(
                "What came from what",
                [
                    .lineage(
                        ReportLineage(
                            nodes: [
                                .init(
                                    "raw", "Raw records", detail: "\(findings.recordCount) in 4 formats", kind: .data),
                                .init("clean", "Clean documents", detail: "\(findings.documents.count)", kind: .data),
                                .init(
                                    "tokenizer", "Tokenizer", detail: "\(findings.vocabularySize) tokens", kind: .model),
                                .init(
                                    "shards", "Token shards",
                                    detail: "\(findings.tokenCounts[.train] ?? 0) to learn from",
                                    kind: .data),
                                .init("ngram", "5-gram model", detail: "the baseline", kind: .model),
                                .init(
                                    "base", "Base GPT", detail: "\(findings.pretraining.parameters) parameters",
                                    kind: .model),
                                .init(
                                    "adapter", "LoRA adapter",
                                    detail: "\(findings.tuning.trainableParameters) parameters",
                                    kind: .model),
                                .init("tuned", "Tuned model", detail: "adapter merged", kind: .model),
                                .init("small", "Q8_0 and Q4_0", detail: "GGUF files", kind: .model),
                                .init("report", "This report", kind: .result),
                            ],
                            edges: [
                                .init("raw", "clean"), .init("clean", "tokenizer"), .init("clean", "shards"),
                                .init("tokenizer", "shards"), .init("shards", "ngram"), .init("shards", "base"),
                                .init("base", "adapter"), .init("clean", "adapter"), .init("adapter", "tuned"),
                                .init("tuned", "small"), .init("ngram", "report"), .init("small", "report"),
                            ]))
                ])
        }

        private var cleaning: ReportSection {
            let drops = ReportTable(
                caption: "Records that were dropped, and why", columns: ["Stage", "Reason", "Records"],
                rows: findings.drops.map { [.text($0.stage), .code($0.reason), .integer($0.count)] })
            let detections = ReportTable(
                caption: "Planted records that were found",
                columns: ["Planted", "Records", "Found", "Dropped wrongly", "Precision", "Recall"],
                rows: findings.detections.map {
                    [
                        .text($0.name), .integer($0.planted), .integer($0.found), .integer($0.wrong),
                        .number($0.precision, decimals: 3), .number($0.recall, decimals: 3),
                    ]
                })
            return ReportSection(
                "Cleaning",
                [
                    .paragraph(
                        """
                        Mails, a database export, chats and web pages were read, their text normalized, short records \
                        completed from their fields, noise dropped by the rules of Gopher, C4 and FineWeb, and duplicates \
                        dropped by content hash and MinHash. The generator knows the truth, so each step can be judged.
                        """),
                    .table(detections), .table(drops),
                    .note(
                        findings.malformed.named == findings.malformed.planted ? .success : .failure,
                        "\(findings.malformed.named) of \(findings.malformed.planted) broken lines and rows were named; none "
                            + "was lost silently."),
                ])
        }

        private var tokens: ReportSection {
            ReportSection(
                "Tokens",
                [
                    .facts([
                        ReportFact("To learn from", "\(findings.tokenCounts[.train] ?? 0) tokens"),
                        ReportFact("Held out", "\(findings.tokenCounts[.heldOut] ?? 0) tokens"),
                        ReportFact("Bytes per token", findings.bytesPerToken.formatted(decimals: 2)),
                    ]),
                    .table(
                        ReportTable(
                            caption: "The most frequent tokens, from the token store",
                            columns: ["Token", "Times", "Documents"],
                            rows: findings.frequentTokens.map {
                                [.code($0.token), .integer($0.count), .integer($0.documents)]
                            })),
                ])
        }

        private var pretraining: ReportSection {
            let log = findings.pretraining
            let curve = ReportPlot(
                title: "Loss while pre-training", caption: "Nats per token; the last point of held-out text is dashed.",
                xLabel: "step", yLabel: "loss",
                content: .lines([
                    ReportSeries("training", Self.smoothed(log.steps)),
                    ReportSeries("held out", log.evaluations.map { ReportPoint(Double($0.step), $0.loss) }),
                ]))
            let perplexities = ReportPlot(
                title: "Perplexity on held-out documents", caption: "Lower is better.", yLabel: "perplexity",
                content: .bars([
                    ReportBar("5-gram, Kneser-Ney", findings.nGram?.perplexity ?? .nan),
                    ReportBar("base GPT", variant("base")?.perplexity?.perplexity ?? .nan),
                ]))
            return ReportSection(
                "Pre-training",
                [
                    .plot(curve), .plot(perplexities),
                    .facts([
                        ReportFact("Steps", "\(log.steps.count)"), ReportFact("Tokens read", "\(log.tokens)"),
                        ReportFact("Tokens per second", "\(Int(log.tokensPerSecond))"),
                        ReportFact("Optimizer", "AdamW, warm-up and cosine"),
                    ]),
                ]
                    + findings.samples.map {
                        .verbatim($0.prompt + $0.text, caption: "The base model goes on behind: \($0.prompt)")
                    })
        }

        private var tuning: ReportSection {
            let log = findings.tuning
            var blocks: [ReportBlock] = [
                .paragraph(
                    """
                    Adapters of rank 8 beside every projection learned to answer "Queue:" behind a ticket; the base model's \
                    weights stayed as they were. Only the answer is scored.
                    """),
                .plot(
                    ReportPlot(
                        title: "Loss while tuning", xLabel: "step", yLabel: "loss",
                        content: .lines([
                            ReportSeries("training", Self.smoothed(log.steps)),
                            ReportSeries("held out", log.evaluations.map { ReportPoint(Double($0.step), $0.loss) }),
                        ]))),
                .plot(
                    ReportPlot(
                        title: "Queue named rightly", caption: "Share of held-out tickets.", yLabel: "accuracy",
                        content: .bars(
                            [ReportBar("most frequent queue", findings.majority?.accuracy ?? .nan)]
                                + findings.variants.map { ReportBar($0.name, $0.classification?.accuracy ?? .nan) }),
                        yRange: 0...1)),
            ]
            if let result = variant("tuned")?.classification { blocks.append(.table(ReportTable(result))) }
            return ReportSection("Fine-tuning", blocks)
        }

        private var models: ReportSection {
            let rows = findings.variants.map { variant -> [ReportCell] in
                [
                    .text(variant.name), .number(Double(variant.bytes) / 1_048_576, decimals: 2),
                    .number(variant.perplexity?.perplexity ?? .nan, decimals: 4),
                    variant.meanKL.map { .number($0, decimals: 5) } ?? "",
                    variant.topAgreement.map { .number(100 * $0, decimals: 1) } ?? "",
                    .number(100 * (variant.classification?.accuracy ?? .nan), decimals: 1),
                    .number(variant.tokensPerSecond ?? .nan, decimals: 0),
                ]
            }
            return ReportSection(
                "Models",
                [
                    .paragraph(
                        """
                        What fewer bits cost, measured on the same held-out documents: perplexity, the mean divergence of the \
                        next-token distributions from the float32 model's, how often both prefer the same token, and the task.
                        """),
                    .table(
                        ReportTable(
                            caption: "Models of this run",
                            columns: [
                                "Model", "MiB", "Perplexity", "Mean KL, nats", "Same top token, %", "Queue right, %",
                                "Tokens/s",
                            ], rows: rows)),
                ])
        }

        private var time: ReportSection {
            ReportSection(
                "Where the time went",
                [
                    .plot(
                        ReportPlot(
                            title: "Seconds per station", yLabel: "seconds",
                            content: .bars(findings.stations.map { ReportBar($0.title, $0.seconds) })))
                ])
        }

        /// Means of neighbouring steps: at most 80 points.
        private static func smoothed(_ steps: [(step: Int, loss: Double, tokensPerSecond: Double)]) -> [ReportPoint] {
            let width = max(1, steps.count / 80)
            return stride(from: 0, to: steps.count, by: width).map { first in
                let part = steps[first..<min(first + width, steps.count)]
                return ReportPoint(
                    Double(part.last?.step ?? 0), part.reduce(0) { $0 + $1.loss } / Double(part.count))
            }
        }
    }
#endif
