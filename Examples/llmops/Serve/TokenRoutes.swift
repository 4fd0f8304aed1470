#if CommandLine
    import Hummingbird
    import LLMModel
    import LLMServing
    import LLMTensor
    import LLMTokenizer

    /// `POST /tokenize` and `POST /detokenize`, as vLLM has them.
    enum TokenRoutes {
        static func tokenize(
            _ request: Request, _ models: [ModelEndpoint], _ limits: BodyLimits
        ) async throws -> Response {
            let fields = try await body(request, limits)
            let version = try version(fields, models)
            guard let text = fields["prompt"]?.stringValue else {
                throw OpenAIError.invalid(
                    "prompt", code: "missing_required_parameter", "Missing required parameter: 'prompt'.")
            }
            let special = fields["add_special_tokens"]?.boolValue ?? true
            let tokens = version.bundle.tokenizer.encode(text, addSpecialTokens: special)
            var object = JSONObject()
            object["count"] = .integer(Int64(tokens.count))
            object["max_model_len"] = .integer(Int64(version.contextLength))
            object["tokens"] = .array(tokens.map { .integer(Int64($0)) })
            return .json(.object(object))
        }

        static func detokenize(
            _ request: Request, _ models: [ModelEndpoint], _ limits: BodyLimits
        ) async throws -> Response {
            let fields = try await body(request, limits)
            let version = try version(fields, models)
            let size = version.bundle.tokenizer.vocabularySize
            guard let values = fields["tokens"]?.arrayValue else {
                throw OpenAIError.invalid(
                    "tokens", code: "missing_required_parameter", "Missing required parameter: 'tokens'.")
            }
            let tokens = try values.enumerated().map { index, value in
                guard let token = value.integerValue, (0..<size).contains(token) else {
                    throw OpenAIError.invalid(
                        "tokens[\(index)]", code: "invalid_value", "Invalid 'tokens[\(index)]': not a token id.")
                }
                return TokenID(token)
            }
            var object = JSONObject()
            object["prompt"] = .string(version.bundle.tokenizer.decode(tokens, skipSpecialTokens: false))
            return .json(.object(object))
        }

        static func body(_ request: Request, _ limits: BodyLimits) async throws -> JSONObject {
            let bytes = try await limits.read(request)
            do {
                guard let object = try JSONValue.parse(bytes, source: "body").objectValue else {
                    throw OpenAIError.invalid(nil, code: "invalid_type", "Invalid body: expected an object.")
                }
                return object
            } catch let error as JSONError {
                throw OpenAIError.invalid(nil, code: nil, "We could not parse the JSON body of your request: \(error)")
            }
        }

        private static func version(
            _ fields: JSONObject, _ models: [ModelEndpoint]
        ) throws -> ModelEndpoint.Version {
            let name = fields["model"]?.stringValue ?? models.first?.name ?? ""
            guard let model = models.first(where: { $0.name == name }) else { throw OpenAIError.noModel(name) }
            do { return try model.version(nil) } catch { throw OpenAIError(error) }
        }
    }
#endif
