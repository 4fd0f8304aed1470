#if CommandLine
    import ArgumentParser
    import LLMGovernance

    struct AuditCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit", abstract: "Write, prove and check the audit log.",
            subcommands: [
                AuditAppendCommand.self, AuditShowCommand.self, AuditVerifyCommand.self, AuditProveCommand.self,
                AuditCheckpointCommand.self,
            ])
    }

    struct AuditAppendCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "append", abstract: "Record an event.")

        @Argument(help: "What happened, as area.verb.") var action: String
        @Argument(help: "To what.") var subject: String
        @Option(help: "done, refused or failed.") var outcome = "done"
        @Option(help: "name=value, may be repeated.") var detail: [String] = []
        @OptionGroup var options: GovernOptions

        func run() throws {
            guard let outcome = AuditEvent.Outcome(rawValue: outcome) else {
                throw ValidationError("--outcome is \(outcome), expected done, refused or failed")
            }
            var details: [String: String] = [:]
            for text in detail {
                guard let sign = text.firstIndex(of: "=") else {
                    throw ValidationError("--detail is \(text), expected name=value")
                }
                details[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            // These two tie entries to changes of the store; an entry from outside is no such change.
            guard details["operation"] == nil, details["recovers"] == nil else {
                throw ValidationError("--detail cannot be named operation or recovers")
            }
            let (store, actor) = try options.open("audit.append", making: true)
            let entries = try store.audit.append([
                AuditEvent(actor: actor, action: action, subject: subject, outcome: outcome, details: details)
            ])
            try options.show(["entry": OutputValue(entries[0].json)])
        }
    }

    struct AuditShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show the last entries.")

        @Option(help: "How many.") var last = 20
        @OptionGroup var options: GovernOptions

        func run() throws {
            let log = try options.open("audit.read").store.audit
            let entries = try log.lastEntries(max(0, last))
            if options.json {
                return try options.show([
                    "size": .integer(log.count), "entries": .array(entries.map { OutputValue($0.json) }),
                ])
            }
            for entry in entries {
                let event = entry.event
                let line =
                    "\(entry.sequence) \(entry.time) \(event.outcome.rawValue) \(event.action) \(event.subject) by \(event.actor)\n"
                try StandardStreams.write(Array(line.utf8))
            }
        }
    }

    struct AuditVerifyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Read the whole log and check everything.",
            discussion: "Opens nothing but the log: needs no permission beyond reading its files.")

        @Option(help: "Folder of the store.") var store: String
        @Option(help: "Checkpoint that was kept elsewhere, may be repeated.") var checkpoint: [String] = []
        @Option(help: "Public key to trust in place of the one beside the log.") var publicKey: String?
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let checkpoints = try checkpoint.map { try Checkpoint(text: InputText.bytes(path: $0), source: $0) }
            let result = try AuditLog.verify(
                directory: store + "/audit", publicKey: publicKey.map { try AuditPublicKey(path: $0) },
                against: checkpoints)
            let object: OutputObject = [
                "intact": .boolean(result.isIntact), "size": .integer(result.size), "root": .hexadecimal(result.root),
                "unacknowledged_bytes": .integer(result.unacknowledgedBytes),
                "problems": .array(
                    result.problems.map {
                        .object([
                            "entry": .optional($0.entry), "file": .text($0.path), "reason": .text($0.reason),
                        ])
                    }),
            ]
            if json {
                try object.printJSON()
            } else {
                Console.note("\(result.size) entries, \(result.isIntact ? "intact" : "damaged")")
            }
            if let problem = result.problems.first { throw CommandFailure(.refused, "\(problem)") }
        }
    }

    struct AuditProveCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prove", abstract: "Prove that an entry is in the log, or that the log only grew.")

        @Option(help: "Number of the entry.") var entry: Int?
        @Option(help: "Size of the earlier log.") var from: Int?
        @Option(help: "Size of the log; all of it when left out.") var size: Int?
        @OptionGroup var options: GovernOptions

        func validate() throws {
            if (entry == nil) == (from == nil) { throw ValidationError("expected --entry or --from") }
        }

        func run() throws {
            let log = try options.open("audit.read").store.audit
            if let entry {
                let proof = try log.inclusionProof(of: entry, size: size)
                let found = try log.entries(entry..<(entry + 1))
                try options.show([
                    "index": .integer(proof.index), "size": .integer(proof.size),
                    "leaf": .hexadecimal(MerkleTree.leaf(try found[0].canonicalBytes())),
                    "root": .hexadecimal(try log.root(size: proof.size)),
                    "path": .array(proof.path.map { .hexadecimal($0) }), "entry": OutputValue(found[0].json),
                ])
            } else if let from {
                let proof = try log.consistencyProof(from: from, to: size)
                try options.show([
                    "old_size": .integer(proof.oldSize), "new_size": .integer(proof.newSize),
                    "old_root": .hexadecimal(try log.root(size: proof.oldSize)),
                    "new_root": .hexadecimal(try log.root(size: proof.newSize)),
                    "path": .array(proof.path.map { .hexadecimal($0) }),
                ])
            }
        }
    }

    struct AuditCheckpointCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checkpoint", abstract: "Print the signed state of the log, to be kept elsewhere.")

        @OptionGroup var options: GovernOptions

        func run() throws {
            let checkpoint = try options.open("audit.read").store.audit.checkpoint()
            if !options.json { return try StandardStreams.write(Array(checkpoint.text.utf8)) }
            try options.show([
                "origin": .text(checkpoint.origin), "size": .integer(checkpoint.size),
                "root": .hexadecimal(checkpoint.root), "note": .text(checkpoint.text),
            ])
        }
    }
#endif
