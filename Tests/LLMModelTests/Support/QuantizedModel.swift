import LLMTensor
import LLMTokenizer

@testable import LLMModel

/// A small model whose matrices are quantized, as those of real files: the golden models' rows are too short for that.
enum QuantizedModel {
    static let vocabularySize = 320

    /// Random weights of a Llama with 64 to 256 columns; K types need rows of 256.
    static func decoder(
        _ type: ElementType = .q4_1, compute: ComputeMode = .fast, threads: Int = 2, vocabulary: Int = vocabularySize,
        screenedHeadRows: Int? = nil
    ) throws -> Decoder {
        var (configuration, _, _) = try TinyModelTests.load("llama")
        let wide = type.elementsPerBlock > 32
        let (hidden, inner, heads, keyHeads, width) = wide ? (256, 512, 8, 4, 32) : (128, 192, 8, 4, 16)
        configuration.hiddenSize = hidden
        configuration.intermediateSize = inner
        configuration.vocabularySize = vocabulary
        configuration.contextLength = 2048
        configuration.attention.headCount = heads
        configuration.attention.keyValueHeadCount = keyHeads
        configuration.attention.headDimension = width
        configuration.attention.scale = 1 / Float(width).squareRoot()
        for index in configuration.attentionKinds.indices {
            configuration.attentionKinds[index].rotary?.dimensions = width
        }
        var state: UInt64 = 20_261_130
        func floats(_ rows: Int, _ columns: Int) -> Tensor {
            Tensor(
                shape: [rows, columns],
                floats: (0..<(rows * columns)).map { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return (Float(state >> 40) / Float(1 << 24) - 0.5) * 0.25
                })
        }
        func matrix(_ rows: Int, _ columns: Int) throws -> AffineWeights {
            AffineWeights(weight: try Quantization.quantize(floats(rows, columns), as: type))
        }
        let ones = AffineWeights(weight: Tensor(shape: [hidden], floats: Array(repeating: 1, count: hidden)))
        let layers = try (0..<configuration.layerCount).map { _ in
            var layer = try DecoderLayerWeights(
                attentionNorm: ones, query: matrix(heads * width, hidden), key: matrix(keyHeads * width, hidden),
                value: matrix(keyHeads * width, hidden), attentionOutput: matrix(hidden, heads * width),
                feedForwardNorm: ones, up: matrix(inner, hidden), down: matrix(hidden, inner))
            layer.gate = try matrix(inner, hidden)
            return layer
        }
        let weights = DecoderWeights(
            tokenEmbedding: floats(vocabulary, hidden), layers: layers, finalNorm: ones,
            head: try matrix(vocabulary, hidden))
        var options = DecoderOptions(compute: compute, threadCount: threads)
        if let screenedHeadRows { options.screenedHeadRows = screenedHeadRows }
        return try Decoder(configuration: configuration, weights: weights, options: options)
    }

    static func tokens(_ count: Int, seed: Int = 0) -> [TokenID] {
        (0..<count).map { TokenID((($0 + seed) * 37 + 11 * seed) % vocabularySize) }
    }
}
