internal import LLMTensor

extension SchemaTranslator {
    /// Keywords that say nothing about which values are valid.
    static let annotations: Set<String> = [
        "$schema", "$id", "$anchor", "$comment", "$defs", "definitions", "title", "description", "default", "examples",
        "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType",
    ]

    private static let known: Set<String> = [
        "$ref", "const", "enum", "anyOf", "oneOf", "allOf", "type", "properties", "required", "additionalProperties",
        "items", "prefixItems", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format", "minimum",
        "maximum", "exclusiveMinimum", "exclusiveMaximum",
    ]

    /// Refuses what cannot be kept: a keyword that is passed over would make the promise of the schema a lie.
    func checkKeywords(_ object: JSONObject, _ pointer: String) throws(GrammarError) {
        for key in object.keys
        where !Self.known.contains(key) && !Self.annotations.contains(key) && !key.hasPrefix("x-") {
            throw .unsupportedSchema(pointer: pointer, reason: "keyword '\(key)'")
        }
        for keyword in ["const", "enum"] where object[keyword] != nil {
            let others = object.keys.filter { $0 != keyword && $0 != "type" && !Self.annotations.contains($0) }
            guard others.isEmpty else {
                throw .unsupportedSchema(pointer: pointer, reason: "'\(others[0])' beside '\(keyword)'")
            }
        }
    }

    /// A count that a keyword gives.
    func count(_ object: JSONObject, _ keyword: String, _ pointer: String) throws(GrammarError) -> Int? {
        guard let value = object[keyword] else { return nil }
        guard let count = value.integerValue, count >= 0 else {
            throw .invalidSchema(pointer: "\(pointer)/\(keyword)", reason: "expected a number of 0 or more")
        }
        return count
    }

    /// Counts from two keywords, the smaller first.
    func counts(
        _ object: JSONObject, _ least: String, _ most: String, _ pointer: String
    ) throws(GrammarError) -> (minimum: Int, maximum: Int?) {
        let minimum = try count(object, least, pointer) ?? 0
        let maximum = try count(object, most, pointer)
        if let maximum, maximum < minimum {
            throw .invalidSchema(pointer: pointer, reason: "\(most) (\(maximum)) is less than \(least) (\(minimum))")
        }
        return (minimum, maximum)
    }

    // MARK: References

    mutating func reference(
        _ reference: JSONValue, _ object: JSONObject, _ pointer: String
    ) throws(GrammarError) -> GrammarExpression {
        let others = object.keys.filter { $0 != "$ref" && !Self.annotations.contains($0) }
        guard others.isEmpty else {
            throw .unsupportedSchema(pointer: pointer, reason: "'\(others[0])' beside '$ref'")
        }
        let (target, schema) = try resolved(reference, pointer)
        if target.isEmpty { return .rule(Self.root) }
        let name = Self.ruleName(target)
        if rules[name] == nil {
            rules[name] = .empty
            pending.append((target, schema))
        }
        return .rule(name)
    }

    /// The schema that a local reference names.
    private func resolved(
        _ reference: JSONValue, _ pointer: String
    ) throws(GrammarError) -> (pointer: String, schema: JSONValue) {
        let place = pointer + "/$ref"
        guard let text = reference.stringValue else {
            throw .invalidSchema(pointer: place, reason: "expected a string")
        }
        guard text == "#" || text.hasPrefix("#/") else {
            throw .unsupportedSchema(pointer: place, reason: "'\(text)' is not in this document (expected '#/...')")
        }
        var schema = document
        let target = String(text.dropFirst())
        for part in target.split(separator: "/") {
            let key = Self.unescaped(String(part))
            let next = schema[key] ?? Int(key).flatMap { schema[$0] }
            guard let next else { throw .invalidSchema(pointer: place, reason: "'\(text)' names nothing") }
            schema = next
        }
        return (target, schema)
    }

    /// RFC 6901: `~1` is a slash, `~0` a tilde; in a fragment, percent signs escape.
    private static func unescaped(_ part: String) -> String {
        var bytes: [UInt8] = []
        let source = Array(part.utf8)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == 0x7E, index + 1 < source.count, source[index + 1] == 0x31 || source[index + 1] == 0x30 {
                bytes.append(source[index + 1] == 0x31 ? 0x2F : 0x7E)
                index += 2
            } else if byte == 0x25, index + 2 < source.count,
                let value = UInt8(String(decoding: source[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
            } else {
                bytes.append(byte)
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One schema for both: of keywords that both have, only those that can be joined exactly.
    func merge(
        _ object: JSONObject, with other: JSONValue, _ pointer: String, depth: Int = 0
    ) throws(GrammarError) -> JSONObject {
        guard depth < 50 else {
            throw .unsupportedSchema(pointer: pointer, reason: "schemas that refer to each other without end")
        }
        let constraints = object.keys.filter { !Self.annotations.contains($0) }
        guard var result = other.objectValue else {
            guard other.boolValue == true else {
                throw .invalidSchema(pointer: pointer, reason: "expected a schema that allows something")
            }
            return object
        }
        if constraints.isEmpty { return result }
        if let reference = object["$ref"] {
            var rest = object
            rest["$ref"] = nil
            let target = try resolved(reference, pointer).schema
            let both = try merge(rest, with: target, pointer, depth: depth + 1)
            return try merge(both, with: other, pointer, depth: depth + 1)
        }
        if let reference = result["$ref"] {
            let target = try resolved(reference, pointer).schema
            result["$ref"] = nil
            let both = try merge(object, with: target, pointer, depth: depth + 1)
            return try merge(both, with: .object(result), pointer, depth: depth + 1)
        }
        for key in constraints {
            guard let value = object[key] else { continue }
            guard let present = result[key], present != value else {
                result[key] = value
                continue
            }
            result[key] = try joined(key, value, present, pointer)
        }
        return result
    }

    private func joined(
        _ key: String, _ first: JSONValue, _ second: JSONValue, _ pointer: String
    ) throws(GrammarError) -> JSONValue {
        switch key {
        case "properties":
            guard var all = first.objectValue, let more = second.objectValue else { break }
            for (name, value) in more.members {
                if let present = all[name], present != value {
                    all[name] = .object(try merge(present.objectValue ?? JSONObject(), with: value, pointer))
                } else {
                    all[name] = value
                }
            }
            return .object(all)
        case "required":
            guard let left = first.arrayValue, let right = second.arrayValue else { break }
            return .array(left + right.filter { !left.contains($0) })
        case "minimum", "minLength", "minItems", "exclusiveMinimum":
            guard let left = first.doubleValue, let right = second.doubleValue else { break }
            return left >= right ? first : second
        case "maximum", "maxLength", "maxItems", "exclusiveMaximum":
            guard let left = first.doubleValue, let right = second.doubleValue else { break }
            return left <= right ? first : second
        default: break
        }
        throw .unsupportedSchema(pointer: pointer, reason: "two different values of '\(key)' that hold at once")
    }
}
