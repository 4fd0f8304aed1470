public import LLMModel
public import LLMTensor
internal import LLMTokenizer

/// Turns embedding requests into vectors.
public struct EmbeddingService: Sendable {
    /// The name clients ask for.
    public let name: String
    /// When it was put in service, in seconds since 1970.
    public let created: Int
    private let embedder: TextEmbedder

    /// A service over an encoder.
    public init(name: String, created: Int, embedder: TextEmbedder) {
        self.name = name
        self.created = created
        self.embedder = embedder
    }

    /// The model in the list of models.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("id", .string(name)), ("object", .string("model")), ("created", .integer(Int64(created))),
                ("owned_by", .string("llmops")),
            ]))
    }

    /// The answer to a request. Blocks the calling thread while the encoder works.
    ///
    /// - Throws: ``OpenAIError``.
    public func answer(_ request: EmbeddingRequest) throws(OpenAIError) -> JSONValue {
        guard request.model == name else { throw .noModel(request.model) }
        if let dimensions = request.dimensions, dimensions != embedder.dimension {
            throw .unsupported(
                "dimensions", "This model gives \(embedder.dimension) dimensions and does not support others.")
        }
        // An encoder reads text of its own tokenizer; tokens are turned back first.
        let texts = request.inputs.map { $0.text(embedder.tokenizer) }
        let vectors: [[Float]]
        do {
            vectors = try embedder.embed(texts)
        } catch {
            throw OpenAIError(status: 500, message: "\(error)", type: "server_error", code: "internal_error")
        }
        let data = vectors.enumerated().map { index, vector in
            let value: JSONValue =
                request.usesBase64 ? .string(Base64.text(of: vector)) : .array(vector.map { .number(Double($0)) })
            return JSONValue.object(
                JSONObject([
                    ("object", .string("embedding")), ("index", .integer(Int64(index))), ("embedding", value),
                ]))
        }
        let tokens = texts.reduce(0) { $0 + min(embedder.tokenizer.encode($1).count, embedder.maximumLength) }
        let usage = JSONObject([
            ("prompt_tokens", .integer(Int64(tokens))), ("total_tokens", .integer(Int64(tokens))),
        ])
        return .object(
            JSONObject([
                ("object", .string("list")), ("data", .array(data)), ("model", .string(name)),
                ("usage", .object(usage)),
            ]))
    }
}

/// RFC 4648 base64.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Floats as little-endian bytes in base64.
    static func text(of vector: [Float]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for value in vector {
            let bits = value.bitPattern.littleEndian
            withUnsafeBytes(of: bits) { bytes.append(contentsOf: $0) }
        }
        return text(of: bytes)
    }

    static func text(of bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
            for place in 0..<4 {
                result.append(
                    place <= count ? alphabet[Int(group >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
