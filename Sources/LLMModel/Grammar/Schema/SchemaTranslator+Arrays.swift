internal import LLMTensor

extension SchemaTranslator {
    /// An array: `prefixItems` one by one, then `items`.
    mutating func array(_ object: JSONObject, _ pointer: String) throws(GrammarError) -> GrammarExpression {
        let (minimum, maximum) = try counts(object, "minItems", "maxItems", pointer)
        var leading: [GrammarExpression] = []
        if let prefix = object["prefixItems"] {
            guard let schemas = prefix.arrayValue else {
                throw .invalidSchema(pointer: pointer + "/prefixItems", reason: "expected an array of schemas")
            }
            for (index, schema) in schemas.enumerated() {
                leading.append(try expression(schema, "\(pointer)/prefixItems/\(index)"))
            }
        }
        var rest: GrammarExpression?
        switch object["items"] {
        case .some(let items) where items.boolValue == false: break
        case .some(let items): rest = try expression(items, pointer + "/items")
        // As with objects: where the items are named one by one, there are no others unless asked for.
        case nil: rest = leading.isEmpty ? .rule("value") : nil
        }
        let largest = min(maximum ?? .max, rest == nil ? leading.count : .max)
        guard minimum <= largest else {
            throw .invalidSchema(pointer: pointer, reason: "\(minimum) items are asked for, \(largest) are allowed")
        }
        return .sequence([
            .text("["), .rule("space"), list(leading, rest, minimum, largest == .max ? nil : largest), .text("]"),
        ])
    }

    private func list(
        _ leading: [GrammarExpression], _ rest: GrammarExpression?, _ minimum: Int, _ maximum: Int?
    ) -> GrammarExpression {
        func item(_ value: GrammarExpression, isFirst: Bool) -> GrammarExpression {
            .sequence((isFirst ? [] : [.text(","), .rule("space")]) + [value, .rule("space")])
        }
        let named = leading.prefix(maximum ?? .max)
        var tail = GrammarExpression.empty
        if let rest, maximum.map({ $0 > leading.count }) ?? true {
            let least = max(0, minimum - leading.count)
            let most = maximum.map { $0 - leading.count }
            if leading.isEmpty {
                let more = GrammarExpression.repeated(
                    item(rest, isFirst: false), minimum: max(0, least - 1), maximum: most.map { $0 - 1 })
                let all = GrammarExpression.sequence([item(rest, isFirst: true), more])
                return least == 0 ? .optional(all) : all
            }
            tail = .repeated(item(rest, isFirst: false), minimum: least, maximum: most)
        }
        for (index, value) in named.enumerated().reversed() {
            let some = GrammarExpression.sequence([item(value, isFirst: index == 0), tail])
            tail = index < minimum ? some : .optional(some)
        }
        return tail
    }
}
