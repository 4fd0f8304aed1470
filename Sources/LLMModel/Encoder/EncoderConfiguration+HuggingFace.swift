package import LLMTensor

extension EncoderConfiguration {
    /// The families this library runs.
    package static let families = ["bert", "distilbert", "roberta", "xlm-roberta", "camembert"]

    /// The configuration in a Hugging Face config.json.
    ///
    /// - Parameter source: the file's path, for errors.
    /// - Throws: ``ModelLoadingError`` naming the file, the key and what was expected.
    package init(huggingFace document: JSONValue, source: String) throws(ModelLoadingError) {
        guard let family = document["model_type"]?.stringValue else {
            throw .missingSetting(source: source, key: "model_type")
        }
        guard Self.families.contains(family) else {
            throw .unknownArchitecture(source: source, name: family, known: Self.families)
        }
        func size(_ keys: [String], or fallback: Int? = nil) throws(ModelLoadingError) -> Int {
            for key in keys {
                guard let stated = document[key], !stated.isNull else { continue }
                guard let value = stated.integerValue, value > 0, value <= 1 << 28 else {
                    throw .invalidSetting(
                        source: source, key: key, value: JSONWriter().string(of: stated), expected: "1 to \(1 << 28)")
                }
                return value
            }
            guard let fallback else { throw .missingSetting(source: source, key: keys[0]) }
            return fallback
        }
        let hidden = try size(["hidden_size", "dim"])
        let heads = try size(["num_attention_heads", "n_heads"])
        guard hidden % heads == 0 else {
            throw .invalidSetting(
                source: source, key: "num_attention_heads", value: "\(heads)",
                expected: "a divisor of the hidden size \(hidden)")
        }
        if let kind = document["position_embedding_type"]?.stringValue, kind != "absolute" {
            throw .unsupported(source: source, feature: "position_embedding_type \"\(kind)\"")
        }
        let isRoberta = ["roberta", "xlm-roberta", "camembert"].contains(family)
        let positions = try size(["max_position_embeddings"])
        let padding = document["pad_token_id"]?.integerValue ?? 1
        let first = isRoberta ? padding + 1 : 0
        guard (0..<positions).contains(first) else {
            throw .invalidSetting(
                source: source, key: "pad_token_id", value: "\(padding)", expected: "less than \(positions) positions")
        }
        let epsilon = document["layer_norm_eps"]?.doubleValue ?? 1e-12
        guard epsilon.isFinite, epsilon > 0 else {
            throw .invalidSetting(source: source, key: "layer_norm_eps", value: "\(epsilon)", expected: "above 0")
        }
        self.init(
            family: family, vocabularySize: try size(["vocab_size"]), hiddenSize: hidden,
            intermediateSize: try size(["intermediate_size", "hidden_dim"]),
            layerCount: try size(["num_hidden_layers", "n_layers"]), headCount: heads, positionCount: positions,
            firstPosition: first, typeCount: family == "distilbert" ? 0 : try size(["type_vocab_size"], or: 2),
            activation: try Self.activation(document, source: source), epsilon: Float(epsilon))
    }

    private static func activation(
        _ document: JSONValue, source: String
    ) throws(ModelLoadingError) -> Activation {
        switch document["hidden_act"]?.stringValue ?? document["activation"]?.stringValue ?? "gelu" {
        case "gelu": return .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
        case "relu": return .relu
        case "silu", "swish": return .silu
        case let name: throw .unsupported(source: source, feature: "activation \"\(name)\"")
        }
    }
}
