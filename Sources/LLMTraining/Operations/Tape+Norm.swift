internal import LLMModel
internal import LLMTensor

/// Factors `[width]`, and biases for the kind with a mean.
struct NormParameters {
    let weight: Parameter
    var bias: Parameter?
    let kind: NormalizationConfiguration.Kind
    let epsilon: Float
    /// What is added to the stored factors: 1 when they are offsets from one.
    let offset: Float

    var isTrained: Bool { weight.isTrainable || bias?.isTrainable == true }
}

extension Tape {
    /// Normalizes rows: `[rows, width]` to `[rows, width]` (RMSNorm, arXiv 1910.07467; LayerNorm, arXiv 1607.06450).
    ///
    /// The result can be discarded; it is then computed again for the backward pass.
    func normalize(_ x: Variable, _ parameters: NormParameters) throws(TensorError) -> Variable {
        let (rows, width) = (x.rows, x.columns)
        let y = try buffers.buffer(rows * width)
        // [rows, 2]: mean and inverse deviation
        let moments = try buffers.buffer(2 * rows)
        let values = x.values
        normalize(try values.get(), parameters, rows: rows, width: width, moments: moments, into: y)
        let inputGradient = x.gradient
        return result(
            y, rows: rows, columns: width, isTrained: parameters.isTrained || x.gradient != nil,
            recompute: { [self] () throws(TensorError) in
                let y = try buffers.buffer(rows * width)
                normalize(try values.get(), parameters, rows: rows, width: width, moments: moments, into: y)
                return y
            },
            backward: { [self] (dy: Buffer) throws(TensorError) in
                let input = try values.get()
                if let gradient = parameters.bias?.gradientBase {
                    addColumnSums(dy, rows: rows, columns: width, to: gradient)
                }
                if let gradient = parameters.weight.gradientBase {
                    let (d, x, m) = (dy.base, input.base, moments.base)
                    pool.forEachRange(of: width, atLeast: 64) { range, _ in
                        GradientKernels.addNormWeightGradient(
                            d, x: x, moments: m, rows: rows, width: width, columns: range, to: gradient)
                    }
                }
                if let slot = inputGradient {
                    let (dx, accumulates) = try slot.target(rows * width, on: self)
                    normalizeBackward(
                        dy, input, parameters, rows: rows, width: width, moments: moments,
                        accumulates: accumulates, into: dx)
                }
            })
    }

    private func normalize(
        _ input: Buffer, _ parameters: NormParameters, rows: Int, width: Int, moments: Buffer, into out: Buffer
    ) {
        let (x, y, m, weight) = (input.base, out.base, moments.base, parameters.weight.base)
        let bias = parameters.bias?.base
        pool.forEachRange(of: rows) { range, _ in
            for row in range {
                switch parameters.kind {
                case .rms:
                    m[2 * row] = 0
                    m[2 * row + 1] = GradientKernels.rmsNorm(
                        x + row * width, weight: weight, offset: parameters.offset, epsilon: parameters.epsilon,
                        count: width, into: y + row * width)
                case .layer:
                    (m[2 * row], m[2 * row + 1]) = GradientKernels.layerNorm(
                        x + row * width, weight: weight, offset: parameters.offset, bias: bias,
                        epsilon: parameters.epsilon, count: width, into: y + row * width)
                }
            }
        }
    }

    private func normalizeBackward(
        _ dy: Buffer, _ input: Buffer, _ parameters: NormParameters, rows: Int, width: Int, moments: Buffer,
        accumulates: Bool, into out: Buffer
    ) {
        let (d, x, dx, m, weight) = (dy.base, input.base, out.base, moments.base, parameters.weight.base)
        pool.forEachRange(of: rows) { range, _ in
            for row in range {
                let place = row * width
                switch parameters.kind {
                case .rms:
                    GradientKernels.rmsNormBackward(
                        d + place, x: x + place, weight: weight, offset: parameters.offset, inverse: m[2 * row + 1],
                        count: width, accumulates: accumulates, into: dx + place)
                case .layer:
                    GradientKernels.layerNormBackward(
                        d + place, x: x + place, weight: weight, offset: parameters.offset, mean: m[2 * row],
                        inverse: m[2 * row + 1], count: width, accumulates: accumulates, into: dx + place)
                }
            }
        }
    }
}
