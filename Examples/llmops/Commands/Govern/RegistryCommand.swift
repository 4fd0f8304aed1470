#if CommandLine
    import ArgumentParser
    import LLMGovernance

    struct RegistryCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "registry", abstract: "Keep versions of models, their aliases, rules and history.",
            discussion: "VERSION is model/3, model@alias, or model alone for the newest.",
            subcommands: [
                RegistryAddCommand.self, RegistryListCommand.self, RegistryShowCommand.self, RegistryAliasCommand.self,
                RegistryPolicyCommand.self, RegistryAttachCommand.self, RegistryPromoteCommand.self,
                RegistryRollbackCommand.self, RegistryVerifyCommand.self, RegistryLineageCommand.self,
                RegistryExerciseCommand.self,
            ])
    }

    struct RegistryAddCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Register a file or folder as the next version of a model.")

        @Argument(help: "Name of the model.") var model: String
        @Argument(help: "File or folder.") var path: String
        @Option(help: "What this version is.") var description = ""
        @Option(help: "name=value, may be repeated.") var tag: [String] = []
        @OptionGroup var options: GovernOptions

        func run() throws {
            var tags: [String: String] = [:]
            for text in tag {
                guard let sign = text.firstIndex(of: "=") else {
                    throw ValidationError("--tag is \(text), expected name=value")
                }
                tags[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            let (store, actor) = try options.open("registry.register", making: true)
            let version = try ModelRegistry(store: store).register(
                model: model, path: path, author: actor, summary: description, tags: tags)
            try options.show(version.object)
        }
    }

    struct RegistryListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List models and versions.")

        @Argument(help: "Only this model.") var model: String?
        @OptionGroup var options: GovernOptions

        func run() throws {
            let registry = ModelRegistry(store: try options.open("registry.read").store)
            var list: [OutputValue] = []
            for name in try model.map({ [$0] }) ?? registry.models() {
                var aliases: OutputObject = [:]
                for (alias, number) in try registry.aliases(of: name).sorted(by: { $0.key < $1.key }) {
                    aliases.append(alias, .integer(number))
                }
                list.append(
                    .object([
                        "model": .text(name), "aliases": .object(aliases),
                        "versions": .array(try registry.versions(of: name).map { .object($0.object) }),
                    ]))
            }
            try options.show(["models": .array(list)])
        }
    }

    struct RegistryShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Say all that is known of a version.")

        @Argument(help: "model/3, model@alias or model.") var version: String
        @OptionGroup var options: GovernOptions

        func run() throws {
            let registry = ModelRegistry(store: try options.open("registry.read").store)
            let version = try registry.resolve(version)
            var object = version.object
            var tags: OutputObject = [:]
            for (name, value) in try registry.tags(of: version).sorted(by: { $0.key < $1.key }) {
                tags.append(name, .text(value))
            }
            object.append("tags", .object(tags))
            object.append(
                "files",
                .array(
                    try registry.manifest(of: version).files.map {
                        .object(["path": .text($0.path), "sha256": .text($0.sha256), "bytes": .integer($0.size)])
                    }))
            object.append(
                "evaluations",
                .array(
                    try registry.evaluations(of: version).map {
                        .object([
                            "metric": .text($0.metric), "value": .number($0.value), "dataset": .text($0.dataset),
                            "signature": .text($0.signature),
                        ])
                    }))
            object.append(
                "evidence",
                .array(
                    try registry.evidence(of: version).map {
                        .object(["kind": .text($0.kind), "passed": .boolean($0.passed), "summary": .text($0.summary)])
                    }))
            try options.show(object)
        }
    }

    struct RegistryVerifyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Read all blobs and compare registry and audit log.")

        @Argument(help: "Only the files of this version.") var version: String?
        @OptionGroup var options: GovernOptions

        func run() throws {
            let (store, actor) = try options.open("registry.read")
            let result = try ModelRegistry(store: store).verify(version)
            if let problem = result.problems.first {
                // Not in a damaged log: what stands in it is evidence.
                try? store.audit.record(
                    AuditEvent(
                        actor: actor, action: "registry.verify", subject: version ?? "registry", outcome: .refused,
                        details: ["reason": problem, "problems": "\(result.problems.count)"]))
            }
            try options.show([
                "intact": .boolean(result.isIntact), "versions": .integer(result.versions),
                "bytes": .integer(result.bytes), "problems": .array(result.problems.map { .text($0) }),
            ])
            guard result.isIntact else { throw CommandFailure(.refused, "\(options.store): \(result.problems[0])") }
        }
    }

    struct RegistryLineageCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lineage", abstract: "Show where models came from, or add to it.")

        enum Format: String, ExpressibleByArgument, CaseIterable { case json, dot, mermaid }

        @Argument(help: "Only what is before and after this node.") var node: String?
        @Option(help: "json, dot or mermaid.") var format = Format.json
        @Option(help: "Add an edge from this node, as kind:id.") var from: String?
        @Option(help: "Add an edge to this node, as kind:id.") var to: String?
        @Option(help: "What the added edge says.") var relation = "made"
        @OptionGroup var options: GovernOptions

        func run() throws {
            let isAddition = from != nil || to != nil
            let (store, actor) = try options.open(isAddition ? "registry.lineage" : "registry.read")
            let registry = ModelRegistry(store: store)
            if isAddition {
                try registry.link(Self.node(from), to: Self.node(to), relation: relation, actor: actor)
            }
            let graph = try registry.lineage(around: node)
            switch format {
            case .dot: try StandardStreams.write(Array(graph.dot.utf8))
            case .mermaid: try StandardStreams.write(Array(graph.mermaid.utf8))
            case .json:
                guard case .object(let object) = OutputValue(graph.json) else { return }
                try options.show(object)
            }
        }

        private static func node(_ text: String?) throws -> LineageNode {
            guard let text, let colon = text.firstIndex(of: ":"),
                let kind = LineageNode.Kind(rawValue: String(text[..<colon]))
            else {
                let kinds = LineageNode.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--from and --to are kind:id with a kind of \(kinds)")
            }
            return LineageNode(id: String(text[text.index(after: colon)...]), kind: kind)
        }
    }
#endif
