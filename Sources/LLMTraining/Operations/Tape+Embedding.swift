internal import LLMTensor
internal import LLMTokenizer

extension Tape {
    /// `y[row] = scale * table[token] + positions[position]`: `[rows, hidden]`. Tokens and positions lie in the tables.
    func embed(
        _ tokens: [TokenID], positions: [Int], table: Parameter, scale: Float, learnedPositions: Parameter?
    ) throws(TensorError) -> Variable {
        let (rows, hidden) = (tokens.count, table.shape[1])
        let out = try buffers.buffer(rows * hidden)
        let (y, from, learned) = (out.base, table.base, learnedPositions?.base)
        pool.forEachRange(of: rows) { range, _ in
            for row in range {
                let to = y + row * hidden
                GradientKernels.scale(from + Int(tokens[row]) * hidden, scale, count: hidden, into: to)
                if let learned {
                    GradientKernels.addScaled(learned + positions[row] * hidden, 1, count: hidden, to: to)
                }
            }
        }
        let (gradient, learnedGradient) = (table.gradientBase, learnedPositions?.gradientBase)
        return result(out, rows: rows, columns: hidden, isTrained: gradient != nil || learnedGradient != nil) {
            [self] (dy: Buffer) throws(TensorError) in
            let d = dy.base
            // A token may occur many times: threads share out columns, not rows.
            pool.forEachRange(of: hidden, atLeast: 64) { columns, _ in
                let (first, count) = (columns.lowerBound, columns.count)
                for row in 0..<rows {
                    let from = d + row * hidden + first
                    if let gradient {
                        GradientKernels.addScaled(
                            from, scale, count: count, to: gradient + Int(tokens[row]) * hidden + first)
                    }
                    if let learnedGradient {
                        GradientKernels.addScaled(
                            from, 1, count: count, to: learnedGradient + positions[row] * hidden + first)
                    }
                }
            }
        }
    }
}
