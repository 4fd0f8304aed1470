#if CommandLine
    import LLMEval
    import LLMGovernance
    import LLMServing

    /// The second half of the report: from checks to a better model in service.
    extension Quickstart {
        var checksSection: ReportSection {
            let checks = findings.checks
            var blocks: [ReportBlock] = [
                .paragraph(
                    """
                    Before anything is learned, personal data is found and blacked out; held-out documents are looked for in what is \
                    learned from; and a throw-away copy of the model is tuned on secrets to see that memory would show.
                    """),
                .table(
                    ReportTable(
                        caption: "Personal data in the raw records: \(checks.redacted) places were blacked out",
                        columns: ["Kind", "Planted", "Found", "Wrong", "Precision", "Recall", "F2"],
                        rows: checks.personalData.map {
                            [
                                .code($0.kind), .integer($0.planted), .integer($0.found), .integer($0.wrong),
                                .number($0.precision, decimals: 3), .number($0.recall, decimals: 3),
                                .number($0.f2, decimals: 3),
                            ]
                        })),
                .table(
                    ReportTable(
                        caption: "Held-out documents that stand in the training split",
                        columns: ["Planted, %", "Found, %", "Mean share of the longest common span, %"],
                        rows: checks.contamination.map {
                            [
                                .number(100 * $0.planted, decimals: 0), .number(100 * $0.dirty, decimals: 1),
                                .number(100 * $0.longest, decimals: 1),
                            ]
                        })),
            ]
            if let planted = checks.planted, let untouched = checks.untouched {
                func series(_ name: String, _ exposure: CanaryExposure) -> ReportSeries {
                    ReportSeries(
                        name, exposure.levels.map { ReportPoint(Double($0.repetitions), $0.meanEstimated) })
                }
                blocks.append(
                    .plot(
                        ReportPlot(
                            title: "Exposure of planted secrets",
                            caption:
                                "Bits by which a secret stands out among \(Int(planted.spaceBits.rounded())) bits of possible ones.",
                            xLabel: "repetitions in the training data", yLabel: "bits",
                            content: .lines([
                                series("tuned on the secrets", planted), series("never saw them", untouched),
                            ]))))
            }
            return ReportSection("Checks before release", blocks)
        }

        var approvalSection: ReportSection {
            let approval = findings.approval
            return ReportSection(
                "Registry, review and gates",
                [
                    .table(
                        ReportTable(
                            caption: "Registered versions, named by the hash of their bytes",
                            columns: ["Version", "What", "SHA-256", "MiB"],
                            rows: approval.versions.map {
                                [
                                    .code("\($0.version)"), .text($0.name), .code(String($0.version.digest.prefix(16))),
                                    .number(Double($0.version.byteCount) / 1_048_576, decimals: 2),
                                ]
                            })),
                    .lineage(
                        ReportLineage(
                            nodes: approval.graph.nodes.map {
                                .init(
                                    $0.id, $0.label, detail: $0.kind.rawValue, kind: $0.kind == .model ? .model : .data)
                            },
                            edges: approval.graph.edges.map { .init($0.source, $0.target) })),
                    .table(
                        ReportTable(
                            caption: "What was refused", columns: ["Attempt", "Answer"],
                            rows: approval.refusals.map { [.text($0.what), .text($0.why)] })),
                    .table(
                        ReportTable(
                            caption: "Moves of the alias \(Self.alias)", columns: ["Move", "From", "To", "By"],
                            rows: approval.moves.map {
                                [
                                    .text($0.kind.rawValue), .text($0.old.map { "\($0)" } ?? ""),
                                    .text($0.new.map { "\($0)" } ?? ""), .text($0.actor),
                                ]
                            })),
                    .note(
                        approval.isIntact && approval.foundTampering ? .success : .failure,
                        "\(approval.auditEntries) entries of the audit log verify against a signed checkpoint (root "
                            + "\(approval.auditRoot)); one changed byte in a copy was found out."),
                    .table(
                        ReportTable(
                            caption: "The latest entries of the audit log",
                            columns: ["Number", "Time", "Who", "What", "Subject", "Outcome"],
                            rows: approval.recent.map {
                                [
                                    .integer($0.sequence), .text("\($0.time)"), .text($0.event.actor),
                                    .code($0.event.action), .text($0.event.subject), .text($0.event.outcome.rawValue),
                                ]
                            })),
                ])
        }

        var operationSection: ReportSection {
            let serving = findings.serving
            return ReportSection(
                "In service",
                [
                    .paragraph(
                        """
                        The champion served tickets in this process, 32 at a time. Then colleagues joined who have other words for the \
                        same things. The monitor noticed, people corrected the answers, and the model was tuned again.
                        """),
                    .table(
                        ReportTable(
                            caption: "Traffic",
                            columns: [
                                "Tickets", "Requests", "Queue right, %", "Requests/s", "Tokens/s",
                                "First token, ms (median)",
                                "First token, ms (99 %)",
                            ],
                            rows: serving.traffic.map {
                                [
                                    .text($0.name), .integer($0.requests), .number(100 * $0.accuracy, decimals: 1),
                                    .number(Double($0.requests) / $0.seconds, decimals: 0),
                                    .number(Double($0.tokens) / $0.seconds, decimals: 0),
                                    .number(1000 * $0.percentile(0.5), decimals: 0),
                                    .number(1000 * $0.percentile(0.99), decimals: 0),
                                ]
                            })),
                    .table(
                        ReportTable(
                            caption: "Drift against the reference traffic",
                            columns: ["After", "Rule", "Measure", "Threshold", "Alert"],
                            rows: serving.readings.map {
                                [
                                    .text($0.when), .text($0.rule), .number($0.value, decimals: 3),
                                    .number($0.threshold, decimals: 2), .text($0.isRaised ? "raised" : ""),
                                ]
                            })),
                    .plot(
                        ReportPlot(
                            title: "Queue named rightly, before and after the feedback",
                            caption: "Held-out tickets, in usual and in other words.", yLabel: "accuracy",
                            content: .bars(
                                serving.accuracies.flatMap {
                                    [
                                        ReportBar("\($0.model), usual", $0.usual),
                                        ReportBar("\($0.model), other words", $0.shifted),
                                    ]
                                }), yRange: 0...1)),
                    .table(
                        ReportTable(
                            caption: "Trials on half of the traffic, decided by the pool itself",
                            columns: ["Version", "Decision", "Pairs", "Why"],
                            rows: serving.decisions.map {
                                [
                                    .code($0.version), .text($0.action == .promote ? "promoted" : "rolled back"),
                                    .integer($0.pairs), .text($0.reason),
                                ]
                            })),
                ])
        }
    }
#endif
