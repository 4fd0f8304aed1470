extension ConfigurationNode {
    /// Whether there is nothing here, or `null`.
    public var isNull: Bool { if case .null = content { true } else { false } }

    /// The members.
    ///
    /// - Throws: ``ConfigurationError`` when this is no mapping. Nothing at all counts as an empty mapping.
    public func members() throws(ConfigurationError) -> [Member] {
        switch content {
        case .mapping(let members): return members
        case .null: return []
        default: throw error(.type, expected: "a mapping of keys to values")
        }
    }

    /// The elements.
    ///
    /// - Throws: ``ConfigurationError`` when this is no list.
    public func elements() throws(ConfigurationError) -> [ConfigurationNode] {
        if case .list(let elements) = content { return elements }
        throw error(.type, expected: "a list")
    }

    /// The value of a key, nil when the key is not there or its value is null.
    public func optional(_ key: String) throws(ConfigurationError) -> ConfigurationNode? {
        let members = try members()
        guard let member = members.last(where: { $0.key.utf8.elementsEqual(key.utf8) }) else { return nil }
        return member.value.isNull ? nil : member.value
    }

    /// The value of a key that has to be there.
    ///
    /// - Parameter expected: What the key is for, in errors.
    public func required(_ key: String, expected: String = "a value") throws(ConfigurationError) -> ConfigurationNode {
        if let value = try optional(key) { return value }
        throw ConfigurationError(
            .missingKey, source: source, position: position, path: path, expected: "key '\(key)' with \(expected)",
            found: "no such key")
    }

    /// The elements of a list; a key that is not there gives none.
    public func list(_ key: String) throws(ConfigurationError) -> [ConfigurationNode] {
        try optional(key)?.elements() ?? []
    }

    /// The mapping at a key; nil when the key is not there.
    public func section(_ key: String) throws(ConfigurationError) -> ConfigurationNode? {
        guard let node = try optional(key) else { return nil }
        _ = try node.members()
        return node
    }

    /// Refuses keys that mean nothing here, all of them at once, each with its line and the known key that is nearest.
    public func checkKeys(_ known: [String]) throws(ConfigurationError) {
        var errors: [ConfigurationError] = []
        for member in try members() where !known.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) {
            errors.append(
                ConfigurationError(
                    .unknownKey, source: source, position: member.position, path: path(of: member.key),
                    expected: known.isEmpty
                        ? "no keys here" : "one of the keys \(known.sorted().joined(separator: ", "))",
                    found: "'\(member.key)'", suggestion: NearestName.nearest(to: member.key, among: known)))
        }
        guard var first = errors.first else { return }
        first.related = Array(errors.dropFirst())
        throw first
    }
}
