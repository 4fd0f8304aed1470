internal import LLMTensor

extension ModelCard {
    /// The card as Markdown with the YAML front matter that the Hugging Face hub reads.
    public var markdown: String {
        var text = "---\n" + frontMatter + "---\n\n# \(Self.inline(name))\n\n"
        if !summary.isEmpty { text += summary + "\n\n" }
        text += Self.table(
            ["Fact", "Value"],
            [
                ("Version", version), ("SHA-256", digest ?? ""), ("Made by", developer ?? ""),
                ("Licence", licence.expression ?? licence.name ?? ""), ("Architecture", architecture ?? ""),
                ("Parameters", parameterCount.map(String.init) ?? ""), ("Languages", languages.joined(separator: ", ")),
                ("Card written", date ?? ""),
            ].filter { !$0.1.isEmpty }.map { [$0.0, $0.1] })
        text += Self.section("Intended use", Self.list(considerations.uses))
        text += Self.section("Users", Self.list(considerations.users))
        text += Self.section("Out of scope", Self.list(considerations.prohibitedUses))
        text += Self.section("Limitations", Self.list(considerations.limitations))
        text += Self.section(
            "Risks",
            Self.table(["Risk", "What is done about it"], considerations.risks.map { [$0.name, $0.mitigation] }))
        text += Self.section("Made from", sourceTable)
        text += Self.section(
            "Training",
            Self.table(["Setting", "Value"], hyperparameters.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }))
        text += Self.section("Evaluation", evaluationTable)
        text += Self.section(
            "Checks before release",
            Self.table(
                ["Check", "Result", "Detail"], checks.map { [$0.name, $0.isPassed ? "passed" : "failed", $0.detail] }))
        text += Self.section(
            "Lineage", Self.table(["Step", "Name", "SHA-256"], lineage.map { [$0.kind, $0.name, $0.digest ?? ""] }))
        text += Self.section("Approvals", Self.list(approvals))
        return text
    }

    private var sourceTable: String {
        let rows =
            baseModels.map { ["base model", $0.name, $0.version ?? "", $0.licence ?? "", $0.digest ?? ""] }
            + datasets.map { ["data set", $0.name, $0.version ?? "", $0.licence ?? "", $0.digest ?? ""] }
        return Self.table(["Kind", "Name", "Version", "Licence", "SHA-256"], rows)
    }

    private var evaluationTable: String {
        Self.table(
            ["Task", "Data set", "Metric", "Value", "95 % interval", "Signature"],
            evaluations.map { entry in
                [
                    entry.task, entry.dataset + (entry.split.map { " (\($0))" } ?? ""), entry.metric, "\(entry.value)",
                    entry.interval.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "", entry.signature ?? "",
                ]
            })
    }

    private static func section(_ title: String, _ body: String) -> String {
        body.isEmpty ? "" : "## \(title)\n\n\(body)\n"
    }

    private static func list(_ items: [String]) -> String {
        items.map { "- " + inline($0) + "\n" }.joined()
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        func line(_ cells: [String]) -> String { "| " + cells.map(cell).joined(separator: " | ") + " |\n" }
        return line(header) + "|" + String(repeating: "---|", count: header.count) + "\n" + rows.map(line).joined()
            + "\n"
    }

    private static func cell(_ text: String) -> String { inline(text, alsoEscaping: "|") }

    /// One line that cannot start Markdown of its own or carry HTML.
    private static func inline(_ text: String, alsoEscaping extra: Unicode.Scalar? = nil) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r": result.append(" ")
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case extra:
                result.append("\\")
                result.append(scalar)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
