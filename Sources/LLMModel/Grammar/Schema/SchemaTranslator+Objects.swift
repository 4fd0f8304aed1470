internal import LLMTensor

extension SchemaTranslator {
    /// An object: the members of `properties` in their order, optional ones present or not, then others if allowed.
    mutating func object(_ object: JSONObject, _ pointer: String) throws(GrammarError) -> GrammarExpression {
        let properties = try members(object, pointer)
        let required = try requiredNames(object, pointer)
        let others = try additional(object, pointer, hasProperties: object["properties"] != nil)
        var all = properties
        for name in required where !all.contains(where: { ByteKey($0.name) == ByteKey(name) }) {
            guard others != nil else {
                throw .invalidSchema(
                    pointer: pointer, reason: "'\(name)' is required, but neither a property nor allowed besides them")
            }
            all.append((name, others ?? .empty))
        }
        // Built from the last member to the first: what may follow a member, with and without one in front.
        var tail = others.map { Self.otherMembers($0, besides: all.map(\.name)) } ?? (first: .empty, next: .empty)
        for (index, member) in all.enumerated().reversed() {
            let text = GrammarExpression.sequence([
                .text(Self.text(of: .string(member.name))), .rule("space"), .text(":"), .rule("space"), member.value,
                .rule("space"),
            ])
            let names = (first: "\(pointer) first \(index)", next: "\(pointer) next \(index)")
            let withComma = GrammarExpression.sequence([.text(","), .rule("space"), text, tail.next])
            if required.contains(where: { ByteKey($0) == ByteKey(member.name) }) {
                rules[names.first] = .sequence([text, tail.next])
                rules[names.next] = withComma
            } else {
                rules[names.first] = .choice([.sequence([text, tail.next]), tail.first])
                rules[names.next] = .choice([withComma, tail.next])
            }
            tail = (.rule(names.first), .rule(names.next))
        }
        return .sequence([.text("{"), .rule("space"), tail.first, .text("}")])
    }

    private mutating func members(
        _ object: JSONObject, _ pointer: String
    ) throws(GrammarError) -> [(name: String, value: GrammarExpression)] {
        guard let properties = object["properties"] else { return [] }
        guard let properties = properties.objectValue else {
            throw .invalidSchema(pointer: pointer + "/properties", reason: "expected an object")
        }
        var result: [(name: String, value: GrammarExpression)] = []
        for (name, schema) in properties.members {
            result.append((name, try expression(schema, "\(pointer)/properties/\(name)")))
        }
        return result
    }

    private func requiredNames(_ object: JSONObject, _ pointer: String) throws(GrammarError) -> [String] {
        guard let required = object["required"] else { return [] }
        let names = (required.arrayValue ?? []).compactMap(\.stringValue)
        guard let values = required.arrayValue, values.count == names.count else {
            throw .invalidSchema(pointer: pointer + "/required", reason: "expected an array of strings")
        }
        return names
    }

    /// What members besides the named ones are; nil when there are none.
    private mutating func additional(
        _ object: JSONObject, _ pointer: String, hasProperties: Bool
    ) throws(GrammarError) -> GrammarExpression? {
        guard let schema = object["additionalProperties"] else { return hasProperties ? nil : .rule("value") }
        if schema.boolValue == false { return nil }
        return try expression(schema, pointer + "/additionalProperties")
    }

    /// Any number of members with other names.
    private static func otherMembers(
        _ value: GrammarExpression, besides names: [String]
    ) -> (first: GrammarExpression, next: GrammarExpression) {
        let member = GrammarExpression.sequence([
            OtherNames.expression(names), .rule("space"), .text(":"), .rule("space"), value, .rule("space"),
        ])
        let rest = GrammarExpression.repeated(
            .sequence([.text(","), .rule("space"), member]), minimum: 0, maximum: nil)
        return (.optional(.sequence([member, rest])), rest)
    }
}

/// Names of members that are none of some given ones.
enum OtherNames {
    /// Quoted strings without escapes (an escape could spell a given name) that differ from all of the names.
    static func expression(_ names: [String]) -> GrammarExpression {
        guard !names.isEmpty else { return .rule("string") }
        return .sequence([.text("\""), differing(names.map { $0.unicodeScalars.map(\.value) }[...]), .text("\"")])
    }

    /// Texts that differ from all of `names`, which have their common beginning cut off.
    private static func differing(_ names: ArraySlice<[UInt32]>) -> GrammarExpression {
        var nexts: [UInt32: [[UInt32]]] = [:]
        for name in names where !name.isEmpty { nexts[name[0], default: []].append(Array(name.dropFirst())) }
        let taken = ScalarRanges(nexts.keys.map { $0...$0 })
        var options: [GrammarExpression] = [
            .sequence([
                .scalars(StringText.plain.subtracting(taken)),
                .repeated(.scalars(StringText.plain), minimum: 0, maximum: nil),
            ])
        ]
        if !names.contains(where: \.isEmpty) { options.append(.empty) }
        for next in nexts.keys.sorted() where StringText.plain.contains(next) {
            options.append(.sequence([.scalars(ScalarRanges([next...next])), differing((nexts[next] ?? [])[...])]))
        }
        return .choice(options)
    }
}
