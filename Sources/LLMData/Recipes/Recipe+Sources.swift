internal import LLMTensor

extension Recipe {
    /// A source of a recipe: one name with its settings. Files are opened and queries are compiled, so that mistakes show.
    static func source(_ entry: ConfigurationNode) throws(ConfigurationError) -> any DocumentSource {
        let known = ["sqlite", "xml", "log"]
        guard case .mapping(let members) = entry.content, members.count == 1, let member = members.first else {
            throw entry.error(.type, expected: "one of \(known.joined(separator: ", ")) with its settings")
        }
        let node = member.value
        let source: any DocumentSource
        switch member.key {
        case "sqlite": source = try sqlite(node)
        case "xml": source = try xml(node)
        case "log": source = try log(node)
        default:
            var error = entry.error(
                .unknownKey, expected: "one of \(known.joined(separator: ", "))", found: "'\(member.key)'")
            error.suggestion = NearestName.nearest(to: member.key, among: known)
            throw error
        }
        do {
            _ = try (source.records() as? SourceRecords)?.open()
        } catch {
            throw node.error(expected: "a source that can be read", found: "\(error)")
        }
        return source
    }

    private static func sqlite(_ node: ConfigurationNode) throws(ConfigurationError) -> any DocumentSource {
        #if Storage
            try node.checkKeys(["path", "query", "bindings", "text", "id", "maximumTextBytes"])
            var configuration = SQLiteQuerySource.Configuration(
                bindings: try node.list("bindings").map { $0.jsonValue },
                textColumn: try node.string("text", default: "text"), idColumn: try node.string("id", default: "id"))
            configuration.maximumTextBytes = try node.integer(
                "maximumTextBytes", in: 1...1 << 30, default: configuration.maximumTextBytes)
            return SQLiteQuerySource(path: try path(node), query: try node.string("query"), configuration)
        #else
            throw node.error(expected: "a build with the package trait Storage", found: "one without")
        #endif
    }

    private static func xml(_ node: ConfigurationNode) throws(ConfigurationError) -> any DocumentSource {
        try node.checkKeys(["path", "record", "text", "id", "maximumRecordBytes"])
        var configuration = XMLSource.Configuration(
            recordElement: try node.string("record"), textPath: try node.string("text", default: "text"),
            idPath: try node.string("id", default: "id"))
        configuration.maximumRecordBytes = try node.integer(
            "maximumRecordBytes", in: 1...1 << 30, default: configuration.maximumRecordBytes)
        return XMLSource(path: try path(node), configuration)
    }

    private static func log(_ node: ConfigurationNode) throws(ConfigurationError) -> any DocumentSource {
        try node.checkKeys(["path", "pattern", "text", "id", "joinOtherLines", "maximumLineBytes"])
        let pattern = try node.required("pattern", expected: "a regular expression with named groups")
        var configuration = LogSource.Configuration(
            pattern: try pattern.string(), textGroup: try node.string("text", default: "text"),
            idGroup: try node.optionalString("id"), joinsOtherLines: try node.boolean("joinOtherLines", default: false))
        configuration.maximumLineBytes = try node.integer(
            "maximumLineBytes", in: 1...1 << 30, default: configuration.maximumLineBytes)
        do {
            return try LogSource(path: try path(node), configuration)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw pattern.error(expected: "a regular expression with named groups", found: "\(error)")
        }
    }

    private static func path(_ node: ConfigurationNode) throws(ConfigurationError) -> String {
        resolved(try node.required("path", expected: "the path of a file").string(), source: node.source)
    }

    /// A relative path is looked for beside the recipe, then in the working directory.
    static func resolved(_ path: String, source: String) -> String {
        guard !path.hasPrefix("/"), let slash = source.lastIndex(of: "/") else { return path }
        let beside = "\(source[..<slash])/\(path)"
        return SystemCall.kind(of: beside) == nil ? path : beside
    }
}
