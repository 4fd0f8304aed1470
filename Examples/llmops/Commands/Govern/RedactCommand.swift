#if CommandLine
    import ArgumentParser
    import LLMGovernance
    import LLMTensor

    struct RedactCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "redact", abstract: "Put something harmless in the place of personal data and secrets.",
            discussion: """
                Operators: replace (<EMAIL_ADDRESS>), redact (nothing), mask (***), hash (HMAC-SHA256), encrypt (AES-GCM), pseudonymize (<PERSON_1>, the same \
                value always the same) and keep. hash and encrypt take their key from --key. --restore undoes encrypt (--key) and pseudonymize (--map).
                """)

        enum Operation: String, ExpressibleByArgument, CaseIterable {
            case replace, redact, mask, hash, encrypt, pseudonymize, keep
        }

        @OptionGroup var options: PrivacyOptions

        @Option(name: .customLong("operator"), help: "What is put in the place of a finding.")
        var operation = Operation.replace

        @Option(help: ArgumentHelp("File of the result; - for standard output.", valueName: "file"))
        var out = "-"

        @Option(help: ArgumentHelp("Replacement for --operator replace.", valueName: "text"))
        var with: String?

        @Option(name: .customLong("mask-character"), help: "Character for --operator mask.")
        var maskCharacter = "*"

        @Option(
            name: .customLong("mask-count"),
            help: ArgumentHelp("How many characters are masked, from the end; default: all.", valueName: "n"))
        var maskCount: Int?

        @Option(help: ArgumentHelp("File of the key: its bytes, or hexadecimal digits.", valueName: "file"))
        var key: String?

        @Option(
            help: ArgumentHelp("File of pseudonyms (JSON): read if it is there, written at the end.", valueName: "file")
        )
        var map: String?

        @Flag(help: "Use the HIPAA Safe Harbor profile: its kinds, dates cut to the year.")
        var hipaa = false

        @Flag(help: "Undo encrypt (--key) or pseudonymize (--map).")
        var restore = false

        @Flag(help: "Print one JSON object of counts; needs --out.")
        var json = false

        func validate() throws {
            if json, out == "-" { throw ValidationError("--json prints to standard output: name a file with --out") }
            if [.hash, .encrypt].contains(operation), key == nil {
                throw ValidationError("--operator \(operation.rawValue) needs --key")
            }
            if maskCharacter.unicodeScalars.count != 1 { throw ValidationError("--mask-character is one character") }
            if let maskCount, maskCount < 0 {
                throw ValidationError("--mask-count is \(maskCount), expected 0 or more")
            }
            if restore, key == nil, map == nil { throw ValidationError("--restore needs --key or --map") }
        }

        func run() throws {
            var pseudonyms = try readMap()
            let redactor = restore ? nil : try redactor()
            let file = out == "-" ? nil : try AtomicFileWriter(path: out)
            var counts: [String: Int] = [:]
            var bytes = 0
            var progress = ProgressLine()
            let start = ContinuousClock.now
            try TextBlocks.forEach(path: options.input) { block in
                var output: [UInt8]
                if let redactor {
                    let result = redactor.redact(block, pseudonyms: &pseudonyms)
                    output = result.bytes
                    for item in result.items { counts[item.finding.kind, default: 0] += 1 }
                } else {
                    output = Array(try restored(String(decoding: block, as: UTF8.self), pseudonyms).utf8)
                }
                if let file { try file.write(output) } else { try StandardStreams.write(output) }
                bytes += block.count
                progress.show("\(bytes >> 20) MiB")
            }
            progress.clear()
            try file?.commit()
            if let map, !restore, operation == .pseudonymize {
                let writer = try AtomicFileWriter(path: map)
                try writer.write(pseudonyms.json + "\n")
                try writer.commit()
            }
            let total = counts.values.reduce(0, +)
            if json {
                var kinds: OutputObject = [:]
                for (kind, count) in counts.sorted(by: { $0.key < $1.key }) { kinds.append(kind, .integer(count)) }
                let object: OutputObject = [
                    "counts": .object(kinds), "total": .integer(total), "bytes": .integer(bytes), "out": .text(out),
                    "operator": .text(restore ? "restore" : operation.rawValue),
                    "seconds": .number((ContinuousClock.now - start).seconds),
                ]
                try object.printJSON()
            } else if !restore {
                Console.note("\(total) findings redacted (\(operation.rawValue))")
            }
        }

        private func redactor() throws -> Redactor {
            if hipaa, operation == .replace {
                let profile = RedactionProfile.hipaaSafeHarbor.redactor(threshold: options.threshold)
                var scanners = profile.scanners.map { LinewiseScanner($0) as any Scanner }
                if options.secrets { scanners.append(SecretScanner(threshold: options.threshold)) }
                return Redactor(scanners: scanners, operators: profile.operators)
            }
            return Redactor(scanners: try options.scanners(), defaultOperator: try redactionOperator())
        }

        private func redactionOperator() throws -> RedactionOperator {
            switch operation {
            case .replace: with.map { .replace(with: $0) } ?? .replace
            case .redact: .redact
            case .keep: .keep
            case .pseudonymize: .pseudonymize
            case .mask: .mask(with: maskCharacter.unicodeScalars.first ?? "*", count: maskCount)
            case .hash: try .hash(key: try readKey())
            case .encrypt: try .encrypt(key: try readKey())
            }
        }

        private func restored(_ text: String, _ pseudonyms: PseudonymMap) throws -> String {
            let text = map == nil ? text : pseudonyms.restore(text)
            return key == nil ? text : try RedactionOperator.decrypt(text, key: try readKey())
        }

        private func readMap() throws -> PseudonymMap {
            guard let map, restore || SystemCall.kind(of: map) != nil else { return PseudonymMap() }
            return try PseudonymMap(json: try InputText.text(path: map))
        }

        /// The key's bytes; a file of hexadecimal digits is read as such.
        private func readKey() throws -> [UInt8] {
            guard let key else { throw CommandFailure(.usage, "--key is missing") }
            var bytes = try InputText.bytes(path: key)
            while let last = bytes.last, last == 0x0A || last == 0x0D || last == 0x20 { bytes.removeLast() }
            let values = bytes.map { UInt8(String(UnicodeScalar($0)), radix: 16) }
            guard bytes.count % 2 == 0, bytes.count >= 32, !values.contains(nil) else {
                let whole = try InputText.bytes(path: key)
                return [16, 24, 32].contains(whole.count) ? whole : bytes
            }
            let digits = values.compactMap { $0 }
            return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        }
    }
#endif
