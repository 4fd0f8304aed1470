import Foundation
import LLMTensor
import Testing

@testable import LLMTraining

@Suite struct OptimizerTests {
    private let file: SafetensorsFile
    private let pool = ComputePool(threadCount: 2)

    init() throws { file = try SafetensorsFile(path: TestFiles.golden("optimizers.safetensors")) }

    private func floats(_ name: String) throws -> [Float] { try file.tensor(named: name).floats() }

    private func makeParameters() throws -> [Parameter] {
        try ["matrix", "vector"].map { name in
            let tensor = try file.tensor(named: "initial.\(name)")
            let parameter = try Parameter(name: name, shape: tensor.shape)
            try tensor.copyFloats(to: parameter.values)
            return parameter
        }
    }

    /// Runs the 20 steps of the golden and compares the weights after each.
    private func compare(
        _ name: String, clip: Double? = nil, _ make: ([ParameterGroup]) throws -> any Optimizer
    ) throws {
        let parameters = try makeParameters()
        let optimizer = try make(ParameterGroup.standard(parameters, weightDecay: 0.1))
        let norm = GradientNorm(parameters, pool: pool)
        for step in 0..<20 {
            for parameter in parameters {
                let gradients = try floats("gradients.\(parameter.name)")
                for index in 0..<parameter.elementCount {
                    parameter.gradient?[index] = gradients[step * parameter.elementCount + index]
                }
            }
            var scale = 1.0
            if clip != nil {
                let expected = try file.tensor(named: "\(name).norms").withUnsafeBytes {
                    $0.loadUnaligned(fromByteOffset: step * 8, as: Double.self)
                }
                #expect(abs(norm.value() - expected) < 1e-6 * expected)
                scale = GradientClipping.factor(norm: norm.value(), maximum: clip)
            }
            optimizer.step(learningRate: 0.01 * Double(step + 1) / 20, gradientScale: scale)
            for parameter in parameters {
                let expected = try floats("\(name).\(parameter.name)")
                for index in 0..<parameter.elementCount {
                    let difference = abs(parameter.values[index] - expected[step * parameter.elementCount + index])
                    // A rounding of float32 per step, on weights around one.
                    #expect(difference <= 1e-6, "\(name), step \(step), \(parameter.name)[\(index)]")
                    #expect(parameter.gradient?[index] == 0)
                }
            }
        }
        #expect(optimizer.stepCount == 20)
    }

    @Test func `AdamW moves weights as PyTorch does`() throws {
        try compare("adamw") { groups in
            try AdamW(groups: groups, options: AdamW.Options(beta2: 0.95), pool: pool)
        }
    }

    @Test func `Clipped AdamW moves weights as PyTorch does`() throws {
        try compare("adamw-clipped", clip: 5) { groups in
            try AdamW(groups: groups, options: AdamW.Options(epsilon: 1e-6), pool: pool)
        }
    }

    @Test func `Gradient descent with and without momentum moves weights as PyTorch does`() throws {
        try compare("sgd") { try StochasticGradientDescent(groups: $0, pool: pool) }
        try compare("nesterov") { try StochasticGradientDescent(groups: $0, isNesterov: true, pool: pool) }
        try compare("plain") { try StochasticGradientDescent(groups: $0, momentum: 0, pool: pool) }
    }

    @Test func `Groups leave frozen parameters out and keep decay from vectors`() throws {
        let parameters = [
            try Parameter(name: "a", shape: [2, 2]), try Parameter(name: "b", shape: [2]),
            try Parameter(name: "c", shape: [2, 2], isTrainable: false),
        ]
        let groups = ParameterGroup.standard(parameters, weightDecay: 0.3)
        #expect(groups.map { $0.parameters.map(\.name) } == [["a"], ["b"]])
        #expect(groups.map(\.weightDecay) == [0.3, 0])
    }

    @Test func `The norm and the update do not depend on the number of threads`() throws {
        func run(threads: Int) throws -> (norm: Double, weights: [Float]) {
            let pool = ComputePool(threadCount: threads)
            let parameter = try Parameter(name: "w", shape: [311, 401])
            var generator = CounterGenerator(seed: 3)
            for index in parameter.values.indices {
                parameter.values[index] = generator.nextFloat()
                parameter.gradient?[index] = generator.nextFloat() - 0.5
            }
            let norm = GradientNorm([parameter], pool: pool).value()
            let optimizer = try AdamW(groups: [ParameterGroup([parameter], weightDecay: 0.1)], pool: pool)
            optimizer.step(learningRate: 0.1, gradientScale: 1 / norm)
            return (norm, Array(parameter.values))
        }
        let one = try run(threads: 1)
        for threads in 2...4 {
            let other = try run(threads: threads)
            #expect(other.norm == one.norm)
            #expect(other.weights == one.weights)
        }
    }

    @Test func `Schedules give the factors of transformers`() throws {
        let goldens = try TestFiles.json("schedules.json")
        let cases: [(String, LearningRateSchedule, Int)] = [
            ("cosine", .cosine(warmupSteps: 5), 40), ("cosine-minimum", .cosine(warmupSteps: 5, minimumRatio: 0.1), 40),
            ("linear", .linear(warmupSteps: 4), 30), ("constant", .constant(warmupSteps: 6), 12),
            ("wsd-linear", .warmupStableDecay(warmupSteps: 5, decaySteps: 12, shape: .linear, minimumRatio: 0.05), 40),
            ("wsd-cosine", .warmupStableDecay(warmupSteps: 5, decaySteps: 12, shape: .cosine, minimumRatio: 0.05), 40),
            ("wsd-1-sqrt", .warmupStableDecay(warmupSteps: 5, decaySteps: 12, minimumRatio: 0.05), 40),
        ]
        for (name, schedule, total) in cases {
            let expected = try #require(goldens[name]?.arrayValue).compactMap(\.doubleValue)
            for (step, factor) in expected.enumerated() where step < total || name.hasPrefix("wsd") {
                #expect(abs(schedule.factor(step: step, totalSteps: total) - factor) < 1e-12, "\(name), step \(step)")
            }
        }
    }
}
