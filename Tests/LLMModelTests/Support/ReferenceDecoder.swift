import Foundation
import LLMTensor
import LLMTokenizer

@testable import LLMModel

/// A decoder as the papers write it, one loop per formula, no cache: what the fast one is compared with.
struct ReferenceDecoder {
    let configuration: DecoderConfiguration
    private let embedding: Matrix
    private let positions: Matrix?
    private let layers: [Layer]
    private let finalNorm: Matrix
    private let head: Matrix

    /// A weight in float32, with its bias.
    struct Matrix {
        let values: [Float]
        let columns: Int
        let bias: [Float]?

        init(_ pair: AffineWeights) throws {
            values = try pair.weight.floats()
            columns = pair.weight.columns
            bias = try pair.bias?.floats()
        }

        func row(_ index: Int) -> ArraySlice<Float> { values[(index * columns)..<((index + 1) * columns)] }

        func times(_ x: [Float]) -> [Float] {
            values.withUnsafeBufferPointer { values in
                (0..<(values.count / columns)).map { row in
                    var sum: Float = 0
                    for column in 0..<columns { sum += values[row * columns + column] * x[column] }
                    return sum + (bias?[row] ?? 0)
                }
            }
        }
    }

    struct Layer {
        let attentionNorm, query, key, value, output, feedForwardNorm, up, down: Matrix
        let queryNorm, keyNorm, postAttentionNorm, gate, postFeedForwardNorm: Matrix?

        init(_ weights: DecoderLayerWeights) throws {
            attentionNorm = try Matrix(weights.attentionNorm)
            query = try Matrix(weights.query)
            key = try Matrix(weights.key)
            value = try Matrix(weights.value)
            output = try Matrix(weights.attentionOutput)
            feedForwardNorm = try Matrix(weights.feedForwardNorm)
            up = try Matrix(weights.up)
            down = try Matrix(weights.down)
            queryNorm = try weights.queryNorm.map { try Matrix(AffineWeights(weight: $0)) }
            keyNorm = try weights.keyNorm.map { try Matrix(AffineWeights(weight: $0)) }
            postAttentionNorm = try weights.postAttentionNorm.map { try Matrix($0) }
            gate = try weights.gate.map { try Matrix($0) }
            postFeedForwardNorm = try weights.postFeedForwardNorm.map { try Matrix($0) }
        }
    }

    init(_ configuration: DecoderConfiguration, _ weights: DecoderWeights) throws {
        self.configuration = configuration
        embedding = try Matrix(AffineWeights(weight: weights.tokenEmbedding))
        positions = try weights.positionEmbedding.map { try Matrix(AffineWeights(weight: $0)) }
        layers = try weights.layers.map { try Layer($0) }
        finalNorm = try Matrix(weights.finalNorm)
        head = try weights.head.map { try Matrix($0) } ?? embedding
    }

    /// The logits behind every token, `[tokens][vocabulary]`.
    func logits(_ tokens: [TokenID]) -> [[Float]] {
        var states = tokens.enumerated().map { position, token in
            embedding.row(Int(token)).enumerated().map { column, value in
                value * configuration.embeddingScale
                    + (positions.map { $0.row(position).dropFirst(column).first! } ?? 0)
            }
        }
        for (index, layer) in layers.enumerated() {
            let attended = attention(states.map { norm($0, layer.attentionNorm) }, layer, index)
            for (row, change) in attended.enumerated() { add(change, layer.postAttentionNorm, to: &states[row]) }
            for row in states.indices {
                let change = feedForward(norm(states[row], layer.feedForwardNorm), layer)
                add(change, layer.postFeedForwardNorm, to: &states[row])
            }
        }
        return states.map { state in
            head.times(norm(state, finalNorm)).map { value in
                let scaled = value * configuration.logitScale
                return configuration.logitSoftcap.map { $0 * tanh(scaled / $0) } ?? scaled
            }
        }
    }

    private func add(_ change: [Float], _ post: Matrix?, to state: inout [Float]) {
        let change = post.map { norm(change, $0) } ?? change
        for index in state.indices { state[index] += change[index] }
    }

    private func norm(_ x: [Float], _ weight: Matrix) -> [Float] {
        let normalization = configuration.normalization
        let offset: Double = normalization.weightsAreOffsetsFromOne ? 1 : 0
        let mean = normalization.kind == .layer ? x.reduce(0.0) { $0 + Double($1) } / Double(x.count) : 0
        let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
        let scale = 1 / (variance + Double(normalization.epsilon)).squareRoot()
        return x.indices.map { index in
            Float((Double(x[index]) - mean) * scale * (Double(weight.values[index]) + offset))
                + (weight.bias?[index] ?? 0)
        }
    }

    private func feedForward(_ x: [Float], _ layer: Layer) -> [Float] {
        let up = layer.up.times(x)
        guard let gate = layer.gate?.times(x) else { return layer.down.times(up.map(activate)) }
        return layer.down.times(zip(gate, up).map { activate($0) * $1 })
    }

    private func activate(_ x: Float) -> Float {
        switch configuration.activation {
        case .silu: x / (1 + exp(-x))
        case .geluTanh: 0.5 * x * (1 + tanh(Float(0.797_884_560_8) * (x + 0.044_715 * x * x * x)))
        case .gelu: 0.5 * x * (1 + erf(x / Float(2).squareRoot()))
        case .relu: max(x, 0)
        case .reluSquared: max(x, 0) * max(x, 0)
        }
    }

    private func attention(_ x: [[Float]], _ layer: Layer, _ index: Int) -> [[Float]] {
        let settings = configuration.attention
        let (width, kind) = (settings.headDimension, configuration.attentionKind(ofLayer: index))
        func heads(_ matrix: Matrix, _ count: Int, _ norm: Matrix?, rotates: Bool) -> [[[Float]]] {
            x.enumerated().map { position, state in
                let all = matrix.times(state)
                return (0..<count).map { head in
                    var part = Array(all[(head * width)..<((head + 1) * width)])
                    if let norm { part = self.norm(part, norm) }
                    if rotates, let rotary = kind.rotary { rotate(&part, rotary, position) }
                    return part
                }
            }
        }
        let queries = heads(layer.query, settings.headCount, layer.queryNorm, rotates: true)
        let keys = heads(layer.key, settings.keyValueHeadCount, layer.keyNorm, rotates: true)
        let values = heads(layer.value, settings.keyValueHeadCount, nil, rotates: false)
        let group = settings.headCount / settings.keyValueHeadCount
        return x.indices.map { position in
            let first = kind.slidingWindow.map { max(0, position - $0 + 1) } ?? 0
            var joined: [Float] = []
            for head in 0..<settings.headCount {
                let query = queries[position][head]
                let scores = (first...position).map { other -> Float in
                    let score = zip(query, keys[other][head / group]).reduce(0) { $0 + $1.0 * $1.1 } * settings.scale
                    return settings.softcap.map { $0 * tanh(score / $0) } ?? score
                }
                let top = scores.max() ?? 0
                let weights = scores.map { exp($0 - top) }
                let total = weights.reduce(0, +)
                joined += (0..<width).map { column in
                    zip(first...position, weights).reduce(0) { $0 + values[$1.0][head / group][column] * $1.1 / total }
                }
            }
            return layer.output.times(joined)
        }
    }

    private func rotate(_ head: inout [Float], _ rotary: RotaryConfiguration, _ position: Int) {
        let pairs = rotary.dimensions / 2
        for pair in 0..<pairs {
            let (frequency, scale) = Self.frequency(rotary, pair)
            let angle = Double(position) * frequency
            let (cosine, sine) = (Float(cos(angle) * scale), Float(sin(angle) * scale))
            let (a, b) = rotary.layout == .halves ? (pair, pair + pairs) : (2 * pair, 2 * pair + 1)
            (head[a], head[b]) = (head[a] * cosine - head[b] * sine, head[b] * cosine + head[a] * sine)
        }
    }

    /// The angle per position of a pair, and the factor on its length.
    static func frequency(_ rotary: RotaryConfiguration, _ pair: Int) -> (Double, Double) {
        let plain = pow(Double(rotary.base), -2 * Double(pair) / Double(rotary.dimensions))
        switch rotary.scaling {
        case .none: return (plain, 1)
        case .linear(let factor): return (plain / Double(factor), 1)
        case .divisors(let divisors, let factor): return (plain / Double(divisors[pair]), Double(factor))
        case .llama3(let factor, let low, let high, let original):
            let turns = Double(original) * plain / (2 * .pi)
            let blend = min(max((turns - Double(low)) / Double(high - low), 0), 1)
            return ((1 - blend) * plain / Double(factor) + blend * plain, 1)
        case .yarn(let factor, let original, let fast, let slow, let attentionFactor):
            func dimension(_ turns: Float) -> Double {
                Double(rotary.dimensions) * log(Double(original) / (Double(turns) * 2 * .pi))
                    / (2 * log(Double(rotary.base)))
            }
            let low = max(dimension(fast).rounded(.down), 0)
            let high = min(dimension(slow).rounded(.up), Double(rotary.dimensions - 1))
            let ramp = min(max((Double(pair) - low) / max(high - low, 0.001), 0), 1)
            return (plain / Double(factor) * ramp + plain * (1 - ramp), Double(attentionFactor))
        }
    }
}
