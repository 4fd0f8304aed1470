import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel
@testable import LLMTraining

/// Every operation, forward and backward, against PyTorch in float64 (Goldens/make_operation_gradients.py).
@Suite struct OperationGoldenTests {
    static let positions = [0, 1, 2, 0, 1, 2]

    @Test(arguments: ["rms", "rmsOffset", "layer"])
    func `normalizations and their gradients are those of PyTorch`(name: String) throws {
        let fixture = try OperationFixture(name)
        let (x, w) = (try fixture.variable("x"), try fixture.parameter("w"))
        var parameters = ["w": w]
        var norm = NormParameters(
            weight: w, kind: name == "layer" ? .layer : .rms, epsilon: name == "layer" ? 1e-5 : 1e-6,
            offset: name == "rmsOffset" ? 1 : 0)
        if name == "layer" {
            let bias = try fixture.parameter("b")
            (norm.bias, parameters["b"]) = (bias, bias)
            let values = try x.values.get()
            for index in 0..<x.count { values.base[index] += 0.5 }
        }
        try fixture.check(
            try fixture.tape.normalize(x, norm), variables: ["x": x], parameters: parameters)
    }

    @Test(arguments: Activation.allCases)
    func `activations and their slopes are those of PyTorch`(activation: Activation) throws {
        let gated = try OperationFixture(activation.rawValue)
        let (gate, up) = (try gated.variable("gate"), try gated.variable("up"))
        try gated.check(
            try gated.tape.activate(gate, up: up, activation), variables: ["gate": gate, "up": up])
        let plain = try OperationFixture(activation.rawValue + "Plain")
        let input = try plain.variable("gate")
        try plain.check(try plain.tape.activate(input, up: nil, activation), variables: ["gate": input])
    }

    @Test func `products with bias and adapter have PyTorch's gradients`() throws {
        let fixture = try OperationFixture("linear")
        let x = try fixture.variable("x")
        var parameters: [String: Parameter] = [:]
        for key in ["w", "b", "down", "up"] { parameters[key] = try fixture.parameter(key) }
        let linear = LinearParameters(
            weight: try #require(parameters["w"]), bias: parameters["b"],
            adapter: AdapterParameters(
                down: try #require(parameters["down"]), up: try #require(parameters["up"]), scale: 2.5))
        try fixture.check(try fixture.tape.linear(x, linear), variables: ["x": x], parameters: parameters)
    }

    @Test func `embeddings of repeated tokens add up their gradients`() throws {
        let fixture = try OperationFixture("embedding")
        let (table, positions) = (try fixture.parameter("w"), try fixture.parameter("p"))
        let y = try fixture.tape.embed(
            [3, 7, 3, 3, 10, 0], positions: Self.positions, table: table, scale: 3.5, learnedPositions: positions)
        try fixture.check(y, parameters: ["w": table, "p": positions])
    }

    @Test(arguments: [("halves", RotaryConfiguration.Layout.halves), ("interleaved", .interleaved)])
    func `rotations turn back in the backward pass`(name: String, layout: RotaryConfiguration.Layout) throws {
        let fixture = try OperationFixture("rotary.\(name)")
        let x = try fixture.variable("x")
        let angles = RotaryAngles(RotaryConfiguration(base: 100, dimensions: 8, layout: layout))
        try fixture.check(
            try fixture.tape.rotate(x, positions: Self.positions, heads: 2, angles), variables: ["x": x])
    }

    @Test(arguments: ["grouped", "window", "long", "longWindow"], [1, 3])
    func `attention and its gradients are those of PyTorch`(name: String, threads: Int) throws {
        let fixture = try OperationFixture("attention.\(name)", threads: threads)
        let (q, k, v) = (try fixture.variable("q"), try fixture.variable("k"), try fixture.variable("v"))
        let shapes: [String: AttentionShape] = [
            "grouped": shape(4, 2, 10, 0.3, lengths: [33, 5, 40]),
            "window": shape(2, 1, 12, 0.5, window: 16, cap: 3, lengths: [40, 1, 64]),
            "long": shape(1, 1, 4, 0.7, lengths: [300]),
            "longWindow": shape(1, 1, 4, 0.7, window: 270, cap: 2, lengths: [290]),
        ]
        let y = try fixture.tape.attend(q, k, v, try #require(shapes[name]))
        try fixture.check(y, variables: ["q": q, "k": k, "v": v])
    }

    private func shape(
        _ heads: Int, _ groups: Int, _ dimension: Int, _ scale: Float, window: Int? = nil, cap: Float? = nil,
        lengths: [Int]
    ) -> AttentionShape {
        var start = 0
        let sequences = lengths.map { count in
            defer { start += count }
            return start..<(start + count)
        }
        return AttentionShape(
            headCount: heads, keyValueHeadCount: groups, dimension: dimension, scale: scale, softcap: cap,
            slidingWindow: window, sequences: sequences)
    }

    @Test(arguments: ["plain", "capped"])
    func `head and loss in one have PyTorch's gradients`(name: String) throws {
        let fixture = try OperationFixture("loss.\(name)")
        let (x, w, b) = (try fixture.variable("x"), try fixture.parameter("w"), try fixture.parameter("b"))
        var head = HeadParameters(weight: w, bias: b)
        if name == "capped" { (head.logitScale, head.softcap) = (1.5, 4) }
        let loss = try fixture.tape.headLoss(x, targets: try fixture.floats("targets").map { TokenID($0) }, head)
        #expect(loss.tokenCount == 8)
        #expect(abs(Float(loss.sum) / (try fixture.floats("y")[0]) - 1) < 1e-6)
        try fixture.checkGradients(variables: ["x": x], parameters: ["w": w, "b": b])
    }

    @Test func `dropout keeps the mean, and drops the same places in the backward pass`() throws {
        let engine = try TrainingEngine(pool: ComputePool(threadCount: 3))
        let tape = Tape(engine: engine, isRecording: true)
        let count = 40_000
        let ones = try engine.buffers.buffer(count)
        ones.base.update(repeating: 1, count: count)
        let x = Variable(rows: 200, columns: 200, values: Values(ones), gradient: GradientSlot())
        let y = try tape.dropout(x, probability: 0.3, seed: 5, stream: 2)
        let values = Array(UnsafeBufferPointer(start: try y.values.get().base, count: count))
        #expect(abs(values.reduce(0, +) / Float(count) - 1) < 0.02)
        #expect(values.allSatisfy { $0 == 0 || abs($0 - 1 / 0.7) < 1e-6 })
        try y.gradient?.add(ones, count: count, on: tape)
        try tape.backward()
        let gradient = try #require(x.gradient?.take())
        #expect(Array(UnsafeBufferPointer(start: gradient.base, count: count)) == values)
    }
}
