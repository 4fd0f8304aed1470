internal import CLLMKernels

extension GenericKernels {
    /// Products of float matrices with float activations: columns in order in parts of 64, whose sums are added up.
    /// Short sums lose less to rounding than one over all columns.
    static func multiplyFloat(
        _ format: PackedFormat, _ matrix: llmk_matrix, _ panels: Range<Int>, _ activations: llmk_activations,
        _ out: UnsafeMutablePointer<Float>, _ stride: Int, _ scratch: UnsafeMutableRawPointer
    ) {
        guard let data = matrix.data, let values = activations.values else { return }
        let converted = scratch.assumingMemoryBound(to: Float.self)
        let panelColumns = 64
        for panel in panels {
            let weights = UnsafeRawPointer(data) + panel * Int(matrix.panel_stride)
            let o = out + 32 * (panel - panels.lowerBound)
            for first in Swift.stride(from: 0, to: Int(matrix.columns), by: panelColumns) {
                let count = min(panelColumns, Int(matrix.columns) - first)
                let part = weights + first * 32 * format.floatBytes
                convert(format, part, count: count, into: converted)
                for token in 0..<Int(activations.tokens) {
                    multiplyColumns(
                        converted, values + token * Int(activations.value_stride) + first, count: count,
                        isFirst: first == 0, into: o + token * stride)
                }
            }
        }
    }

    private static func convert(
        _ format: PackedFormat, _ bytes: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<Float>
    ) {
        for i in 0..<2 * count {
            switch format {
            case .f16: Vector16(halves: bytes + 32 * i).store(to: out + 16 * i)
            case .bf16: Vector16(brainFloats: bytes + 32 * i).store(to: out + 16 * i)
            default: (bytes + 64 * i).loadUnaligned(as: Vector16.self).store(to: out + 16 * i)
            }
        }
    }

    @inline(__always)
    private static func multiplyColumns(
        _ weights: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, count: Int, isFirst: Bool,
        into out: UnsafeMutablePointer<Float>
    ) {
        var low = Vector16(repeating: 0)
        var high = Vector16(repeating: 0)
        for column in 0..<count {
            low += Vector16(loading: weights + 32 * column) * x[column]
            high += Vector16(loading: weights + 32 * column + 16) * x[column]
        }
        (isFirst ? low : Vector16(loading: out) + low).store(to: out)
        (isFirst ? high : Vector16(loading: out + 16) + high).store(to: out + 16)
    }
}
