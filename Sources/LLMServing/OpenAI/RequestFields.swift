package import LLMTensor

/// The members of a request, read with the errors of the OpenAI interface: the parameter, what was expected, what was there.
///
/// Members that nobody asks for are ignored; `null` counts as left out.
package struct RequestFields {
    private let object: JSONObject
    /// Prefix of parameter names: empty, or `messages[0].`.
    private let prefix: String

    /// Reads the body of a request.
    package init(body: UnsafeRawBufferPointer) throws(OpenAIError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(bytes: body, source: "body")
        } catch {
            throw .invalid(
                nil, code: nil,
                "We could not parse the JSON body of your request: expected \(error.expected), found \(error.found) at \(error.path)."
            )
        }
        guard let object = value.objectValue else {
            throw .invalid(
                nil, code: "invalid_type", "Invalid body: expected an object, but got \(value.kindDescription) instead."
            )
        }
        self.init(object, prefix: "")
    }

    init(_ object: JSONObject, prefix: String) {
        self.object = object
        self.prefix = prefix
    }

    /// The member; nil when it is left out or `null`.
    package subscript(key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// The full name of a parameter.
    func name(_ key: String) -> String { prefix + key }

    /// A member that must be there.
    func required(_ key: String) throws(OpenAIError) -> JSONValue {
        guard let value = self[key] else {
            throw .invalid(
                name(key), code: "missing_required_parameter", "Missing required parameter: '\(name(key))'.")
        }
        return value
    }

    /// An error about a member of another type.
    func wrongType(_ key: String, _ expected: String) -> OpenAIError {
        .invalid(
            name(key), code: "invalid_type",
            "Invalid type for '\(name(key))': expected \(expected), but got \(self[key]?.kindDescription ?? "nothing") instead."
        )
    }

    package func string(_ key: String) throws(OpenAIError) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.stringValue else { throw wrongType(key, "a string") }
        return text
    }

    package func bool(_ key: String) throws(OpenAIError) -> Bool? {
        guard let value = self[key] else { return nil }
        guard let flag = value.boolValue else { throw wrongType(key, "a boolean") }
        return flag
    }

    package func integer(_ key: String, _ range: ClosedRange<Int>) throws(OpenAIError) -> Int? {
        guard let value = self[key] else { return nil }
        guard let number = value.integerValue else { throw wrongType(key, "an integer") }
        if number < range.lowerBound {
            throw outOfRange(key, "integer_below_min_value", ">= \(range.lowerBound)", "\(number)")
        }
        if number > range.upperBound {
            throw outOfRange(key, "integer_above_max_value", "<= \(range.upperBound)", "\(number)")
        }
        return number
    }

    package func number(_ key: String, _ range: ClosedRange<Double>) throws(OpenAIError) -> Double? {
        guard let value = self[key] else { return nil }
        guard let number = value.doubleValue, number.isFinite else { throw wrongType(key, "a decimal") }
        if number < range.lowerBound {
            throw outOfRange(key, "decimal_below_min_value", ">= \(range.lowerBound)", "\(number)")
        }
        if number > range.upperBound {
            throw outOfRange(key, "decimal_above_max_value", "<= \(range.upperBound)", "\(number)")
        }
        return number
    }

    package func object(_ key: String) throws(OpenAIError) -> RequestFields? {
        guard let value = self[key] else { return nil }
        guard let object = value.objectValue else { throw wrongType(key, "an object") }
        return RequestFields(object, prefix: name(key) + ".")
    }

    package func array(_ key: String) throws(OpenAIError) -> [JSONValue]? {
        guard let value = self[key] else { return nil }
        guard let elements = value.arrayValue else { throw wrongType(key, "an array") }
        return elements
    }

    /// Names of the members, `null` ones included.
    var keys: [String] { object.keys }

    private func outOfRange(_ key: String, _ code: String, _ bound: String, _ found: String) -> OpenAIError {
        let kind = code.hasPrefix("integer") ? "integer" : "decimal"
        let side = code.contains("below") ? "below minimum" : "above maximum"
        return .invalid(
            name(key), code: code,
            "Invalid '\(name(key))': \(kind) \(side) value. Expected a value \(bound), but got \(found) instead.")
    }
}
