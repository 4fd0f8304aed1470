#if CommandLine
    import ArgumentParser
    import LLMGovernance
    import LLMTensor

    struct EvidenceCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "evidence", abstract: "Fill the checklists of regulations from evidence.",
            discussion: """
                The evidence file is a JSON array of objects with kind, subject, date, and if wished digest and \
                source. Not legal advice.
                """)

        @Option(help: ArgumentHelp("JSON file of the evidence.", valueName: "file"))
        var evidence: String
        @Option(help: "What the report is about; evidence about * counts too.")
        var subject: String
        @Option(help: ArgumentHelp("Today, as 2026-11-23.", valueName: "day"))
        var date: String
        @Option(help: "Checklist; repeat for more, all if none is given.")
        var checklist: [String] = []
        @Option(
            help:
                "What applies: gpai, systemic-risk, high-risk, generates-content, personal-data, health-data; repeat for more."
        )
        var scope: [String] = []
        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let known = Checklist.all.map(\.identifier)
            if let unknown = checklist.first(where: { !known.contains($0) }) {
                throw CommandFailure(.usage, "--checklist \(unknown): expected \(known.joined(separator: ", "))")
            }
            let items = try Evidence.list(
                json: JSONValue.parse(InputText.bytes(path: evidence), source: evidence), source: evidence)
            let reports = Checklist.all.filter { checklist.isEmpty || checklist.contains($0.identifier) }.map {
                ChecklistReport(checklist: $0, evidence: items, subject: subject, date: date, scopes: Set(scope))
            }
            if json {
                try GovernOutput.print(["subject": .string(subject), "checklists": .array(reports.map(\.json))])
            } else {
                for report in reports { try StandardStreams.write(report.markdown + "\n") }
            }
        }
    }
#endif
