#if CommandLine
    import ArgumentParser
    import LLMGovernance
    import LLMTensor

    struct LicenceCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "licence", abstract: "Check what licences allow together.",
            discussion: """
                Licences are SPDX expressions or hub names such as llama3.2. Ends with 77 on a conflict. A summary of \
                terms, not legal advice.
                """)

        @Option(help: "Read an expression and list its choices.")
        var expression: String?
        @Option(help: ArgumentHelp("Licence of a base model; repeat for more.", valueName: "licence"))
        var base: [String] = []
        @Option(help: ArgumentHelp("Licence of an adapter; repeat for more.", valueName: "licence"))
        var adapter: [String] = []
        @Option(help: ArgumentHelp("Licence of a data set; repeat for more.", valueName: "licence"))
        var dataset: [String] = []
        @Flag(help: "The use is not commercial.")
        var nonCommercial = false
        @Flag(help: "The model is given to others.")
        var distribute = false
        @Flag(help: "The model answers others over a network.")
        var service = false
        @Option(help: ArgumentHelp("Licence that the result is to have.", valueName: "licence"))
        var outputLicence: String?
        @Option(help: "Name of the result.")
        var outputName: String?
        @Option(help: "Users a month.")
        var monthlyUsers: Int?
        @Option(help: "Folder of a governance store whose audit log keeps a conflict.")
        var store: String?
        @Option(help: "Version in the store that the outcome is attached to, as evidence of the kind licence.")
        var attach: String?
        @Option(help: "Who does it, as long as there is no key yet.")
        var actor: String?
        @Option(help: "API key; LLMOPS_KEY when left out.")
        var key: String?
        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if attach != nil, store == nil { throw ValidationError("--attach needs --store") }
        }

        func run() throws {
            var inputs: [LicenceCheck.Input] = []
            for licence in base { inputs.append(.init(role: .baseModel, name: "base model", licence: licence)) }
            for licence in adapter { inputs.append(.init(role: .adapter, name: "adapter", licence: licence)) }
            for licence in dataset { inputs.append(.init(role: .dataset, name: "data set", licence: licence)) }
            if let expression { return try describe(LicenceExpression(expression)) }
            guard !inputs.isEmpty else {
                throw CommandFailure(.usage, "give --expression, or licences by --base, --adapter and --dataset")
            }
            let check = try LicenceCheck(
                inputs: inputs,
                use: .init(
                    isCommercial: !nonCommercial, isDistributed: distribute, isService: service,
                    outputLicence: outputLicence, outputName: outputName, monthlyUsers: monthlyUsers))
            if json {
                try GovernOutput.print(check.json)
            } else {
                var lines = [check.verdict.rawValue]
                for conflict in check.conflicts { lines.append("conflict: " + conflict) }
                for condition in check.conditions { lines.append("condition: " + condition) }
                try StandardStreams.write(lines.joined(separator: "\n") + "\n")
            }
            try record(check)
            if check.verdict == .conflict { throw CommandFailure(.refused, check.conflicts.joined(separator: "; ")) }
        }

        /// Keeps the outcome where it was asked for.
        private func record(_ check: LicenceCheck) throws {
            guard let store else { return }
            let (opened, actor) = try GovernOptions.enter(
                GovernOptions.existingStore(store), "registry.attach", actor, key)
            let isConflict = check.verdict == .conflict
            if isConflict {
                try opened.audit.record(
                    AuditEvent(
                        actor: actor, action: "licence.check", subject: attach ?? "licences", outcome: .refused,
                        details: ["reason": check.conflicts.joined(separator: "; ")]))
            }
            guard let attach else { return }
            let registry = ModelRegistry(store: opened)
            let summary = isConflict ? check.conflicts.joined(separator: "; ") : check.verdict.rawValue
            try registry.attach(
                CheckEvidence(kind: "licence", passed: !isConflict, summary: summary), to: registry.resolve(attach),
                actor: actor)
        }

        private func describe(_ expression: LicenceExpression) throws {
            let choices = try expression.alternatives()
            let value: JSONValue = [
                "expression": .string(expression.description),
                "licences": .array(expression.identifiers.map { .string($0) }),
                "known": .array(expression.identifiers.map { .bool(LicenceTerms.find($0) != nil) }),
                "choices": .array(choices.map { .array($0.map { .string($0.description) }) }),
            ]
            if json { return try GovernOutput.print(value) }
            try StandardStreams.write(
                choices.map { $0.map(\.description).joined(separator: " AND ") }.joined(separator: "\n") + "\n")
        }
    }
#endif
