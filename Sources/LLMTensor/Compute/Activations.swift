internal import CLLMKernels

/// Room for the activations of some tokens, as floats and quantized: int8 per 32 columns in one or two planes.
///
/// Tokens of two planes lie in front of those of one (``planesBefore``), so that a step can have both.
///
/// One thread at a time may write a token; all may read afterwards.
package final class ActivationBuffer: @unchecked Sendable {
    private let memory: AlignedMemory
    private let columns: Int
    private let blocks: Int
    private let tokens: Int
    /// `[tokens][columns]`, before quantization.
    package let values: UnsafeMutablePointer<Float>
    let codes: UnsafeMutablePointer<Int8>
    let scales: UnsafeMutablePointer<Float>
    private let starts: UnsafeMutablePointer<Int32>
    private let sums: UnsafeMutablePointer<Float>
    private let starts16: UnsafeMutablePointer<Int32>
    private let sums16: UnsafeMutablePointer<Float>

    /// Room for `tokens` rows of up to `columns` columns in up to two planes; `isSparse` when few of them may be used.
    package init(tokens: Int, columns: Int, isSparse: Bool = false) throws(TensorError) {
        let padded = (columns + 31) / 32 * 32
        let blocks = padded / 32
        var total = 0
        func reserve(_ bytes: Int) -> Int {
            defer { total += (bytes + 127) / 64 * 64 }
            return total
        }
        let offsets = [
            reserve(4 * tokens * padded), reserve(2 * tokens * padded), reserve(4 * tokens * blocks),
            reserve(8 * tokens * blocks), reserve(4 * tokens * blocks), reserve(16 * tokens * blocks),
            reserve(8 * tokens * blocks),
        ]
        let memory = try AlignedMemory(byteCount: total, isSparse: isSparse)
        func pointer<T>(_ index: Int, _ type: T.Type) -> UnsafeMutablePointer<T> {
            (memory.base + offsets[index]).assumingMemoryBound(to: T.self)
        }
        values = pointer(0, Float.self)
        codes = pointer(1, Int8.self)
        scales = pointer(2, Float.self)
        starts = pointer(3, Int32.self)
        sums = pointer(4, Float.self)
        starts16 = pointer(5, Int32.self)
        sums16 = pointer(6, Float.self)
        self.memory = memory
        self.columns = padded
        self.blocks = blocks
        self.tokens = tokens
    }

    /// Quantizes `columns` (a multiple of 32) values of a token.
    ///
    /// - Parameter planesBefore: Planes of the tokens in front of it; by default all have as many as this one.
    package func quantize(
        _ source: UnsafePointer<Float>, token: Int, columns: Int, planes: Int, planesBefore: Int? = nil,
        with kernels: Kernels
    ) {
        let blocks = columns / 32
        let before = planesBefore ?? token * planes
        kernels.table.quantize(
            source, Int32(blocks), Int32(planes), codes + before * columns, scales + token * blocks,
            starts + before * blocks, sums + token * blocks, starts16 + before * 2 * blocks,
            sums16 + token * 2 * blocks)
    }

    /// What a product reads: `tokens` rows of `columns`, floats `values` apart by `valueStride`.
    package func view(
        tokens: Int, columns: Int, planes: Int, values: UnsafePointer<Float>, valueStride: Int
    ) -> Activations {
        Activations(
            raw: llmk_activations(
                values: values, codes: codes, scales: scales, starts: starts, sums: sums, starts16: starts16,
                sums16: sums16, value_stride: Int64(valueStride), blocks: Int32(columns / 32), planes: Int32(planes),
                tokens: Int32(tokens), ahead_end: nil, ahead_jump: 0))
    }

    /// What a product reads of tokens behind others: `tokens` are theirs, all of `planes` planes.
    package func view(
        tokens: Range<Int>, columns: Int, planes: Int, planesBefore: Int, values: UnsafePointer<Float>,
        valueStride: Int
    ) -> Activations {
        let (first, blocks) = (tokens.lowerBound, columns / 32)
        return Activations(
            raw: llmk_activations(
                values: values + first * valueStride, codes: codes + planesBefore * columns,
                scales: scales + first * blocks, starts: starts + planesBefore * blocks, sums: sums + first * blocks,
                starts16: starts16 + planesBefore * 2 * blocks, sums16: sums16 + first * 2 * blocks,
                value_stride: Int64(valueStride), blocks: Int32(blocks), planes: Int32(planes),
                tokens: Int32(tokens.count), ahead_end: nil, ahead_jump: 0))
    }
}

/// Activations as a product reads them; valid while their buffer lives and is not rewritten.
package struct Activations: @unchecked Sendable {
    private(set) var raw: llmk_activations

    /// The same activations for a thread that goes on with the weights at `next` once it comes to those at `end`:
    /// what a product fetches ahead of need then comes from there. Has no effect on results.
    @inline(__always)
    package func followed(by next: UnsafePointer<UInt8>?, at end: UnsafePointer<UInt8>) -> Activations {
        guard let next else { return self }
        var copy = self
        copy.raw.ahead_end = end
        copy.raw.ahead_jump = Int64(next - end)
        return copy
    }
}
