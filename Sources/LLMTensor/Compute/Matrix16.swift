internal import CLLMKernels

/// A matrix as 16-bit codes with one scale per row, and its bias, laid out for `llmk_kernels.multiply16`; kernels that
/// have it that way get bfloat16 instead of codes and scales.
///
/// Codes are up to ±2047. Activations have one scale per token and codes up to ``limit``, which is chosen so that no
/// 32-bit sum can overflow: `limit` times the largest sum of the magnitudes of a row stays below 2^31. A product then
/// is integers alone from the first column to the last, and exact but for the rounding of its factors. Where the shape
/// allows, sums of blocks of codes lie beside them, with which seven products do the work of eight.
///
/// Immutable once made; may be shared between threads.
package final class Matrix16: @unchecked Sendable {
    let raw: llmk_matrix16
    /// Outputs.
    package let rows: Int
    /// Inputs.
    package let columns: Int
    /// Largest code of an activation.
    package let limit: Int
    private let memory: AlignedMemory

    /// Rows are worked on in panels of 16.
    package var panelCount: Int { Int(raw.panels) }

    /// Largest code of a weight.
    private static let weightLimit: Float = 2047
    /// Rows of a panel.
    package static let panelRows = 16

    /// Packs matrices `[rows, columns]` of equal width, one below the other, for certain kernels; `biases` has one vector or
    /// nil for each.
    ///
    /// - Throws: ``TensorError`` when memory is short.
    package init(
        _ tensors: [Tensor], biases: [Tensor?], kernels: Kernels, pool: ComputePool
    ) throws(TensorError) {
        let columns = tensors.first?.columns ?? 0
        let rows = tensors.reduce(0) { $0 + $1.rows }
        let panels = (rows + Self.panelRows - 1) / Self.panelRows
        let pairs = kernels.codes16(columns: columns) / 2
        let codeBytes = (2 * 2 * pairs * Self.panelRows * panels + 63) / 64 * 64
        let padded = panels * Self.panelRows
        let isCombined = kernels.table.combine16 != nil && pairs % 2 == 0 && panels > 1
        // Kernels fetch the next panel ahead of need, a little past the end.
        memory = try AlignedMemory(byteCount: codeBytes * (isCombined ? 2 : 1) + 8 * padded + 4096)
        let codes = memory.base.assumingMemoryBound(to: Int16.self)
        let combined = isCombined ? (memory.base + codeBytes).assumingMemoryBound(to: Int16.self) : nil
        let scales = (memory.base + codeBytes * (isCombined ? 2 : 1)).assumingMemoryBound(to: Float.self)
        let bias = scales + padded
        let isBfloat16 = kernels.table.is_bfloat16 != 0
        var first = 0
        var largestSum = 1
        for (tensor, vector) in zip(tensors, biases) {
            let values = try tensor.floats()
            let sums = LockedValue(1)
            pool.forEachRange(of: tensor.rows) { range, _ in
                var largest = 1
                for row in range {
                    let source = values[row * columns..<(row + 1) * columns]
                    if isBfloat16 {
                        Self.round(source, row: first + row, pairs: pairs, into: codes)
                        scales[first + row] = 1
                    } else {
                        let sum = Self.pack(
                            source, row: first + row, pairs: pairs, into: codes, scale: scales + first + row)
                        largest = max(largest, sum)
                    }
                }
                sums.withLock { $0 = max($0, largest) }
            }
            largestSum = max(largestSum, sums.withLock { $0 })
            for (index, value) in (try vector?.floats() ?? []).enumerated() { bias[first + index] = value }
            first += tensor.rows
        }
        if let combined {
            pool.forEachUnit(of: panels / 2) { pair, _ in
                let size = Self.panelRows * pairs
                Self.combine(codes + 4 * size * pair, size: size, into: combined + 4 * size * pair)
            }
        }
        // Sums of up to four codes have to stay 16-bit numbers.
        limit = min(Int(Int16.max) / (isCombined ? 4 : 1), Int(Int32.max) / largestSum)
        self.rows = rows
        self.columns = columns
        raw = llmk_matrix16(
            codes: codes, combined: combined, scales: scales, bias: bias, pairs: Int32(pairs), panels: Int32(panels))
    }

    /// T1 = B12 - B11, T2 = B22 - T1, T3 = B22 - B12, T4 = T2 - B21 of two panels; a half of a panel is `size` codes.
    private static func combine(_ b: UnsafePointer<Int16>, size: Int, into t: UnsafeMutablePointer<Int16>) {
        for index in 0..<size {
            let (b11, b21, b12, b22) = (b[index], b[size + index], b[2 * size + index], b[3 * size + index])
            let first = b12 - b11
            let second = b22 - first
            t[index] = first
            t[size + index] = second
            t[2 * size + index] = b22 - b12
            t[3 * size + index] = second - b21
        }
    }

    /// A row as bfloat16 in its panel.
    private static func round(
        _ values: ArraySlice<Float>, row: Int, pairs: Int, into codes: UnsafeMutablePointer<Int16>
    ) {
        let out = codes + row / panelRows * panelRows * 2 * pairs + 2 * (row % panelRows)
        for (column, value) in values.enumerated() {
            out[column / 2 * 2 * panelRows + column % 2] = Int16(bitPattern: HalfPrecision.bfloat16(value))
        }
    }

    /// Codes of a row in its panel; returns the sum of their magnitudes.
    private static func pack(
        _ values: ArraySlice<Float>, row: Int, pairs: Int, into codes: UnsafeMutablePointer<Int16>,
        scale: UnsafeMutablePointer<Float>
    ) -> Int {
        let largest = values.reduce(Float(0)) { max($0, abs($1)) }
        scale.pointee = largest / weightLimit
        guard largest > 1e-30 else { return 0 }
        let inverse = weightLimit / largest
        let out = codes + row / panelRows * panelRows * 2 * pairs + 2 * (row % panelRows)
        var sum = 0
        for (column, value) in values.enumerated() {
            let code = Int16(max(-weightLimit, min(weightLimit, (value * inverse).rounded(.toNearestOrEven))))
            out[column / 2 * 2 * panelRows + column % 2] = code
            sum += abs(Int(code))
        }
        return sum
    }
}

/// Activations of some tokens as 16-bit codes with one scale per token, as certain kernels want them.
///
/// One thread at a time may write a token; all may read afterwards.
package final class Activations16: @unchecked Sendable {
    let codes: UnsafeMutablePointer<Int16>
    let sums: UnsafeMutablePointer<Int16>
    let scales: UnsafeMutablePointer<Float>
    private let kernels: Kernels
    private let memory: AlignedMemory

    /// Room for `tokens` rows of up to `columns` columns.
    package init(tokens: Int, columns: Int, kernels: Kernels) throws(TensorError) {
        let tile = max(Int(kernels.table.tile16), 1)
        let rows = (tokens + tile - 1) / tile * tile
        let codeBytes = (2 * rows * kernels.codes16(columns: columns) + 63) / 64 * 64
        let sumBytes = kernels.table.combine16 == nil ? 0 : codeBytes
        memory = try AlignedMemory(byteCount: codeBytes + sumBytes + 4 * rows)
        codes = memory.base.assumingMemoryBound(to: Int16.self)
        sums = (memory.base + codeBytes).assumingMemoryBound(to: Int16.self)
        scales = (memory.base + codeBytes + sumBytes).assumingMemoryBound(to: Float.self)
        self.kernels = kernels
    }

    /// Quantizes the values of a token to codes of at most `limit`, for products with matrices of `columns` columns
    /// that allow as much.
    package func quantize(_ source: UnsafePointer<Float>, token: Int, columns: Int, limit: Int) {
        let place = codes + kernels.place16(of: token, columns: columns)
        scales[token] = kernels.table.quantize16(source, Int32(columns), Int32(limit), place)
    }

    /// Sums of blocks of codes for products with matrices of `columns` columns, once all tokens are quantized; nothing
    /// where kernels have no use for them.
    package func combine(tokens: Int, columns: Int) {
        guard columns % 4 == 0, let combine = kernels.table.combine16 else { return }
        combine(codes, Int32(columns / 2), Int32(tokens), sums)
    }
}

extension Kernels {
    /// Whether there are products of 16-bit codes.
    package var has16: Bool { table.multiply16 != nil }
    /// Whether they are at least as fast as products of 8-bit codes.
    package var prefers16: Bool { has16 && table.prefers16 != 0 }
    /// Codes of a token.
    package func codes16(columns: Int) -> Int {
        let step = max(Int(table.column_step16), 1)
        return (columns + step - 1) / step * step
    }
    /// Codes before those of a token.
    package func place16(of token: Int, columns: Int) -> Int {
        let (tile, step, row) = (Int(table.tile16), Int(table.token_step16), codes16(columns: columns))
        return token / tile * tile * row + token % tile * step
    }
    /// Whether there is attention without pages.
    package var hasAttendAll: Bool { table.attend_all != nil }

    /// `out[token][row - 16 * panels.lowerBound] = activation(bias + matrix[row] . activations[token])`; functions as in
    /// ``activate(_:up:function:count:)``, none below 0. `isCombined` says that the activations' sums of blocks are
    /// there; results are the same. Only where ``has16``.
    package func multiply(
        _ matrix: Matrix16, panels: Range<Int>, _ activations: Activations16, tokens: Int, isCombined: Bool,
        function: Int32, into out: UnsafeMutablePointer<Float>, stride: Int
    ) {
        withUnsafePointer(to: matrix.raw) {
            table.multiply16(
                $0, Int32(panels.lowerBound), Int32(panels.upperBound), activations.codes,
                isCombined ? activations.sums : nil, activations.scales, Int32(tokens), function, out, Int64(stride))
        }
    }

    /// Attention of one sequence without a mask: `heads` heads of `dimension`, rows of the projections `stride` floats
    /// apart. `scratch` has room for `(dimension + 3) * (count rounded up to 8)` floats. Only where ``hasAttendAll``.
    package func attendAll(
        queries: UnsafePointer<Float>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>, stride: Int,
        count: Int, heads: Int, dimension: Int, into out: UnsafeMutablePointer<Float>, outStride: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        table.attend_all(
            queries, keys, values, Int64(stride), Int32(count), Int32(heads), Int32(dimension), out, Int64(outStride),
            scratch)
    }
}
