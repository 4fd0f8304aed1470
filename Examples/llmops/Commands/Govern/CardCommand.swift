#if CommandLine
    import ArgumentParser
    import LLMGovernance
    import LLMTensor

    struct CardCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "card", abstract: "Write a model card and a bill of materials from facts.")

        @Option(help: ArgumentHelp("JSON file of the facts.", valueName: "file"))
        var facts: String
        @Option(help: ArgumentHelp("Where the Markdown card goes.", valueName: "file"))
        var out: String?
        @Option(help: ArgumentHelp("Where the CycloneDX 1.6 JSON goes.", valueName: "file"))
        var bom: String?
        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let card = try ModelCard(json: JSONValue.parse(InputText.bytes(path: facts), source: facts), source: facts)
            if let out { try GovernOutput.write(Array(card.markdown.utf8), to: out) }
            let bill = card.billOfMaterials
            if let bom { try GovernOutput.write(JSONWriter(layout: .indented(2)).bytes(of: bill), to: bom) }
            if json {
                try GovernOutput.print([
                    "name": .string(card.name), "version": .string(card.version),
                    "card": out.map { .string($0) } ?? .null,
                    "bom": bom.map { .string($0) } ?? .null, "serial_number": bill["serialNumber"] ?? .null,
                ])
            } else if out == nil {
                try StandardStreams.write(card.markdown)
            }
        }
    }
#endif
