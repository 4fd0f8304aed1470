import Foundation
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel
@testable import LLMTraining

/// Gradients against central differences of plain formulas in double precision: needs no other software.
@Suite struct FiniteDifferenceTests {
    /// The inputs of an operation by name, as doubles.
    typealias Inputs = [String: [Double]]

    /// Central differences of `loss` in every input number.
    private func differences(_ inputs: Inputs, _ loss: (Inputs) -> Double) -> Inputs {
        inputs.mapValues { _ in [] }.merging(
            inputs.map { key, values in
                (
                    key,
                    values.indices.map { index in
                        var (up, down) = (inputs, inputs)
                        up[key]?[index] += 1e-5
                        down[key]?[index] -= 1e-5
                        return (loss(up) - loss(down)) / 2e-5
                    }
                )
            }
        ) { $1 }
    }

    private func draw(_ count: Int, _ generator: inout CounterGenerator) -> [Double] {
        (0..<count).map { _ in Double(4 * generator.nextFloat() - 2) }
    }

    private func variable(_ values: [Double], rows: Int, on tape: Tape) throws -> Variable {
        let buffer = try tape.buffers.buffer(values.count)
        for (index, value) in values.enumerated() { buffer.base[index] = Float(value) }
        return Variable(
            rows: rows, columns: values.count / rows, values: Values(buffer), gradient: GradientSlot())
    }

    private func compare(_ variable: Variable, _ expected: [Double]?, _ name: String) throws {
        let buffer = try #require(variable.gradient?.take())
        let ours = Array(UnsafeBufferPointer(start: buffer.base, count: variable.count))
        #expect(relativeError(ours, try #require(expected).map { Float($0) }) < 1e-5, "\(name)")
    }

    @Test func `attention with a window and a softcap`() throws {
        var generator = CounterGenerator(seed: 11)
        let (rows, dimension) = (9, 3)
        let inputs: Inputs = [
            "q": draw(rows * 2 * dimension, &generator), "k": draw(rows * dimension, &generator),
            "v": draw(rows * dimension, &generator),
        ]
        let weights = draw(rows * 2 * dimension, &generator)
        let shape = AttentionShape(
            headCount: 2, keyValueHeadCount: 1, dimension: dimension, scale: 0.7, softcap: 1.5, slidingWindow: 4,
            sequences: [0..<3, 3..<9])
        let expected = differences(inputs) { inputs in
            guard let q = inputs["q"], let k = inputs["k"], let v = inputs["v"] else { return .nan }
            var total = 0.0
            for sequence in shape.sequences {
                for row in sequence {
                    for head in 0..<2 {
                        let base = (row * 2 + head) * dimension
                        let keys = max(sequence.lowerBound, row - 3)...row
                        let scores = keys.map { key in
                            exp(
                                1.5
                                    * tanh(
                                        (0..<dimension).reduce(0) { $0 + q[base + $1] * k[key * dimension + $1] } * 0.7
                                            / 1.5))
                        }
                        let sum = scores.reduce(0, +)
                        for (key, score) in zip(keys, scores) {
                            for i in 0..<dimension { total += weights[base + i] * score / sum * v[key * dimension + i] }
                        }
                    }
                }
            }
            return total
        }
        let tape = Tape(engine: try TrainingEngine(pool: ComputePool(threadCount: 2)), isRecording: true)
        let q = try variable(inputs["q"] ?? [], rows: rows, on: tape)
        let k = try variable(inputs["k"] ?? [], rows: rows, on: tape)
        let v = try variable(inputs["v"] ?? [], rows: rows, on: tape)
        let y = try tape.attend(q, k, v, shape)
        let dy = try variable(weights, rows: rows, on: tape)
        try y.gradient?.add(try dy.values.get(), count: y.count, on: tape)
        try tape.backward()
        try compare(q, expected["q"], "q")
        try compare(k, expected["k"], "k")
        try compare(v, expected["v"], "v")
    }

    @Test func `normalization, gated activation and loss, one after the other`() throws {
        var generator = CounterGenerator(seed: 12)
        let (rows, width, vocabulary) = (4, 6, 9)
        let inputs: Inputs = [
            "x": draw(rows * width, &generator), "up": draw(rows * width, &generator),
            "norm": draw(width, &generator), "head": draw(vocabulary * width, &generator),
        ]
        let targets: [TokenID] = [2, -100, 8, 0]
        let expected = differences(inputs) { inputs in
            guard let x = inputs["x"], let up = inputs["up"], let norm = inputs["norm"], let head = inputs["head"]
            else { return .nan }
            var total = 0.0
            for row in 0..<rows where targets[row] != -100 {
                let values = Array(x[(row * width)..<((row + 1) * width)])
                let r = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(width) + 1e-6).squareRoot()
                let inner = (0..<width).map { i -> Double in
                    let n = values[i] * r * (norm[i] + 1)
                    return n / (1 + exp(-n)) * up[row * width + i]
                }
                let logits = (0..<vocabulary).map { token -> Double in
                    2 * tanh((0..<width).reduce(0) { $0 + inner[$1] * head[token * width + $1] } / 2)
                }
                total += log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(targets[row])]
            }
            return total
        }
        let tape = Tape(engine: try TrainingEngine(pool: ComputePool(threadCount: 2)), isRecording: true)
        let x = try variable(inputs["x"] ?? [], rows: rows, on: tape)
        let up = try variable(inputs["up"] ?? [], rows: rows, on: tape)
        let norm = try Parameter(name: "norm", shape: [width])
        let head = try Parameter(name: "head", shape: [vocabulary, width])
        _ = norm.values.update(fromContentsOf: (inputs["norm"] ?? []).map { Float($0) })
        _ = head.values.update(fromContentsOf: (inputs["head"] ?? []).map { Float($0) })
        let normalized = try tape.normalize(
            x, NormParameters(weight: norm, kind: .rms, epsilon: 1e-6, offset: 1))
        let inner = try tape.activate(normalized, up: up, .silu)
        normalized.discard()
        _ = try tape.headLoss(inner, targets: targets, HeadParameters(weight: head, softcap: 2))
        try tape.backward()
        try compare(x, expected["x"], "x")
        try compare(up, expected["up"], "up")
        for (parameter, key) in [(norm, "norm"), (head, "head")] {
            let gradient = try #require(parameter.gradient)
            #expect(relativeError(Array(gradient), try #require(expected[key]).map { Float($0) }) < 1e-5, "\(key)")
        }
    }
}
