// Functions carry the names of their formats.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// Super-blocks of 256 elements in 16 groups with a signed scale each: Q3_K, Q6_K.
extension BlockQuantizer {
    private struct Shape {
        /// Range of quants: `low...(-low - 1)`.
        let low: Float
        /// Range of the scales' codes, likewise.
        let codes: Float
        let steps: Int
    }

    func q3_K(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
        let scale = solve(x, Shape(low: -4, codes: -32, steps: 9))
        for index in 0..<32 {
            var high: Int32 = 0
            for part in 0..<8 { high |= (quants[32 * part + index] >> 2) << Int32(part) }
            block.storeBytes(of: UInt8(truncatingIfNeeded: high), toByteOffset: index, as: UInt8.self)
        }
        for half in 0..<2 {
            for index in 0..<32 {
                let q = quants + 128 * half + index
                let byte = (q[0] & 3) | (q[32] & 3) << 2 | (q[64] & 3) << 4 | (q[96] & 3) << 6
                block.storeBytes(
                    of: UInt8(truncatingIfNeeded: byte), toByteOffset: 32 + 32 * half + index, as: UInt8.self)
            }
        }
        for index in 0..<8 {
            let low = ((scaleCodes[index] + 32) & 15) | ((scaleCodes[index + 8] + 32) & 15) << 4
            block.storeBytes(of: UInt8(truncatingIfNeeded: low), toByteOffset: 96 + index, as: UInt8.self)
        }
        for index in 0..<4 {
            var high: Int32 = 0
            for part in 0..<4 { high |= ((scaleCodes[index + 4 * part] + 32) >> 4) << Int32(2 * part) }
            block.storeBytes(of: UInt8(truncatingIfNeeded: high), toByteOffset: 104 + index, as: UInt8.self)
        }
        store(half: scale, block, 108)
    }

    func q6_K(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
        let scale = solve(x, Shape(low: -32, codes: -128, steps: 6))
        for half in 0..<2 {
            for index in 0..<32 {
                let q = quants + 128 * half + index
                let first = (q[0] & 15) | (q[64] & 15) << 4
                let second = (q[32] & 15) | (q[96] & 15) << 4
                let high = q[0] >> 4 | (q[32] >> 4) << 2 | (q[64] >> 4) << 4 | (q[96] >> 4) << 6
                let low = 64 * half + index
                block.storeBytes(of: UInt8(truncatingIfNeeded: first), toByteOffset: low, as: UInt8.self)
                block.storeBytes(of: UInt8(truncatingIfNeeded: second), toByteOffset: low + 32, as: UInt8.self)
                block.storeBytes(
                    of: UInt8(truncatingIfNeeded: high), toByteOffset: 128 + 32 * half + index, as: UInt8.self)
            }
        }
        for group in 0..<16 {
            block.storeBytes(of: Int8(truncatingIfNeeded: scaleCodes[group]), toByteOffset: 192 + group, as: Int8.self)
        }
        store(half: scale, block, 208)
    }

    // MARK: Search

    private func solve(_ x: UnsafePointer<Float>, _ shape: Shape) -> Float {
        var extreme: Float = 0
        for group in 0..<16 {
            scales[group] = search(x, group * 16, 16).symmetricScale(
                low: shape.low, high: -shape.low - 1, steps: shape.steps)
            if scales[group].magnitude > extreme.magnitude { extreme = scales[group] }
        }
        // The largest scale takes the longer side of the codes' range.
        var best = half(extreme / shape.codes)
        var error = chooseCodes(x, shape, best)
        for _ in 0..<2 {
            guard let next = refit(x, shape, best) else { break }
            let old = scaleCodes
            let found = chooseCodes(x, shape, next)
            guard found < error else {
                scaleCodes = old
                break
            }
            (best, error) = (next, found)
        }
        for group in 0..<16 {
            let scale = best * Float(scaleCodes[group])
            let inverse = scale == 0 ? 0 : 1 / scale
            for index in (16 * group)..<(16 * group + 16) {
                let quant = min(max((x[index] * inverse).rounded(.toNearestOrEven), shape.low), -shape.low - 1)
                quants[index] = Int32(quant - shape.low)
            }
        }
        return best
    }

    private func chooseCodes(_ x: UnsafePointer<Float>, _ shape: Shape, _ outer: Float) -> Float {
        let inverse = outer == 0 ? 0 : 1 / outer
        var total: Float = 0
        for group in 0..<16 {
            let search = search(x, group * 16, 16)
            let nearest = min(max((scales[group] * inverse).rounded(), shape.codes), -shape.codes - 1)
            var best = (error: Float.greatestFiniteMagnitude, code: Float(0))
            for step: Float in [0, -1, 1] {
                let code = nearest + step
                guard code >= shape.codes, code <= -shape.codes - 1 else { continue }
                let error = search.symmetricError(scale: outer * code, low: shape.low, high: -shape.low - 1)
                if error < best.error { best = (error, code) }
            }
            scaleCodes[group] = Int32(best.code)
            total += best.error
        }
        return total
    }

    private func refit(_ x: UnsafePointer<Float>, _ shape: Shape, _ outer: Float) -> Float? {
        var (cross, square): (Float, Float) = (0, 0)
        for group in 0..<16 {
            let code = Float(scaleCodes[group])
            let sums = search(x, group * 16, 16).symmetricSums(
                scale: outer * code, low: shape.low, high: -shape.low - 1)
            cross += code * sums.cross
            square += code * code * sums.square
        }
        guard square > 0 else { return nil }
        let next = half(cross / square)
        return next == outer ? nil : next
    }
}
