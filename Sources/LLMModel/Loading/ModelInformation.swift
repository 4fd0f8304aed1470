public import LLMTensor

/// What a model's files say about it; a fact that no file states is nil, never guessed.
public struct ModelInformation: Sendable, Equatable {
    /// The file format: `gguf` or `huggingface`.
    public var format: String
    /// The architecture as the file names it.
    public var architecture: String?
    /// The model's name.
    public var name: String?
    /// The licence as the model's files state it: an SPDX identifier in most.
    public var licence: String?
    /// Numbers in all weights.
    public var parameterCount: Int
    /// Bytes of all weight files.
    public var byteCount: Int
    /// How the weights are stored.
    public var quantization: Quantization
    /// Sizes of the architecture, by the names of ``DecoderConfiguration``; empty when it is not a known decoder.
    public var layerCount: Int?
    /// Width of the residual stream.
    public var hiddenSize: Int?
    /// Longest sequence the model was trained for, in tokens.
    public var contextLength: Int?
    /// Rows of the token embedding.
    public var vocabularySize: Int?
    /// The kind of tokenizer as the file names it.
    public var tokenizer: String?
    /// Whether the model comes with a chat template.
    public var hasChatTemplate: Bool

    /// How the weights of a model are stored.
    public struct Quantization: Sendable, Equatable {
        /// The usual name: what the file says (`Q4_K_M`), or the type that takes the most bytes.
        public var name: String
        /// Per element type, the most elements first: tensors, elements and bytes.
        public var types: [TypeShare]
        /// Bits per weight, all tensors together.
        public var bitsPerWeight: Double
    }

    /// What one element type contributes to a model.
    public struct TypeShare: Sendable, Equatable {
        /// The type.
        public var type: ElementType
        /// Tensors of this type.
        public var tensorCount: Int
        /// Numbers in them.
        public var elementCount: Int
        /// Bytes they take.
        public var byteCount: Int
    }
}

extension ModelInformation.Quantization {
    /// A summary of tensors; `statedName` is what the file calls the mixture.
    init(tensors: some Sequence<(type: ElementType, elements: Int, bytes: Int)>, statedName: String?) {
        var shares: [ElementType: ModelInformation.TypeShare] = [:]
        for tensor in tensors {
            let empty = ModelInformation.TypeShare(
                type: tensor.type, tensorCount: 0, elementCount: 0, byteCount: 0)
            shares[tensor.type, default: empty].tensorCount += 1
            shares[tensor.type, default: empty].elementCount += tensor.elements
            shares[tensor.type, default: empty].byteCount += tensor.bytes
        }
        types = shares.values.sorted {
            ($1.elementCount, $0.type.rawValue) < ($0.elementCount, $1.type.rawValue)
        }
        let elements = types.reduce(0) { $0 + $1.elementCount }
        let bytes = types.reduce(0) { $0 + $1.byteCount }
        bitsPerWeight = elements > 0 ? 8 * Double(bytes) / Double(elements) : 0
        name = statedName ?? types.max { $0.byteCount < $1.byteCount }.map { "\($0.type)" } ?? "none"
    }
}

extension ModelInformation {
    /// The information as JSON, in the words of the command line.
    public var json: JSONValue {
        var object = JSONObject()
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        func number(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
        object["format"] = .string(format)
        object["architecture"] = text(architecture)
        object["name"] = text(name)
        object["parameters"] = number(parameterCount)
        object["quantization"] = .string(quantization.name)
        object["bits_per_weight"] = .number((quantization.bitsPerWeight * 1000).rounded() / 1000)
        var types = JSONObject()
        for share in quantization.types {
            var entry = JSONObject()
            entry["tensors"] = number(share.tensorCount)
            entry["elements"] = number(share.elementCount)
            entry["bytes"] = number(share.byteCount)
            types["\(share.type)"] = .object(entry)
        }
        object["types"] = .object(types)
        object["layers"] = number(layerCount)
        object["hidden_size"] = number(hiddenSize)
        object["context_length"] = number(contextLength)
        object["vocabulary_size"] = number(vocabularySize)
        object["tokenizer"] = text(tokenizer)
        object["chat_template"] = .bool(hasChatTemplate)
        object["licence"] = text(licence)
        object["bytes"] = number(byteCount)
        return .object(object)
    }
}
