#if CommandLine
    import ArgumentParser
    import LLMGovernance

    /// What `govern scan` and `govern redact` look for.
    struct PrivacyOptions: ParsableArguments {
        @Option(help: ArgumentHelp("Text file, one segment per line; - for standard input.", valueName: "file"))
        var input = "-"

        @Option(
            help: ArgumentHelp(
                "Kinds to look for, separated by commas: EMAIL_ADDRESS, PHONE_NUMBER, ...; all: every kind. Default: every kind of personal data but DATE_TIME.",
                valueName: "list"))
        var kinds: String?

        @Option(help: ArgumentHelp("Lowest score of a finding, 0 to 1.", valueName: "score"))
        var threshold = 0.5

        @Option(
            help: ArgumentHelp(
                "Countries whose national numbers are looked for, separated by commas: US,UK,DE. Default: all.",
                valueName: "list"))
        var regions: String?

        @Option(help: ArgumentHelp("File of texts that are never reported, one per line.", valueName: "file"))
        var allow: String?

        @Flag(help: "Look for secrets too: keys, tokens, passwords, private keys.")
        var secrets = false

        func validate() throws {
            if !(0...1).contains(threshold) { throw ValidationError("--threshold is \(threshold), expected 0 to 1") }
            if let unknown = names.first(where: {
                PersonalDataKind(rawValue: $0) == nil && !SecretScanner.allKinds.contains($0) && $0 != "ALL"
            }) {
                throw ValidationError(
                    "--kinds: there is no kind \(unknown); there are \((PersonalDataKind.allCases.map(\.rawValue) + SecretScanner.allKinds).joined(separator: ", "))"
                )
            }
        }

        private var names: [String] {
            (kinds ?? "").split(separator: ",").map { part in
                let part = part.drop(while: { $0 == " " })
                return String(part.prefix(while: { $0 != " " })).uppercased()
            }.filter { !$0.isEmpty }
        }

        /// The scanners of the options; personal data line by line.
        func scanners() throws -> [any Scanner] {
            let names = names
            var kinds = PersonalDataKind.standard
            if names.contains("ALL") {
                kinds = Set(PersonalDataKind.allCases)
            } else if !names.isEmpty {
                kinds = Set(names.compactMap { PersonalDataKind(rawValue: $0) })
            }
            let regions = regions.map { Set($0.split(separator: ",").map { $0.uppercased() }) }
            let allowed = try allow.map { Set(try InputText.lines(path: $0).filter { !$0.isEmpty }) } ?? []
            var scanners: [any Scanner] = []
            if !kinds.isEmpty {
                let configuration = PersonalDataDetector.Configuration(
                    kinds: kinds, threshold: threshold, regions: regions, allowed: allowed)
                scanners.append(LinewiseScanner(PersonalDataDetector(configuration)))
            }
            let secretKinds = Set(names).intersection(SecretScanner.allKinds)
            if secrets || names.contains("ALL") || !secretKinds.isEmpty {
                let only = secretKinds.isEmpty || secrets ? nil : secretKinds
                scanners.append(SecretScanner(threshold: threshold, kinds: only))
            }
            return scanners
        }
    }
#endif
