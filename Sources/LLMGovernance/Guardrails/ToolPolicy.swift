public import LLMTensor

/// Which tools a model may call, with which arguments, how often (OWASP LLM06:2025, LLM07/08:2023).
///
/// What is not listed is refused, and so are arguments that are not in a tool's schema. Immutable.
public struct ToolPolicy: Sendable {
    /// A tool that may be called.
    public struct Tool: Sendable {
        /// JSON Schema of the arguments: `type`, `properties`, `required`, `enum`, `const`, `minimum`, `maximum`,
        /// `minLength`, `maxLength`, `items`, `minItems`, `maxItems`; other members are refused when the policy is
        /// made. Members that are not in `properties` are not allowed.
        public var schema: JSONValue
        /// The most calls in one conversation.
        public var largestCallCount: Int
        /// Whether a person has to agree to each call.
        public var needsApproval: Bool

        /// A tool.
        public init(schema: JSONValue, largestCallCount: Int = 100, needsApproval: Bool = false) {
            self.schema = schema
            self.largestCallCount = largestCallCount
            self.needsApproval = needsApproval
        }
    }

    /// The answer to a call.
    public enum Decision: Sendable, Hashable {
        case allowed
        /// A person has to agree.
        case needsApproval
        case refused(reason: String)
    }

    /// The tools by name.
    public let tools: [String: Tool]
    /// The most calls of all tools in one conversation.
    public let largestCallCount: Int

    /// A policy.
    ///
    /// - Throws: ``ToolPolicyError`` when a schema has a member that is not checked.
    public init(tools: [String: Tool], largestCallCount: Int = 50) throws(ToolPolicyError) {
        for (name, tool) in tools { try ToolSchema.check(tool.schema, path: name) }
        self.tools = tools
        self.largestCallCount = largestCallCount
    }

    /// Whether a call may be made.
    ///
    /// - Parameter earlier: Names of the tools called before in this conversation.
    public func decide(tool name: String, arguments: JSONValue, earlier: [String]) -> Decision {
        guard let tool = tools[name] else { return .refused(reason: "\(name) is not an allowed tool") }
        if earlier.count >= largestCallCount { return .refused(reason: "\(earlier.count) calls in one conversation") }
        let calls = earlier.count { $0 == name }
        if calls >= tool.largestCallCount { return .refused(reason: "\(name) was called \(calls) times already") }
        if let reason = ToolSchema.violation(arguments, tool.schema, path: name) { return .refused(reason: reason) }
        return tool.needsApproval ? .needsApproval : .allowed
    }
}

/// A schema that cannot be enforced.
public struct ToolPolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where.
    public var path: String
    /// What.
    public var reason: String

    /// What a user can act on.
    public var description: String { "schema of \(path): \(reason)" }
}

enum ToolSchema {
    private static let known: Set<String> = [
        "type", "properties", "required", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "items",
        "minItems", "maxItems", "description", "title", "default", "examples", "additionalProperties",
    ]
    private static let types: Set<String> = ["object", "array", "string", "integer", "number", "boolean", "null"]

    static func check(_ schema: JSONValue, path: String, depth: Int = 0) throws(ToolPolicyError) {
        guard let object = schema.objectValue, depth < 32 else {
            throw ToolPolicyError(path: path, reason: "is no object, or nested too deeply")
        }
        if let unknown = object.keys.first(where: { !known.contains($0) }) {
            throw ToolPolicyError(path: path, reason: "\"\(unknown)\" is not checked here, so it must not stand in it")
        }
        guard let type = schema["type"]?.stringValue, types.contains(type) else {
            throw ToolPolicyError(path: path, reason: "needs one \"type\"")
        }
        if let additional = schema["additionalProperties"], additional != .bool(false) {
            throw ToolPolicyError(path: path, reason: "additional members are never allowed")
        }
        for (name, member) in schema["properties"]?.objectValue?.members ?? zip([], []) {
            try check(member, path: path + "." + name, depth: depth + 1)
        }
        if let items = schema["items"] { try check(items, path: path + "[]", depth: depth + 1) }
    }

    /// What is wrong with a value; nil when nothing is.
    static func violation(_ value: JSONValue, _ schema: JSONValue, path: String) -> String? {
        let type = schema["type"]?.stringValue ?? ""
        guard has(value, type) else { return "\(path) is \(value.kindDescription), not \(type)" }
        if let allowed = schema["enum"]?.arrayValue, !allowed.contains(value) {
            return "\(path) is none of the allowed values"
        }
        if let constant = schema["const"], constant != value { return "\(path) is not the allowed value" }
        if let number = value.doubleValue {
            if let least = schema["minimum"]?.doubleValue, number < least { return "\(path) is below \(least)" }
            if let most = schema["maximum"]?.doubleValue, number > most { return "\(path) is above \(most)" }
        }
        if let text = value.stringValue {
            let count = text.unicodeScalars.count
            if let least = schema["minLength"]?.integerValue, count < least { return "\(path) is too short" }
            if let most = schema["maxLength"]?.integerValue, count > most { return "\(path) is too long" }
        }
        if let elements = value.arrayValue {
            if let least = schema["minItems"]?.integerValue, elements.count < least {
                return "\(path) has too few elements"
            }
            if let most = schema["maxItems"]?.integerValue, elements.count > most {
                return "\(path) has too many elements"
            }
            guard let items = schema["items"] else { return elements.isEmpty ? nil : "\(path) has elements" }
            for (index, element) in elements.enumerated() {
                if let reason = violation(element, items, path: "\(path)[\(index)]") { return reason }
            }
        }
        if let object = value.objectValue {
            if !object.duplicateKeys.isEmpty { return "\(path) has \(object.duplicateKeys[0]) twice" }
            for required in schema["required"]?.arrayValue ?? [] {
                if let name = required.stringValue, object[name] == nil { return "\(path).\(name) is missing" }
            }
            for (name, member) in object.members {
                guard let inner = schema["properties"]?[name] else { return "\(path).\(name) is not an argument" }
                if let reason = violation(member, inner, path: path + "." + name) { return reason }
            }
        }
        return nil
    }

    private static func has(_ value: JSONValue, _ type: String) -> Bool {
        switch type {
        case "object": value.objectValue != nil
        case "array": value.arrayValue != nil
        case "string": value.stringValue != nil
        case "integer": value.integerValue != nil
        case "number": value.doubleValue != nil
        case "boolean": value.boolValue != nil
        default: value.isNull
        }
    }
}
