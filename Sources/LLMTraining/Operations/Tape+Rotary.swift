internal import LLMModel
internal import LLMTensor

/// Cosines and sines of one kind of rotation, and the sines of the way back.
final class RotaryAngles {
    private(set) var table: RotaryTable
    private(set) var negativeSines: [Float] = []

    init(_ configuration: RotaryConfiguration) { table = RotaryTable(configuration) }

    deinit { table.deallocate() }

    /// Makes room for positions below `count`.
    func grow(to count: Int) {
        guard count > table.positions else { return }
        table.grow(to: count)
        negativeSines = (0..<table.positions * table.dimensions / 2).map { -table.sines[$0] }
    }
}

extension Tape {
    /// Rotates the leading coordinates of every head (Su et al., 2021, arXiv 2104.09864): `[rows, heads * dimension]`.
    ///
    /// The rotation is linear, so its backward step is its transpose: the rotation the other way.
    func rotate(
        _ x: Variable, positions: [Int], heads: Int, _ angles: RotaryAngles
    ) throws(TensorError) -> Variable {
        let (rows, width) = (x.rows, x.columns)
        angles.grow(to: (positions.max() ?? 0) + 1)
        func turned(_ input: Buffer, backward: Bool) throws(TensorError) -> Buffer {
            let out = try buffers.buffer(rows * width)
            let (from, to, table, kernels) = (input.base, out.base, angles.table, kernels)
            let half = table.dimensions / 2
            angles.negativeSines.withUnsafeBufferPointer { negative in
                guard let negative = negative.baseAddress else { return }
                let sines = backward ? negative : UnsafePointer(table.sines)
                pool.forEachRange(of: rows) { range, _ in
                    for row in range {
                        let y = to + row * width
                        y.update(from: from + row * width, count: width)
                        let place = positions[row] * half
                        for head in 0..<heads {
                            kernels.rotate(
                                y + head * (width / heads), cosines: table.cosines + place, sines: sines + place,
                                dimensions: table.dimensions, isInterleaved: table.isInterleaved)
                        }
                    }
                }
            }
            return out
        }
        let gradient = x.gradient
        return result(
            try turned(try x.values.get(), backward: false), rows: rows, columns: width, isTrained: gradient != nil
        ) { [self] (dy: Buffer) throws(TensorError) in
            if let gradient { try gradient.add(try turned(dy, backward: true), count: rows * width, on: self) }
        }
    }
}
