internal import CLLMKernels

/// What the products of the upper bits of a matrix can differ by from those of all its bits.
package struct UpperBitsBounds: Sendable {
    private let memory: AlignedMemory
    private let count: Int
    /// No product of a row and activations of norm 1 exceeds this.
    package let largest: Float

    /// By row: what upper bits leave out of a product with activations of norm 1, and what both round; negative infinity for
    /// rows that only fill the last panel up.
    package var errors: UnsafePointer<Float> { UnsafePointer(memory.base.assumingMemoryBound(to: Float.self)) }
    /// By row: the norm, which is what a product changes by at most with activations that change by 1.
    package var norms: UnsafePointer<Float> { errors + count }

    /// With codes `8 u + l` for which `8 u + 4` stands, and scales `d` of a row's blocks, upper bits leave out at most the norm of
    /// `d (l - 4)` (Cauchy and Schwarz). A sum of `n` rounded terms is wrong by less than `n + 3` parts in 2^24 of the sum
    /// of their magnitudes, and those add up to at most 750 times the norm of `d`: codes are at most 128 in magnitude, so
    /// a block of 32 has a norm of 724, and 23 more for the constant part of the upper bits.
    ///
    /// - Returns: nil when codes are not split or a row has scales that are not finite.
    package init?(_ matrix: PackedMatrix, pool: ComputePool) throws(TensorError) {
        guard matrix.upperBits != nil else { return nil }
        let count = 32 * matrix.panelCount
        let memory = try AlignedMemory(byteCount: 4 * 2 * count)
        let temporary = try AlignedMemory(byteCount: 4 * count)
        let (errors, sizes) = (
            memory.base.assumingMemoryBound(to: Float.self), temporary.base.assumingMemoryBound(to: Float.self)
        )
        let norms = errors + count
        pool.forEachRange(of: matrix.panelCount, atLeast: 64) { panels, _ in
            let first = 32 * panels.lowerBound
            withUnsafePointer(to: matrix.raw) {
                llmk_split_bounds(
                    $0, Int32(panels.lowerBound), Int32(panels.upperBound), errors + first, norms + first,
                    sizes + first)
            }
        }
        // Of both products, and twice what can come together.
        let rounding = 2 * Float(3 * matrix.raw.blocks + 8) * 0x1p-24 * 750
        var largest: Float = 0
        for row in 0..<matrix.rows {
            guard norms[row].isFinite, sizes[row].isFinite else { return nil }
            // The last term: what subnormal numbers round, for norms of 1e-15 and more.
            errors[row] = errors[row] * (1 + 0x1p-16) + rounding * sizes[row] + 1e-20
            norms[row] *= 1 + 0x1p-16
            largest = max(largest, 750 * sizes[row])
        }
        for row in matrix.rows..<count { errors[row] = -.infinity }
        self.memory = memory
        self.count = count
        self.largest = largest
    }
}

extension ActivationBuffer {
    /// How large activations are in two planes and in one, and how far these are apart.
    package struct Norms {
        /// The larger of the norms of both.
        package var largest = 0.0
        /// The norm of the difference.
        package var difference = 0.0
    }

    /// The norms of the first token, here in two planes, in `coarse` in one.
    package func norms(besides coarse: ActivationBuffer, columns: Int) -> Norms {
        var (two, one, difference) = (0.0, 0.0, 0.0)
        for block in 0..<(columns / 32) {
            let (fine, rough) = (Double(scales[block]), Double(coarse.scales[block]))
            for column in (32 * block)..<(32 * block + 32) {
                let exact = fine * Double(Int(codes[column]) * 256 + Int(codes[columns + column]))
                let other = rough * Double(coarse.codes[column])
                two += exact * exact
                one += other * other
                difference += (exact - other) * (exact - other)
            }
        }
        return Norms(largest: max(two, one).squareRoot(), difference: difference.squareRoot())
    }
}
