import CLLMKernels
import LLMTensor

/// Activations quantized by a kernel table.
final class ActivationFixture: @unchecked Sendable {
    let tokens: Int
    let planes: Int
    let blocks: Int
    let columns: Int
    let valueStride: Int
    let values: UnsafeMutablePointer<Float>
    let codes: UnsafeMutablePointer<Int8>
    let scales: UnsafeMutablePointer<Float>
    let starts: UnsafeMutablePointer<Int32>
    let sums: UnsafeMutablePointer<Float>
    let starts16: UnsafeMutablePointer<Int32>
    let sums16: UnsafeMutablePointer<Float>
    private let memory: [KernelMemory]

    init(_ rows: [[Float]], planes: Int, table: KernelTable) {
        tokens = rows.count
        self.planes = planes
        columns = rows[0].count
        blocks = columns / 32
        valueStride = columns + 3
        memory = [
            tokens * valueStride * 4, tokens * planes * columns, tokens * blocks * 4, tokens * planes * blocks * 4,
            tokens * blocks * 4, tokens * planes * blocks * 8, tokens * blocks * 8,
        ].map { KernelMemory(byteCount: $0) }
        values = memory[0].of(Float.self)
        codes = memory[1].of(Int8.self)
        scales = memory[2].of(Float.self)
        starts = memory[3].of(Int32.self)
        sums = memory[4].of(Float.self)
        starts16 = memory[5].of(Int32.self)
        sums16 = memory[6].of(Float.self)
        for (token, row) in rows.enumerated() {
            for (i, value) in row.enumerated() { values[token * valueStride + i] = value }
            guard columns % 32 == 0 else { continue }
            table.kernels.quantize(
                values + token * valueStride, Int32(blocks), Int32(planes), codes + token * planes * columns,
                scales + token * blocks, starts + token * planes * blocks, sums + token * blocks,
                starts16 + token * planes * 2 * blocks, sums16 + token * 2 * blocks)
        }
    }

    /// What the kernels read, from a token on.
    func view(from token: Int = 0, count: Int? = nil) -> llmk_activations {
        llmk_activations(
            values: values + token * valueStride, codes: codes + token * planes * columns,
            scales: scales + token * blocks, starts: starts + token * planes * blocks, sums: sums + token * blocks,
            starts16: starts16 + token * planes * 2 * blocks, sums16: sums16 + token * 2 * blocks,
            value_stride: Int64(valueStride), blocks: Int32(blocks), planes: Int32(planes),
            tokens: Int32(count ?? tokens - token), ahead_end: nil, ahead_jump: 0)
    }

    /// The integer a code stands for, in units of the block's scale.
    func code(token: Int, column: Int) -> Int {
        let first = Int(codes[token * planes * columns + column])
        return planes == 1 ? first : 256 * first + Int(codes[(token * planes + 1) * columns + column])
    }

    func scale(token: Int, column: Int) -> Double { Double(scales[token * blocks + column / 32]) }
}

extension KernelTable {
    /// Products `[token][32 * panels]` of all tokens; checks that nothing outside the results is written.
    func multiply(
        _ matrix: PackedFixture, panels: Range<Int>, _ activations: llmk_activations
    ) -> (values: [[Float]], isContained: Bool) {
        let width = 32 * panels.count
        let stride = width + 5
        let tokens = Int(activations.tokens)
        let out = KernelMemory(byteCount: 4 * (tokens * stride + 16))
        let scratch = KernelMemory(byteCount: Int(LLMK_SCRATCH_BYTES))
        let results = out.of(Float.self)
        let untouched: Float = 12345
        results.update(repeating: untouched, count: tokens * stride)
        withUnsafePointer(to: matrix.matrix) { matrix in
            withUnsafePointer(to: activations) { activations in
                kernels.multiply(
                    matrix, Int32(panels.lowerBound), Int32(panels.upperBound), activations, results, Int64(stride),
                    scratch.base)
            }
        }
        var isContained = true
        let values = (0..<tokens).map { token in
            for i in width..<stride where results[token * stride + i] != untouched { isContained = false }
            return (0..<width).map { results[token * stride + $0] }
        }
        return (values, isContained)
    }
}
