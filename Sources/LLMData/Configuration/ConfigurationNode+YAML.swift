#if Storage
    import Yams

    extension ConfigurationNode {
        /// Makes a tree of a YAML document. Aliases and merge keys (`<<`) are put in their places, within limits.
        static func parseYAML(_ text: String, source: String) throws(ConfigurationError) -> ConfigurationNode {
            try YAMLLimits.check(text, source: source)
            let root: Node?
            do {
                root = try Parser(yaml: text, encoding: .utf8).singleRoot()
            } catch {
                throw translated(error, source: source)
            }
            guard let root else {
                return ConfigurationNode(
                    content: .null, source: source, position: ConfigurationPosition(line: 1, column: 1))
            }
            var builder = YAMLTree(source: source)
            return try builder.node(root, path: "", depth: 0)
        }

        private static func translated(_ error: any Error, source: String) -> ConfigurationError {
            func problem(_ text: String, _ mark: Mark?, expected: String = "YAML") -> ConfigurationError {
                ConfigurationError(
                    .syntax, source: source,
                    position: mark.map { ConfigurationPosition(line: $0.line, column: $0.column) }, expected: expected,
                    found: text)
            }
            switch error as? YamlError {
            case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
                .composer(_, let text, let mark, _):
                return problem("a mistake: \(text)", mark)
            case .duplicatedKeysInMapping(let keys, let context):
                return problem(
                    "\(keys.map { "'\($0)'" }.joined(separator: ", ")) again", context.mark, expected: "each key once")
            case .reader(let text, _, _, _):
                return problem("a mistake: \(text)", nil)
            default:
                return problem("a mistake: \(error)", nil)
            }
        }
    }

    /// Builds the tree and counts its nodes, so that aliases of aliases cannot grow it without end.
    private struct YAMLTree {
        let source: String
        var count = 0

        init(source: String) { self.source = source }

        mutating func node(_ node: Node, path: String, depth: Int) throws(ConfigurationError) -> ConfigurationNode {
            var result = ConfigurationNode(
                content: .null, source: source, position: Self.position(node), path: path)
            count += 1
            guard depth <= ConfigurationNode.maximumDepth else {
                throw result.error(
                    .limit, expected: "at most \(ConfigurationNode.maximumDepth) nested values", found: "a deeper one")
            }
            guard count <= ConfigurationNode.maximumNodeCount else {
                throw result.error(
                    .limit, expected: "at most \(ConfigurationNode.maximumNodeCount) values", found: "more")
            }
            switch node {
            case .scalar(let scalar):
                result.content = Self.content(scalar)
            case .sequence(let sequence):
                var elements: [ConfigurationNode] = []
                for element in sequence {
                    elements.append(try self.node(element, path: result.path(of: elements.count), depth: depth + 1))
                }
                result.content = .list(elements)
            case .mapping(let mapping):
                result.content = .mapping(try members(mapping, of: result, depth: depth))
            case .alias:
                throw result.error(.syntax, expected: "a value", found: "an alias of nothing")
            }
            return result
        }

        private mutating func members(_ mapping: Node.Mapping, of parent: ConfigurationNode, depth: Int)
            throws(ConfigurationError) -> [ConfigurationNode.Member]
        {
            var members: [ConfigurationNode.Member] = []
            var merged: [ConfigurationNode.Member] = []
            var places: Set<String> = []
            for (keyNode, valueNode) in mapping {
                guard case .scalar(let keyScalar) = keyNode else {
                    throw ConfigurationError(
                        .syntax, source: source, position: Self.position(keyNode), path: parent.path,
                        expected: "a text as key", found: "a list or a mapping")
                }
                let key = keyScalar.string
                if key == "<<", keyScalar.style == .plain {
                    let value = try node(valueNode, path: parent.path, depth: depth + 1)
                    merged += try Self.mergedMembers(value)
                    continue
                }
                let value = try node(valueNode, path: parent.path(of: key), depth: depth + 1)
                let member = ConfigurationNode.Member(key: key, position: Self.position(keyNode), value: value)
                // Yams takes `1` and `"1"` for two keys.
                guard places.insert(key).inserted else {
                    throw ConfigurationError(
                        .syntax, source: source, position: member.position, path: value.path,
                        expected: "each key once", found: "'\(key)' again")
                }
                members.append(member)
            }
            for member in merged where places.insert(member.key).inserted { members.append(member) }
            return members
        }

        /// What `<<` gives: the members of a mapping, or of several, the first of which wins.
        private static func mergedMembers(_ node: ConfigurationNode) throws(ConfigurationError)
            -> [ConfigurationNode.Member]
        {
            guard case .list(let elements) = node.content else { return try node.members() }
            var result: [ConfigurationNode.Member] = []
            for element in elements { result += try element.members() }
            return result
        }

        private static func content(_ scalar: Node.Scalar) -> ConfigurationNode.Content {
            let isQuoted = scalar.style != .plain || scalar.tag.rawValue == Tag.Name.str.rawValue
            if !isQuoted, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return .null }
            return .scalar(scalar.string, isQuoted: isQuoted)
        }

        private static func position(_ node: Node) -> ConfigurationPosition {
            ConfigurationPosition(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        }
    }
#endif
