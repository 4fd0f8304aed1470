internal import LLMTensor

/// Translates a JSON schema to the rules of a grammar of JSON texts.
///
/// Each schema that is referred to becomes a rule under its JSON pointer, so that schemas may be recursive.
struct SchemaTranslator {
    /// The rule of the whole text.
    static let root = "root"

    let document: JSONValue
    var rules: [String: GrammarExpression] = [:]
    /// Referenced schemas that have no rule yet.
    var pending: [(pointer: String, schema: JSONValue)] = []
    private var depth = 0
    private static let largestDepth = 200

    init(_ document: JSONValue) { self.document = document }

    /// The rules; ``root`` is the whole document's.
    mutating func translate() throws(GrammarError) -> [String: GrammarExpression] {
        addJSONRules()
        rules[Self.root] = try expression(document, "")
        while let next = pending.popLast() {
            rules[Self.ruleName(next.pointer)] = try expression(next.schema, next.pointer)
        }
        return rules
    }

    static func ruleName(_ pointer: String) -> String { "#" + pointer }

    /// What a schema allows.
    mutating func expression(_ schema: JSONValue, _ pointer: String) throws(GrammarError) -> GrammarExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.largestDepth else {
            throw .unsupportedSchema(pointer: pointer, reason: "more than \(Self.largestDepth) nested schemas")
        }
        if let flag = schema.boolValue {
            guard flag else { throw .invalidSchema(pointer: pointer, reason: "false allows no value") }
            return .rule("value")
        }
        guard let object = schema.objectValue else {
            throw .invalidSchema(
                pointer: pointer, reason: "expected a schema (an object or a Boolean), found \(schema.kindDescription)")
        }
        try checkKeywords(object, pointer)
        if let reference = object["$ref"] { return try self.reference(reference, object, pointer) }
        if let value = object["const"] { return try enumeration([value], object["type"], pointer) }
        if let values = object["enum"] { return try enumeration(values, object["type"], pointer) }
        for keyword in ["anyOf", "oneOf"] {
            if let options = object[keyword] { return try self.options(options, object, keyword, pointer) }
        }
        if let parts = object["allOf"] { return try merged(parts, object, pointer) }
        return try typed(object, pointer)
    }

    private mutating func typed(_ object: JSONObject, _ pointer: String) throws(GrammarError) -> GrammarExpression {
        guard let type = object["type"] else {
            if object["properties"] != nil || object["additionalProperties"] != nil || object["required"] != nil {
                return try self.object(object, pointer)
            }
            if object["items"] != nil || object["prefixItems"] != nil { return try array(object, pointer) }
            let limits = object.keys.filter { !Self.annotations.contains($0) }
            guard limits.isEmpty else {
                throw .unsupportedSchema(pointer: pointer, reason: "'\(limits[0])' without 'type'")
            }
            return .rule("value")
        }
        if let types = type.arrayValue {
            guard !types.isEmpty else { throw .invalidSchema(pointer: pointer + "/type", reason: "no type") }
            var options: [GrammarExpression] = []
            for (index, type) in types.enumerated() {
                options.append(try single(type, object, pointer, at: "\(pointer)/type/\(index)"))
            }
            return .choice(options)
        }
        return try single(type, object, pointer, at: pointer + "/type")
    }

    private mutating func single(
        _ type: JSONValue, _ object: JSONObject, _ pointer: String, at place: String
    ) throws(GrammarError) -> GrammarExpression {
        switch type.stringValue {
        case "object": return try self.object(object, pointer)
        case "array": return try array(object, pointer)
        case "string": return try string(object, pointer)
        case "integer": return try integer(object, pointer)
        case "number": return try number(object, pointer)
        case "boolean": return .choice([.text("true"), .text("false")])
        case "null": return .text("null")
        default:
            throw .invalidSchema(
                pointer: place,
                reason: "expected one of object, array, string, integer, number, boolean, null")
        }
    }

    private func enumeration(
        _ values: JSONValue, _ type: JSONValue?, _ pointer: String
    ) throws(GrammarError) -> GrammarExpression {
        guard let values = values.arrayValue, !values.isEmpty else {
            throw .invalidSchema(pointer: pointer + "/enum", reason: "expected an array with at least one value")
        }
        let allowed = values.filter { Self.isOfType($0, type) }
        guard !allowed.isEmpty else {
            throw .invalidSchema(pointer: pointer + "/enum", reason: "no value has the type that is asked for")
        }
        return .choice(allowed.map { Self.exactly($0) })
    }

    /// Whether a value is of a type, or of one of several; anything is when no type is given.
    static func isOfType(_ value: JSONValue, _ type: JSONValue?) -> Bool {
        guard let type else { return true }
        if let types = type.arrayValue { return types.contains { isOfType(value, $0) } }
        return switch type.stringValue {
        case "object": value.objectValue != nil
        case "array": value.arrayValue != nil
        case "string": value.stringValue != nil
        case "integer": value.integerValue != nil
        case "number": value.doubleValue != nil
        case "boolean": value.boolValue != nil
        case "null": value.isNull
        default: false
        }
    }

    private mutating func options(
        _ options: JSONValue, _ object: JSONObject, _ keyword: String, _ pointer: String
    ) throws(GrammarError) -> GrammarExpression {
        guard let options = options.arrayValue, !options.isEmpty else {
            throw .invalidSchema(pointer: "\(pointer)/\(keyword)", reason: "expected an array with at least one schema")
        }
        var results: [GrammarExpression] = []
        for (index, option) in options.enumerated() {
            // What stands beside the keyword holds for every option.
            var around = object
            around[keyword] = nil
            let place = "\(pointer)/\(keyword)/\(index)"
            results.append(try expression(.object(try merge(around, with: option, place)), place))
        }
        return .choice(results)
    }

    private mutating func merged(
        _ parts: JSONValue, _ object: JSONObject, _ pointer: String
    ) throws(GrammarError) -> GrammarExpression {
        guard let parts = parts.arrayValue, !parts.isEmpty else {
            throw .invalidSchema(pointer: pointer + "/allOf", reason: "expected an array with at least one schema")
        }
        var all = object
        all["allOf"] = nil
        for (index, part) in parts.enumerated() { all = try merge(all, with: part, "\(pointer)/allOf/\(index)") }
        return try expression(.object(all), pointer)
    }

    /// This value and no other, its members in this order, with the white space that is allowed anywhere.
    private static func exactly(_ value: JSONValue) -> GrammarExpression {
        let items: [GrammarExpression]
        let brackets: (String, String)
        switch value {
        case .array(let elements):
            items = elements.map { exactly($0) }
            brackets = ("[", "]")
        case .object(let object):
            items = object.members.map { name, value in
                .sequence([.text(text(of: .string(name))), .rule("space"), .text(":"), .rule("space"), exactly(value)])
            }
            brackets = ("{", "}")
        default: return .text(text(of: value))
        }
        var parts: [GrammarExpression] = [.text(brackets.0), .rule("space")]
        for (index, item) in items.enumerated() {
            if index > 0 { parts += [.text(","), .rule("space")] }
            parts += [item, .rule("space")]
        }
        return .sequence(parts + [.text(brackets.1)])
    }

    /// The text of a value as it is written, without spaces.
    static func text(of value: JSONValue) -> String { JSONWriter().string(of: value) }
}
