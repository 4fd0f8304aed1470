// Functions carry the names of their formats.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// Super-blocks of 256 elements whose groups have a scale and a minimum: Q2_K, Q4_K, Q5_K.
///
/// Groups are searched one by one; then the two scales of the super-block are chosen, each group takes the best of the
/// codes around the nearest ones, and the scales of the super-block are solved for again by least squares.
extension BlockQuantizer {
    private struct Shape {
        let groups: Int
        let groupSize: Int
        /// Largest quant.
        let levels: Float
        /// Largest code of a scale or a minimum.
        let codes: Float
        let span: ClosedRange<Float>
        let steps: Int
    }

    /// The scales of a super-block.
    private struct Super {
        var scale: Float
        var minimum: Float
    }

    func q2_K(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
        let shape = Shape(groups: 16, groupSize: 16, levels: 3, codes: 15, span: -1.4...1, steps: 20)
        let found = solve(x, shape)
        for group in 0..<16 {
            let byte = scaleCodes[group] | minimumCodes[group] << 4
            block.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: group, as: UInt8.self)
        }
        for half in 0..<2 {
            for index in 0..<32 {
                let q = quants + 128 * half + index
                let byte = q[0] | q[32] << 2 | q[64] << 4 | q[96] << 6
                block.storeBytes(
                    of: UInt8(truncatingIfNeeded: byte), toByteOffset: 16 + 32 * half + index, as: UInt8.self)
            }
        }
        store(half: found.scale, block, 80)
        store(half: found.minimum, block, 82)
    }

    func q4_K(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
        let shape = Shape(groups: 8, groupSize: 32, levels: 15, codes: 63, span: -1.4...1, steps: 20)
        let found = solve(x, shape)
        storeHeader(found, block)
        storeNibbles(block + 16)
    }

    func q5_K(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
        let shape = Shape(groups: 8, groupSize: 32, levels: 31, codes: 63, span: -1.2...1, steps: 14)
        let found = solve(x, shape)
        storeHeader(found, block)
        for index in 0..<32 {
            var byte: Int32 = 0
            for group in 0..<8 { byte |= (quants[32 * group + index] >> 4) << Int32(group) }
            block.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: 16 + index, as: UInt8.self)
        }
        storeNibbles(block + 48)
    }

    // MARK: Bytes

    /// d, dmin, and 8 pairs of 6 bits in 12 bytes.
    private func storeHeader(_ found: Super, _ block: UnsafeMutableRawPointer) {
        store(half: found.scale, block, 0)
        store(half: found.minimum, block, 2)
        func put(_ value: Int32, _ index: Int) {
            block.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: 4 + index, as: UInt8.self)
        }
        for group in 0..<4 {
            put(scaleCodes[group] | (scaleCodes[group + 4] >> 4) << 6, group)
            put(minimumCodes[group] | (minimumCodes[group + 4] >> 4) << 6, group + 4)
            put((scaleCodes[group + 4] & 15) | (minimumCodes[group + 4] & 15) << 4, group + 8)
        }
    }

    private func storeNibbles(_ target: UnsafeMutableRawPointer) {
        for pair in 0..<4 {
            for index in 0..<32 {
                let byte = (quants[64 * pair + index] & 15) | (quants[64 * pair + 32 + index] & 15) << 4
                target.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: 32 * pair + index, as: UInt8.self)
            }
        }
    }

    // MARK: Search

    private func solve(_ x: UnsafePointer<Float>, _ shape: Shape) -> Super {
        var (largestScale, largestMinimum): (Float, Float) = (0, 0)
        for group in 0..<shape.groups {
            let found = search(x, group * shape.groupSize, shape.groupSize).affineScale(
                levels: shape.levels, span: shape.span, steps: shape.steps, minimumIsNegative: true)
            scales[group] = max(found.scale, 0)
            minimums[group] = max(-found.minimum, 0)
            largestScale = max(largestScale, scales[group])
            largestMinimum = max(largestMinimum, minimums[group])
        }
        var best = Super(scale: half(largestScale / shape.codes), minimum: half(largestMinimum / shape.codes))
        var error = chooseCodes(x, shape, best)
        for _ in 0..<2 {
            guard let next = refit(x, shape, best) else { break }
            let (oldScales, oldMinimums) = (scaleCodes, minimumCodes)
            let found = chooseCodes(x, shape, next)
            guard found < error else {
                (scaleCodes, minimumCodes) = (oldScales, oldMinimums)
                break
            }
            (best, error) = (next, found)
        }
        for group in 0..<shape.groups { fillQuants(x, shape, group, best) }
        return best
    }

    /// For every group the best codes near its own scale and minimum. Returns the error of the super-block.
    private func chooseCodes(_ x: UnsafePointer<Float>, _ shape: Shape, _ outer: Super) -> Float {
        let inverseScale = outer.scale == 0 ? 0 : 1 / outer.scale
        let inverseMinimum = outer.minimum == 0 ? 0 : 1 / outer.minimum
        var total: Float = 0
        for group in 0..<shape.groups {
            let search = search(x, group * shape.groupSize, shape.groupSize)
            let scale = min((scales[group] * inverseScale).rounded(), shape.codes)
            let minimum = min((minimums[group] * inverseMinimum).rounded(), shape.codes)
            var best = (error: Float.greatestFiniteMagnitude, scale: Float(0), minimum: Float(0))
            for scaleStep: Float in [-1, 0, 1] {
                let candidate = scale + scaleStep
                guard candidate >= 0, candidate <= shape.codes else { continue }
                for minimumStep: Float in [-1, 0, 1] {
                    let other = minimum + minimumStep
                    guard other >= 0, other <= shape.codes else { continue }
                    let error = search.affineError(
                        scale: outer.scale * candidate, minimum: -outer.minimum * other, levels: shape.levels)
                    if error < best.error { best = (error, candidate, other) }
                }
            }
            scaleCodes[group] = Int32(best.scale)
            minimumCodes[group] = Int32(best.minimum)
            total += best.error
        }
        return total
    }

    /// The scales of the super-block that suit its codes and quants best: a least-squares problem of two unknowns.
    private func refit(_ x: UnsafePointer<Float>, _ shape: Shape, _ outer: Super) -> Super? {
        var (squares, products, minimums, crossScale, crossMinimum): (Float, Float, Float, Float, Float)
        (squares, products, minimums, crossScale, crossMinimum) = (0, 0, 0, 0, 0)
        for group in 0..<shape.groups {
            let (scale, minimum) = (Float(scaleCodes[group]), Float(minimumCodes[group]))
            let step = outer.scale * scale
            let sums = search(x, group * shape.groupSize, shape.groupSize).affineSums(
                inverse: step == 0 ? 0 : 1 / step, minimum: -outer.minimum * minimum, levels: shape.levels)
            squares += scale * scale * sums.qq
            products += scale * minimum * sums.q
            minimums += minimum * minimum * sums.weight
            crossScale += scale * sums.xq
            crossMinimum -= minimum * sums.x
        }
        guard squares > 0 else { return nil }
        let determinant = squares * minimums - products * products
        var next = Super(scale: crossScale / squares, minimum: 0)
        if determinant > 1e-6 * squares * minimums, minimums > 0 {
            next.scale = (crossScale * minimums + crossMinimum * products) / determinant
            next.minimum = (crossMinimum * squares + crossScale * products) / determinant
        }
        guard next.scale > 0, next.minimum >= 0 else { return nil }
        return Super(scale: half(next.scale), minimum: half(next.minimum))
    }

    private func fillQuants(_ x: UnsafePointer<Float>, _ shape: Shape, _ group: Int, _ outer: Super) {
        let scale = outer.scale * Float(scaleCodes[group])
        let minimum = outer.minimum * Float(minimumCodes[group])
        let inverse = scale == 0 ? 0 : 1 / scale
        for index in (group * shape.groupSize)..<((group + 1) * shape.groupSize) {
            let quant = ((x[index] + minimum) * inverse).rounded(.toNearestOrEven)
            quants[index] = Int32(min(max(quant, 0), shape.levels))
        }
    }
}
