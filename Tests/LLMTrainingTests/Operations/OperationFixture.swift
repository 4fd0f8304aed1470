import LLMTensor
import Testing

@testable import LLMTraining

/// One operation of the golden file: its inputs as variables and parameters, and the comparison at the end.
struct OperationFixture {
    let name: String
    let golden: GoldenFile
    let tape: Tape
    /// Gradients of sums of so many products in float32.
    private let tolerance: Float = 1e-5

    init(_ name: String, threads: Int = 2) throws {
        self.name = name
        golden = try TinyModel.golden("operations")
        tape = Tape(engine: try TrainingEngine(pool: ComputePool(threadCount: threads)), isRecording: true)
    }

    func floats(_ key: String) throws -> [Float] { try golden.floats("\(name).\(key)") }

    /// An input whose gradient is looked at afterwards.
    func variable(_ key: String) throws -> Variable {
        let tensor = try golden.file.tensor(named: "\(name).\(key)")
        return Variable(
            rows: tensor.shape[0], columns: tensor.shape[1], values: Values(try buffer(key)),
            gradient: GradientSlot())
    }

    /// A trained parameter.
    func parameter(_ key: String) throws -> Parameter {
        let tensor = try golden.file.tensor(named: "\(name).\(key)")
        let parameter = try Parameter(name: key, shape: tensor.shape)
        _ = parameter.values.update(fromContentsOf: try tensor.floats())
        return parameter
    }

    private func buffer(_ key: String) throws -> Buffer {
        let values = try floats(key)
        let buffer = try tape.buffers.buffer(values.count)
        for (index, value) in values.enumerated() { buffer.base[index] = value }
        return buffer
    }

    private func array(_ buffer: Buffer, _ count: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: buffer.base, count: count))
    }

    /// Compares the result, lets the golden gradient flow back, and compares those of the inputs.
    func check(
        _ y: Variable, variables: [String: Variable] = [:], parameters: [String: Parameter] = [:]
    ) throws {
        #expect(relativeError(array(try y.values.get(), y.count), try floats("y")) < tolerance, "\(name).y")
        y.discard()
        try y.gradient?.add(try buffer("dy"), count: y.count, on: tape)
        try checkGradients(variables: variables, parameters: parameters)
    }

    /// Runs the recorded steps and compares the gradients of the inputs.
    func checkGradients(variables: [String: Variable], parameters: [String: Parameter]) throws {
        try tape.backward()
        for (key, variable) in variables {
            let gradient = try #require(variable.gradient?.take())
            let error = relativeError(array(gradient, variable.count), try floats("d\(key)"))
            #expect(error < tolerance, "\(name).d\(key)")
        }
        for (key, parameter) in parameters {
            let gradient = try #require(parameter.gradient)
            #expect(relativeError(Array(gradient), try floats("d\(key)")) < tolerance, "\(name).d\(key)")
        }
    }
}
