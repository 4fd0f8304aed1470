internal import LLMTensor

/// A matrix `[out, in]` with what may stand beside it.
struct LinearParameters {
    let weight: Parameter
    /// `[out]`.
    var bias: Parameter?
    var adapter: AdapterParameters?

    var isTrained: Bool {
        weight.isTrainable || bias?.isTrainable == true || adapter != nil
    }
}

/// A low-rank adapter (Hu et al., 2021, arXiv 2106.09685).
struct AdapterParameters {
    /// A: `[rank, in]`.
    let down: Parameter
    /// B: `[out, rank]`.
    let up: Parameter
    /// `alpha / rank`.
    let scale: Float

    var rank: Int { down.shape[0] }
}

extension Tape {
    /// `y = x W^T + bias + scale * (x A^T) B^T`: `[rows, in]` to `[rows, out]`.
    func linear(_ x: Variable, _ parameters: LinearParameters) throws(TensorError) -> Variable {
        let (rows, inputs, outputs) = (x.rows, x.columns, parameters.weight.shape[0])
        let y = try buffers.buffer(rows * outputs)
        let input = try x.values.get()
        engine.multiply(
            FloatProduct(
                .rows(input.base, stride: inputs), .rows(parameters.weight.base, stride: inputs), into: y.base,
                stride: outputs, rows: rows, columns: outputs, depth: inputs))
        var hidden: Buffer?
        if let adapter = parameters.adapter {
            // h [rows, rank] = x A^T, y += scale * h B^T
            let h = try buffers.buffer(rows * adapter.rank)
            engine.multiply(
                FloatProduct(
                    .rows(input.base, stride: inputs), .rows(adapter.down.base, stride: inputs), into: h.base,
                    stride: adapter.rank, rows: rows, columns: adapter.rank, depth: inputs))
            engine.multiply(
                FloatProduct(
                    .rows(h.base, stride: adapter.rank), .rows(adapter.up.base, stride: adapter.rank), into: y.base,
                    stride: outputs, rows: rows, columns: outputs, depth: adapter.rank, alpha: adapter.scale,
                    accumulates: true))
            hidden = h
        }
        if let bias = parameters.bias { addBias(bias, to: y, rows: rows) }

        let needsInput = parameters.weight.isTrainable || parameters.adapter != nil
        let kept = needsInput ? x.values : nil
        let inputGradient = x.gradient
        return result(
            y, rows: rows, columns: outputs, isTrained: parameters.isTrained || x.gradient != nil
        ) { [self] (dy: Buffer) throws(TensorError) in
            if let bias = parameters.bias?.gradientBase { addColumnSums(dy, rows: rows, columns: outputs, to: bias) }
            let input = try kept?.get()
            if let gradient = parameters.weight.gradientBase, let input {
                // dW [out, in] += dy^T x
                engine.multiply(
                    FloatProduct(
                        .columns(dy.base, stride: outputs), .columns(input.base, stride: inputs), into: gradient,
                        stride: inputs, rows: outputs, columns: inputs, depth: rows, accumulates: true))
            }
            if let slot = inputGradient {
                // dx [rows, in] += dy W
                let (dx, accumulates) = try slot.target(rows * inputs, on: self)
                engine.multiply(
                    FloatProduct(
                        .rows(dy.base, stride: outputs), .columns(parameters.weight.base, stride: inputs),
                        into: dx.base, stride: inputs, rows: rows, columns: inputs, depth: outputs,
                        accumulates: accumulates))
            }
            if let adapter = parameters.adapter, let hidden, let input {
                try adapterBackward(adapter, dy, hidden: hidden, input: input, rows: rows, into: inputGradient)
            }
        }
    }

    private func adapterBackward(
        _ adapter: AdapterParameters, _ dy: Buffer, hidden: Buffer, input: Buffer, rows: Int,
        into inputGradient: GradientSlot?
    ) throws(TensorError) {
        let (rank, inputs, outputs) = (adapter.rank, adapter.down.shape[1], adapter.up.shape[0])
        if let gradient = adapter.up.gradientBase {
            // dB [out, rank] += scale * dy^T h
            engine.multiply(
                FloatProduct(
                    .columns(dy.base, stride: outputs), .columns(hidden.base, stride: rank), into: gradient,
                    stride: rank, rows: outputs, columns: rank, depth: rows, alpha: adapter.scale,
                    accumulates: true))
        }
        // dh [rows, rank] = scale * dy B
        let dh = try buffers.buffer(rows * rank)
        engine.multiply(
            FloatProduct(
                .rows(dy.base, stride: outputs), .columns(adapter.up.base, stride: rank), into: dh.base,
                stride: rank, rows: rows, columns: rank, depth: outputs, alpha: adapter.scale))
        if let gradient = adapter.down.gradientBase {
            // dA [rank, in] += dh^T x
            engine.multiply(
                FloatProduct(
                    .columns(dh.base, stride: rank), .columns(input.base, stride: inputs), into: gradient,
                    stride: inputs, rows: rank, columns: inputs, depth: rows, accumulates: true))
        }
        if let slot = inputGradient {
            // dx [rows, in] += dh A
            let (dx, accumulates) = try slot.target(rows * inputs, on: self)
            engine.multiply(
                FloatProduct(
                    .rows(dh.base, stride: rank), .columns(adapter.down.base, stride: inputs), into: dx.base,
                    stride: inputs, rows: rows, columns: inputs, depth: rank, accumulates: accumulates))
        }
    }

    private func addBias(_ bias: Parameter, to y: Buffer, rows: Int) {
        let (count, from, to) = (bias.elementCount, bias.base, y.base)
        pool.forEachRange(of: rows) { range, _ in
            for row in range { GradientKernels.addScaled(from, 1, count: count, to: to + row * count) }
        }
    }

    /// `out[column] += sum over rows`.
    func addColumnSums(_ x: Buffer, rows: Int, columns: Int, to out: UnsafeMutablePointer<Float>) {
        let base = x.base
        pool.forEachRange(of: columns, atLeast: 64) { range, _ in
            GradientKernels.addColumnSums(base, rows: rows, stride: columns, columns: range, to: out)
        }
    }
}

extension Parameter {
    /// The first value; there is memory even for no elements.
    var base: UnsafeMutablePointer<Float> { values.baseAddress.unsafelyUnwrapped }
    var gradientBase: UnsafeMutablePointer<Float>? { gradient?.baseAddress }
}
