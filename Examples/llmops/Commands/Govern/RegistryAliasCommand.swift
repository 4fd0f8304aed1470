#if CommandLine
    import ArgumentParser
    import Foundation
    import LLMGovernance

    struct RegistryAliasCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "alias", abstract: "Move an alias that has no rules, if it names what was expected.")

        @Argument(help: "Name of the model.") var model: String
        @Argument(help: "Name of the alias.") var alias: String
        @Argument(help: "Number of the version, or none.") var to: String
        @Option(help: "Number of the version that it names now, or none.") var expected = "none"
        @OptionGroup var options: GovernOptions

        func run() throws {
            let (old, new) = (try Self.number(expected), try Self.number(to))
            let (store, actor) = try options.open("registry.alias")
            try ModelRegistry(store: store).moveAlias(alias, of: model, from: old, to: new, actor: actor)
            try options.show(["alias": .text("\(model)@\(alias)"), "from": .optional(old), "to": .optional(new)])
        }

        static func number(_ text: String) throws -> Int? {
            if text == "none" { return nil }
            guard let number = Int(text), number > 0 else {
                throw ValidationError("\(text) is no version number; expected 1, 2, ... or none")
            }
            return number
        }
    }

    struct RegistryPolicyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "policy", abstract: "Set the approval rules of an alias.")

        @Argument(help: "Name of the model.") var model: String
        @Argument(help: "Name of the alias.") var alias: String
        @Option(help: "YAML or JSON file with rules; without it the rules are shown.") var rules: String?
        @OptionGroup var options: GovernOptions

        func run() throws {
            let policy = try rules.map { try ApprovalPolicy(yaml: InputText.text(path: $0), source: $0) }
            let (store, actor) = try options.open(
                policy == nil ? "registry.read" : "registry.policy", making: policy != nil)
            let registry = ModelRegistry(store: store)
            if let policy { try registry.setPolicy(policy, alias: alias, of: model, actor: actor) }
            guard let found = try registry.policy(alias: alias, of: model) else {
                return try options.show(["rules": .null])
            }
            guard case .object(let object) = OutputValue(found.json) else { return }
            try options.show(object)
        }
    }

    struct RegistryAttachCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "attach", abstract: "Attach a measured value or the outcome of a check to a version.")

        @Argument(help: "model/3, model@alias or model.") var version: String
        @Option(help: "Name of a metric.") var metric: String?
        @Option(help: "Its value.") var value: Double?
        @Option(help: "What it was measured on.") var dataset = ""
        @Option(help: "Signature of the metric.") var signature = ""
        @Option(help: "Kind of a check: licence, pii, contamination, ...") var evidence: String?
        @Flag(inversion: .prefixedNo, help: "Whether the check was passed.") var passed: Bool?
        @Option(help: "One line about the check.") var summary = ""
        @OptionGroup var options: GovernOptions

        func validate() throws {
            guard (metric != nil) == (value != nil), (evidence != nil) == (passed != nil),
                metric != nil || evidence != nil
            else { throw ValidationError("expected --metric with --value, or --evidence with --passed or --no-passed") }
        }

        func run() throws {
            let (store, actor) = try options.open("registry.attach")
            let registry = ModelRegistry(store: store)
            let version = try registry.resolve(version)
            if let metric, let value {
                try registry.attach(
                    [EvaluationResult(metric: metric, value: value, dataset: dataset, signature: signature)],
                    to: version, actor: actor)
            }
            if let evidence, let passed {
                try registry.attach(
                    CheckEvidence(kind: evidence, passed: passed, summary: summary), to: version, actor: actor)
            }
            try options.show(["version": .text("\(version)")])
        }
    }

    struct RegistryPromoteCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "promote", abstract: "Let an alias name a version, if all its rules pass.")

        @Argument(help: "model/3, model@alias or model.") var version: String
        @Argument(help: "Name of the alias.") var alias: String
        @Option(help: "Number of the version that the alias names now, or none.") var expected: String?
        @OptionGroup var options: GovernOptions

        func run() throws {
            let expected = try expected.map { try RegistryAliasCommand.number($0) }
            let (store, actor) = try options.open("registry.promote")
            let registry = ModelRegistry(store: store)
            let version = try registry.resolve(version)
            try registry.promote(version, to: alias, actor: actor, expected: expected)
            try options.show(["version": .text("\(version)"), "alias": .text(alias)])
        }
    }

    struct RegistryRollbackCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback", abstract: "Take an alias back to the version before.")

        @Argument(help: "Name of the model.") var model: String
        @Argument(help: "Name of the alias.") var alias: String
        @Option(help: "Why.") var reason = ""
        @OptionGroup var options: GovernOptions

        func run() throws {
            let (store, actor) = try options.open("registry.rollback")
            let version = try ModelRegistry(store: store).rollback(
                alias: alias, of: model, actor: actor, reason: reason)
            try options.show(["version": .text("\(version)"), "alias": .text(alias)])
        }
    }

    /// For tests: moves an alias again and again against other processes.
    struct RegistryExerciseCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "exercise", abstract: "Move an alias again and again, for tests.", shouldDisplay: false)

        @Argument var model: String
        @Option var moves = 500
        @Flag(help: "Register a new version before each move.") var register = false
        @OptionGroup var options: GovernOptions

        func run() throws {
            let (store, actor) = try options.open("registry.alias", making: true)
            let registry = ModelRegistry(store: store)
            var conflicts = 0
            for move in 0..<moves {
                if register {
                    let file = "\(options.store)/exercise-\(actor).txt"
                    try "\(actor) \(move) \(store.audit.count)".write(toFile: file, atomically: false, encoding: .utf8)
                    _ = try registry.register(model: model, path: file, author: actor)
                }
                while true {
                    let versions = try registry.versions(of: model)
                    let current = try registry.version(alias: "busy", of: model)?.number
                    let next = versions[(current ?? 0) % versions.count].number
                    do {
                        try registry.moveAlias("busy", of: model, from: current, to: next, actor: actor)
                        break
                    } catch GovernanceError.conflict {
                        conflicts += 1
                    }
                }
                if register { try registry.promote(registry.resolve(model), to: "newest", actor: actor) }
            }
            try options.show(["moves": .integer(moves), "conflicts": .integer(conflicts)])
        }
    }
#endif
