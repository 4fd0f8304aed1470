#if CommandLine
    import ArgumentParser
    import LLMGovernance
    import LLMTensor

    struct GuardCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "guard", abstract: "Run guardrails over a text.",
            discussion: "Ends with 77 when the policy blocks the text. With --lines each line is a text of its own.")

        @Option(help: ArgumentHelp("Text file, - for standard input.", valueName: "file"))
        var input: String
        @Option(help: "Where the text stands: input, retrieval, dialog, execution or output.")
        var at = "input"
        @Option(help: ArgumentHelp("JSON file with the policy's rules.", valueName: "file"))
        var policy: String?
        @Option(help: ArgumentHelp("File with the system prompt that must not leak.", valueName: "file"))
        var prompt: String?
        @Option(help: "Hosts that addresses may name; repeat for more. Without it addresses are not looked at.")
        var allowHost: [String] = []
        @Option(help: "Member of the JSON Lines that holds the text.")
        var field = "text"
        @Flag(
            help:
                "Each line is a text, or an object in a .jsonl file; prints one object per line and never ends with 77."
        )
        var lines = false
        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            guard let point = HookPoint(rawValue: at) else {
                throw CommandFailure(
                    .usage, "--at \(at): expected \(HookPoint.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            var scanners = Guardrails.standard.scanners
            if let prompt { scanners.append(PromptLeakageScanner(prompt: try InputText.text(path: prompt))) }
            if !allowHost.isEmpty { scanners.append(AddressScanner(allowedHosts: Set(allowHost))) }
            let rails = Guardrails(
                scanners: scanners,
                policy: try policy.map {
                    try GuardPolicy(json: JSONValue.parse(InputText.bytes(path: $0), source: $0), source: $0)
                }
                    ?? .standard)
            if lines {
                for text in try GovernOutput.texts(path: input, field: field) {
                    try GovernOutput.print(rails.check(text, at: point).json)
                }
                return
            }
            let decision = rails.check(try InputText.text(path: input), at: point)
            if json {
                guard case .object(var object) = decision.json else { return }
                object["text"] = .string(decision.text)
                try GovernOutput.print(.object(object))
            } else {
                try StandardStreams.write(decision.text)
            }
            if decision.action == .block { throw CommandFailure(.refused, decision.reasons.joined(separator: "; ")) }
        }
    }
#endif
