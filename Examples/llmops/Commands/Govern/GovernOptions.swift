#if CommandLine
    import ArgumentParser
    import Foundation
    import LLMGovernance
    import LLMTensor

    /// Which store, and who is asking.
    struct GovernOptions: ParsableArguments {
        @Option(help: "Folder of registry, keys, reviews and audit log.")
        var store: String

        @Option(help: "Who does it, as long as there is no key yet.")
        var actor: String?

        @Option(help: "API key; LLMOPS_KEY when left out.")
        var key: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        /// Opens the store for something that needs a permission, and says who asks.
        ///
        /// Until there is a key, a store belongs to whoever can write its folder; from then on it takes one.
        func open(_ permission: String, making: Bool = false) throws -> (store: GovernanceStore, actor: String) {
            try Self.enter(
                making ? GovernanceStore(directory: store) : Self.existingStore(store), permission, actor, key)
        }

        /// Says who asks a store for something that needs a permission.
        static func enter(
            _ opened: GovernanceStore, _ permission: String, _ actor: String?, _ key: String?
        ) throws -> (store: GovernanceStore, actor: String) {
            let access = AccessControl(store: opened)
            let environment = ProcessInfo.processInfo.environment
            guard try access.isConfigured() else { return (opened, actor ?? environment["USER"] ?? "local") }
            return (opened, try access.authorize(key: key ?? environment["LLMOPS_KEY"] ?? "", permission: permission))
        }

        /// Opens a store that is there.
        static func existingStore(_ directory: String) throws -> GovernanceStore {
            guard SystemCall.kind(of: directory + "/governance.sqlite") != nil else {
                throw CommandFailure(.missingInput, "\(directory): no governance store")
            }
            return try GovernanceStore(directory: directory)
        }

        /// Prints an object as JSON, or as lines for people.
        func show(_ object: OutputObject) throws {
            if json { return try object.printJSON() }
            let lines = object.members.map { "\($0.key): \($0.value.plainText)\n" }
            try StandardStreams.write(Array(lines.joined().utf8))
        }
    }

    extension OutputValue {
        /// A library value as the printer's.
        init(_ value: JSONValue) {
            switch value {
            case .null: self = .null
            case .bool(let flag): self = .boolean(flag)
            case .integer(let number): self = .integer(Int(number))
            case .number(let number): self = .number(number)
            case .string(let text): self = .text(text)
            case .array(let elements): self = .array(elements.map { OutputValue($0) })
            case .object(let object):
                var result: OutputObject = [:]
                for (key, member) in object.members { result.append(key, OutputValue(member)) }
                self = .object(result)
            }
        }

        static func hexadecimal(_ digest: [UInt8]) -> OutputValue {
            .text(digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        }

        static func time(_ time: UTCTime?) -> OutputValue { .optional(time.map { "\($0)" }) }
    }

    extension ModelVersion {
        var object: OutputObject {
            [
                "version": .text(description), "model": .text(model), "number": .integer(number),
                "digest": .text(digest), "bytes": .integer(byteCount), "author": .text(author),
                "created": .text("\(created)"), "description": .text(summary), "withdrawn": .boolean(isWithdrawn),
            ]
        }
    }
#endif
