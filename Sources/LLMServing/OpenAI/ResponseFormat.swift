internal import LLMModel
internal import LLMTensor

/// The `response_format` of a request.
enum ResponseFormat {
    /// What the answer is held to; nil for free text.
    ///
    /// - Throws: ``OpenAIError`` naming the parameter, and the place in the schema that cannot be kept.
    static func grammar(_ fields: RequestFields) throws(OpenAIError) -> Grammar? {
        guard let format = try fields.object("response_format") else { return nil }
        switch try format.string("type") {
        case "text": return nil
        case "json_object": return try compiled("response_format", ["type": "object"])
        case "json_schema":
            guard let description = try format.object("json_schema") else {
                throw .invalid(
                    "response_format.json_schema", code: "missing_required_parameter",
                    "Missing required parameter: 'response_format.json_schema'.")
            }
            return try compiled("response_format.json_schema.schema", try description.required("schema"))
        case nil:
            throw .invalid(
                "response_format.type", code: "missing_required_parameter",
                "Missing required parameter: 'response_format.type'.")
        case .some(let other):
            throw .invalid(
                "response_format.type", code: "invalid_value",
                "Invalid value: '\(other)'. Supported values are: 'text', 'json_object' and 'json_schema'.")
        }
    }

    private static func compiled(_ parameter: String, _ schema: JSONValue) throws(OpenAIError) -> Grammar {
        do throws(GrammarError) {
            return try Grammar(jsonSchema: schema)
        } catch {
            throw .invalid(
                parameter, code: "invalid_json_schema", "Invalid schema for '\(parameter)': \(error).")
        }
    }
}
