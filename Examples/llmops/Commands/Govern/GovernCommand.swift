#if CommandLine
    import ArgumentParser

    struct GovernCommand: ParsableCommand {
        /// One line each, so that two changes of the list seldom meet.
        private static let subcommands: [any ParsableCommand.Type] = [
            RegistryCommand.self,
            AuditCommand.self,
            AccessCommand.self,
            ReviewCommand.self,
            ScanCommand.self,
            RedactCommand.self,
            CardCommand.self,
            ContaminationCommand.self,
            EvidenceCommand.self,
            GuardCommand.self,
            LicenceCommand.self,
        ]

        static let configuration = CommandConfiguration(
            commandName: "govern", abstract: "Register, approve, audit and guard models.", subcommands: subcommands)
    }
#endif
