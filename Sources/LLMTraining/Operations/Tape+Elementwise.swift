internal import LLMModel
internal import LLMTensor

extension Activation {
    /// The number kernels know it by.
    var kernelCode: Int {
        switch self {
        case .silu: 0
        case .geluTanh: 1
        case .gelu: 2
        case .relu: 3
        case .reluSquared: 4
        }
    }
}

extension Tape {
    /// `y = a + b`, the residual sum.
    func add(_ a: Variable, _ b: Variable) throws(TensorError) -> Variable {
        let count = a.count
        let out = try buffers.buffer(count)
        let (left, right) = (try a.values.get(), try b.values.get())
        let (p, q, y) = (left.base, right.base, out.base)
        pool.forEachRange(of: count, atLeast: 4096) { range, _ in
            let start = range.lowerBound
            GradientKernels.add(p + start, q + start, count: range.count, into: y + start)
        }
        let (first, second) = (a.gradient, b.gradient)
        return result(out, rows: a.rows, columns: a.columns, isTrained: first != nil || second != nil) {
            [self] (dy: Buffer) throws(TensorError) in
            // Both inputs share the gradient until one of them has to change it.
            if let second { try second.add(dy, count: count, on: self) }
            if let first { try first.add(dy, count: count, on: self) }
        }
    }

    /// `y = activation(gate) * up`, or `activation(gate)`. The result can be discarded.
    func activate(_ gate: Variable, up: Variable?, _ activation: Activation) throws(TensorError) -> Variable {
        let count = gate.count
        let (gateValues, upValues) = (gate.values, up?.values)
        func compute() throws(TensorError) -> Buffer {
            let out = try buffers.buffer(count)
            let (g, u, y) = (try gateValues.get().base, try upValues?.get().base, out.base)
            pool.forEachRange(of: count, atLeast: 1024) { range, _ in
                let start = range.lowerBound
                GradientKernels.activate(
                    g + start, up: u.map { UnsafePointer($0 + start) }, function: activation.kernelCode,
                    count: range.count, into: y + start)
            }
            return out
        }
        let (gateGradient, upGradient) = (gate.gradient, up?.gradient)
        return result(
            try compute(), rows: gate.rows, columns: gate.columns,
            isTrained: gateGradient != nil || upGradient != nil, recompute: compute,
            backward: { [self] (dy: Buffer) throws(TensorError) in
                let dGate = try buffers.buffer(count)
                let dUp = upValues == nil ? nil : try buffers.buffer(count)
                let (g, u) = (try gateValues.get().base, try upValues?.get().base)
                let (d, dg, du) = (dy.base, dGate.base, dUp?.base)
                pool.forEachRange(of: count, atLeast: 1024) { range, _ in
                    let start = range.lowerBound
                    GradientKernels.activateBackward(
                        d + start, gate: g + start, up: u.map { UnsafePointer($0 + start) },
                        function: activation.kernelCode, count: range.count, dGate: dg + start,
                        dUp: du.map { $0 + start })
                }
                if let gateGradient { try gateGradient.add(dGate, count: count, on: self) }
                if let upGradient, let dUp { try upGradient.add(dUp, count: count, on: self) }
            })
    }

    /// Zeroes elements with a probability and scales the others up (Srivastava et al., 2014); the same seed, step and
    /// place give the same choice for any number of threads.
    func dropout(_ x: Variable, probability: Float, seed: UInt64, stream: UInt64) throws(TensorError) -> Variable {
        guard probability > 0, isRecording else { return x }
        let count = x.count
        let scale = 1 / (1 - min(probability, 0.999))
        func apply(_ input: Buffer) throws(TensorError) -> Buffer {
            let out = try buffers.buffer(count)
            let (from, to) = (input.base, out.base)
            pool.forEachRange(of: count, atLeast: 4096) { range, _ in
                var generator = CounterGenerator(seed: seed, stream: stream, position: UInt64(range.lowerBound))
                for i in range { to[i] = generator.nextFloat() < probability ? 0 : from[i] * scale }
            }
            return out
        }
        let gradient = x.gradient
        return result(try apply(try x.values.get()), rows: x.rows, columns: x.columns, isTrained: gradient != nil) {
            [self] (dy: Buffer) throws(TensorError) in
            if let gradient { try gradient.add(try apply(dy), count: count, on: self) }
        }
    }
}
