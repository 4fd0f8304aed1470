internal import LLMTensor
public import LLMTokenizer

/// An encoder with its tokenizer, and the pooling and normalization its files ask for.
///
/// Reads Hugging Face directories of the BERT, RoBERTa and DistilBERT families, with the settings of sentence-transformers
/// (`modules.json`) where they are there. Immutable; may be shared between threads.
///
/// ```swift
/// let embedder = try TextEmbedder.load(path: "all-MiniLM-L6-v2")
/// let vectors = try embedder.embed(["A printer is jammed.", "Paper stuck in tray two."])
/// ```
///
/// Source: Reimers and Gurevych, "Sentence-BERT", 2019, arXiv 1908.10084.
public struct TextEmbedder: TextEncoder {
    /// The transformer.
    public let encoder: TransformerEncoder
    /// Text to tokens.
    public let tokenizer: any Tokenizer
    /// How token vectors become one; several are put side by side.
    public var poolings: [Pooling]
    /// Whether vectors are scaled to length one.
    public var normalizes: Bool
    /// Longest sequence in tokens, special ones included; longer texts are cut.
    public var maximumLength: Int
    private let lowercases: Bool

    /// Numbers in a vector.
    public var dimension: Int { encoder.configuration.hiddenSize * poolings.count }

    /// Loads a model directory.
    ///
    /// - Throws: ``ModelLoadingError`` naming the file and what is wrong with it.
    public static func load(
        path: String, compute: EncoderCompute = .int8, threads: Int? = nil
    ) throws(ModelLoadingError) -> TextEmbedder {
        try load(path: path, compute: compute, threads: threads, kernels: .best)
    }

    /// With the kernels of a certain instruction set.
    static func load(
        path: String, compute: EncoderCompute, threads: Int?, kernels: Kernels
    ) throws(ModelLoadingError) -> TextEmbedder {
        guard case .huggingFace(let directory) = try ModelFiles.open(path) else {
            throw .unsupported(source: path, feature: "an encoder in a GGUF file")
        }
        return try TextEmbedder(directory, compute: compute, threads: threads, kernels: kernels)
    }

    private init(
        _ directory: HuggingFaceDirectory, compute: EncoderCompute, threads: Int?, kernels: Kernels
    ) throws(ModelLoadingError) {
        let configuration = try EncoderConfiguration(huggingFace: directory.config, source: directory.configPath)
        let weights = try EncoderWeights(try directory.checkpoint(), configuration)
        let settings = try SentenceSettings(directory)
        do throws(TensorError) {
            encoder = try TransformerEncoder(
                configuration: configuration, weights: weights, compute: compute,
                threadCount: threads ?? ComputePool.processorCount, kernels: kernels)
        } catch {
            throw .decoder(source: directory.path, error: error)
        }
        do throws(TokenizerError) { tokenizer = try TokenizerLoader.load(path: directory.path) } catch {
            throw .tokenizer(error)
        }
        poolings = settings.poolings
        normalizes = settings.normalizes
        maximumLength = min(settings.maximumLength ?? .max, configuration.contextLength)
        lowercases = settings.lowercases
    }

    /// One vector per text, in order.
    ///
    /// Blocks the calling thread; the work is done by the encoder's own threads.
    /// - Throws: ``DecoderError`` when the tokenizer gives tokens the encoder does not have, `CancellationError`.
    public func embed(_ texts: [String]) throws -> [[Float]] {
        let options = EncodingOptions(truncation: Truncation(maximumLength: maximumLength))
        var encodings = [Encoding](repeating: Encoding(ids: []), count: texts.count)
        encodings.withUnsafeMutableBufferPointer { out in
            encoder.pool.forEachUnit(of: texts.count) { index, _ in
                out[index] = tokenizer.encoding(prepared(texts[index]), options: options)
            }
        }
        var result: [[Float]] = []
        result.reserveCapacity(texts.count)
        try encoder.encode(encodings.map(\.ids), types: hasTypes ? encodings.map(\.typeIDs) : nil) { index, rows in
            result.append(vector(rows, count: encodings[index].count))
        }
        return result
    }

    private var hasTypes: Bool { encoder.configuration.typeCount > 1 }

    private func vector(_ rows: UnsafeBufferPointer<Float>, count: Int) -> [Float] {
        let width = encoder.configuration.hiddenSize
        guard count > 0 else { return [Float](repeating: 0, count: dimension) }
        var vector = poolings.flatMap { $0.pool(rows, count: count, width: width) }
        if normalizes {
            let length = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            // sentence-transformers does not divide by less.
            let factor = 1 / max(length, 1e-12)
            for index in vector.indices { vector[index] *= factor }
        }
        return vector
    }

    private func prepared(_ text: String) -> String {
        lowercases ? text.lowercased() : text
    }
}

/// The settings of sentence-transformers in a model directory.
private struct SentenceSettings {
    var poolings: [Pooling] = [.mean]
    var normalizes = false
    var maximumLength: Int?
    var lowercases = false

    init(_ directory: HuggingFaceDirectory) throws(ModelLoadingError) {
        if let settings = try directory.json("sentence_bert_config.json") {
            maximumLength = settings["max_seq_length"]?.integerValue
            lowercases = settings["do_lower_case"]?.boolValue ?? false
        }
        if let length = maximumLength, length < 2 {
            throw .invalidSetting(
                source: directory.path + "/sentence_bert_config.json", key: "max_seq_length", value: "\(length)",
                expected: "at least 2")
        }
        guard let modules = try directory.json("modules.json")?.arrayValue else { return }
        for module in modules {
            let type = module["type"]?.stringValue ?? ""
            let name = type.split(separator: ".").last.map(String.init) ?? ""
            switch name {
            case "Transformer", "Dropout": break
            case "Normalize": normalizes = true
            case "Pooling": poolings = try Self.poolings(directory, folder: module["path"]?.stringValue ?? "1_Pooling")
            default:
                throw .unsupported(source: directory.path + "/modules.json", feature: "the module \"\(type)\"")
            }
        }
    }

    private static func poolings(
        _ directory: HuggingFaceDirectory, folder: String
    ) throws(ModelLoadingError) -> [Pooling] {
        let name = folder + "/config.json"
        guard let settings = try directory.json(name) else {
            throw .missingSetting(source: directory.path + "/" + name, key: "pooling_mode_mean_tokens")
        }
        if let stated = settings["pooling_mode"]?.stringValue {
            guard let pooling = Pooling(rawValue: stated) else {
                throw .unsupported(source: directory.path + "/" + name, feature: "pooling \"\(stated)\"")
            }
            return [pooling]
        }
        // In the order sentence-transformers puts them side by side.
        let flags: [(String, Pooling)] = [
            ("pooling_mode_cls_token", .cls), ("pooling_mode_max_tokens", .max), ("pooling_mode_mean_tokens", .mean),
            ("pooling_mode_mean_sqrt_len_tokens", .meanSqrtLength),
            ("pooling_mode_weightedmean_tokens", .weightedMean), ("pooling_mode_lasttoken", .lastToken),
        ]
        let chosen = flags.filter { settings[$0.0]?.boolValue == true }.map(\.1)
        return chosen.isEmpty ? [.mean] : chosen
    }
}
