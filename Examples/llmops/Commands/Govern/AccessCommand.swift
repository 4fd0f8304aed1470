#if CommandLine
    import ArgumentParser
    import LLMGovernance

    struct AccessCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "access", abstract: "Give roles and keys, take them back, check them.",
            subcommands: [
                AccessGrantCommand.self, AccessKeyCommand.self, AccessRevokeCommand.self, AccessCheckCommand.self,
            ])
    }

    struct AccessGrantCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "grant", abstract: "Give a principal its roles, in place of those it has.",
            discussion: "Roles that are there: \(Role.standard.map(\.name).joined(separator: ", ")).")

        @Argument(help: "Name of the principal.") var principal: String
        @Argument(help: "Roles; none takes all away.") var roles: [String] = []
        @Option(help: "Define a role first: name=permission,permission; may be repeated.") var define: [String] = []
        @OptionGroup var options: GovernOptions

        func run() throws {
            let (store, actor) = try options.open("access.grant", making: true)
            let access = AccessControl(store: store)
            for text in define {
                let parts = text.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else {
                    throw ValidationError("--define is \(text), expected name=permission,...")
                }
                try access.define(
                    Role(name: String(parts[0]), permissions: parts[1].split(separator: ",").map(String.init)),
                    actor: actor)
            }
            try access.grant(roles, to: principal, actor: actor)
            try options.show(["principal": .text(principal), "roles": .array(roles.map { .text($0) })])
        }
    }

    struct AccessKeyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "key", abstract: "Make a key for a principal; it is shown this once.")

        @Argument(help: "Name of the principal.") var principal: String
        @Option(help: "Until when it is good: 2027-01-31 or 2027-01-31T12:00:00Z.") var expires: String?
        @OptionGroup var options: GovernOptions

        func run() throws {
            let expiry = try expires.map { text in
                guard let time = UTCTime(text) else {
                    throw ValidationError("--expires is \(text), expected a moment in UTC")
                }
                return time
            }
            let (store, actor) = try options.open("access.key")
            let made = try AccessControl(store: store).makeKey(for: principal, expires: expiry, actor: actor)
            try options.show(["key": .text(made.key), "id": .text(made.id), "expires": .time(expiry)])
        }
    }

    struct AccessRevokeCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Take a key back.")

        @Argument(help: "Id of the key.") var id: String
        @OptionGroup var options: GovernOptions

        func run() throws {
            let (store, actor) = try options.open("access.revoke")
            try AccessControl(store: store).revoke(key: id, actor: actor)
            try options.show(["revoked": .text(id)])
        }
    }

    struct AccessCheckCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Say whether a key or a principal may do something.",
            discussion: "Ends with 77 and an audit entry when not.")

        @Argument(help: "area.verb") var permission: String
        @Option(help: "Name of a principal, in place of --key.") var principal: String?
        @Option(help: "Folder of the store.") var store: String
        @Option(help: "API key.") var key: String?
        @Flag(help: "Print one JSON object.") var json = false

        func validate() throws {
            if (key == nil) == (principal == nil) { throw ValidationError("expected --key or --principal") }
        }

        func run() throws {
            let access = AccessControl(store: try GovernanceStore(directory: store))
            var name = principal ?? ""
            if let key { name = try access.authorize(key: key, permission: permission) }
            if let principal { try access.authorize(principal: principal, permission: permission) }
            let object: OutputObject = [
                "principal": .text(name), "permission": .text(permission), "allowed": .boolean(true),
            ]
            if json { try object.printJSON() } else { Console.note("\(name) may \(permission)") }
        }
    }
#endif
