internal import LLMTensor
internal import LLMTokenizer

extension SamplingParameters {
    /// Sound values for models whose files recommend none: temperature 0.8, the 40 likeliest tokens, 95 % of the
    /// mass, and nothing below 5 % of the likeliest.
    public static let balanced = SamplingParameters(temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05)
}

/// How a model's files say it should be run.
enum GenerationDefaults {
    /// The defaults in generation_config.json; its end tokens are added to those of the tokenizer.
    static func parameters(
        huggingFace document: JSONValue?, vocabularySize: Int, source: String
    ) throws(ModelLoadingError) -> GenerationParameters {
        var parameters = GenerationParameters(sampling: .balanced)
        guard let document else { return parameters }
        let node = JSONNode(document, source: source)
        do throws(JSONError) {
            if let ids = node["eos_token_id"].ifPresent {
                let list = ids.value?.arrayValue != nil ? try ids.elements() : [ids]
                for id in list { parameters.additionalEndTokens.insert(try token(id, vocabularySize)) }
            }
            guard let samples = node["do_sample"].ifPresent else { return parameters }
            guard try samples.bool() else {
                parameters.sampling = .greedy
                return parameters
            }
            // Values that the file leaves out are those of transformers' GenerationConfig.
            var sampling = SamplingParameters()
            sampling.temperature = try node["temperature"].ifPresent?.double() ?? 1
            sampling.topK = try node["top_k"].ifPresent?.integer() ?? 50
            sampling.topP = try node["top_p"].ifPresent?.double() ?? 1
            sampling.minP = try node["min_p"].ifPresent?.double() ?? 0
            sampling.penalties.repetition = try node["repetition_penalty"].ifPresent?.double() ?? 1
            parameters.sampling = sampling
        } catch {
            throw .json(error)
        }
        try validate(parameters.sampling, source: source)
        return parameters
    }

    private static func token(_ node: JSONNode, _ vocabularySize: Int) throws(JSONError) -> TokenID {
        let value = try node.integer()
        guard value >= 0, value < vocabularySize, let token = TokenID(exactly: value) else {
            throw node.error(expected: "a token identifier below \(vocabularySize)")
        }
        return token
    }

    /// The sampling that GGUF metadata recommends under `general.sampling.`, in llama.cpp's order of stages.
    static func parameters(gguf file: GGUFFile) throws(ModelLoadingError) -> GenerationParameters {
        var parameters = GenerationParameters(sampling: .balanced)
        func number(_ key: String) -> Double? {
            let value = file.metadata["general.sampling.\(key)"]
            return value?.float ?? value?.integer.map { Double($0) }
        }
        var stated = false
        func set(_ key: String, _ body: (inout SamplingParameters, Double) -> Void) {
            guard let value = number(key) else { return }
            stated = true
            body(&parameters.sampling, value)
        }
        set("temp") { $0.temperature = $1 }
        set("top_k") { $0.topK = max(0, Int(exactly: $1) ?? 0) }
        set("top_p") { $0.topP = $1 }
        set("min_p") { $0.minP = $1 }
        set("penalty_repeat") { $0.penalties.repetition = $1 }
        set("penalty_last_n") { $0.penalties.window = $1 < 0 ? nil : Int(exactly: $1) }
        if stated { parameters.sampling.temperatureOrder = .last }
        try validate(parameters.sampling, source: file.path)
        return parameters
    }

    private static func validate(_ sampling: SamplingParameters, source: String) throws(ModelLoadingError) {
        do throws(SamplingError) { try sampling.validate() } catch {
            guard case .invalidParameter(let name, let value, let expected) = error else { return }
            throw .invalidSetting(source: source, key: name, value: value, expected: expected)
        }
    }
}
