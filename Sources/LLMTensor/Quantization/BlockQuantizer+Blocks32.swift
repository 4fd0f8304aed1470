// Functions carry the names of their formats.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// Formats with blocks of 32 elements; layouts stand with ``Dequantization``.
extension BlockQuantizer {
    /// The largest magnitude becomes 127; one scale per block.
    func q8_0(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
        var largest: Float = 0
        for index in 0..<32 { largest = max(largest, x[index].magnitude) }
        let scale = half(largest / 127)
        store(half: scale, block, 0)
        let inverse = scale == 0 ? 0 : 1 / scale
        for index in 0..<32 {
            let quant = min(max((x[index] * inverse).rounded(.toNearestOrEven), -127), 127)
            block.storeBytes(of: Int8(quant), toByteOffset: 2 + index, as: Int8.self)
        }
    }

    /// Q4_0 and Q5_0: `d * (q - 2^(bits - 1))`.
    func symmetric32(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer, bits: Int) {
        let low = -Float(1 << (bits - 1))
        let search = search(x, 0, 32)
        let scale = half(search.symmetricScale(low: low, high: -low - 1, steps: bits == 4 ? 9 : 6))
        store(half: scale, block, 0)
        let inverse = scale == 0 ? 0 : 1 / scale
        for index in 0..<32 {
            let quant = min(max((x[index] * inverse).rounded(.toNearestOrEven), low), -low - 1)
            quants[index] = Int32(quant - low)
        }
        storeNibbles(block, 2, bits: bits)
    }

    /// Q4_1 and Q5_1: `d * q + m`.
    func affine32(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer, bits: Int) {
        let levels = Float(1 << bits - 1)
        let found = search(x, 0, 32).affineScale(
            levels: levels, span: bits == 4 ? -1.6...1 : -1.2...1, steps: bits == 4 ? 20 : 14,
            minimumIsNegative: false)
        let scale = half(found.scale)
        let minimum = half(found.minimum)
        store(half: scale, block, 0)
        store(half: minimum, block, 2)
        let inverse = scale == 0 ? 0 : 1 / scale
        for index in 0..<32 {
            quants[index] = Int32(min(max(((x[index] - minimum) * inverse).rounded(.toNearestOrEven), 0), levels))
        }
        storeNibbles(block, 4, bits: bits)
    }

    /// The fifth bits, where there are any, then 16 bytes of nibbles.
    private func storeNibbles(_ block: UnsafeMutableRawPointer, _ offset: Int, bits: Int) {
        var offset = offset
        if bits == 5 {
            var high: UInt32 = 0
            for index in 0..<32 { high |= UInt32(truncatingIfNeeded: quants[index] >> 4) << UInt32(index) }
            block.storeBytes(of: high.littleEndian, toByteOffset: offset, as: UInt32.self)
            offset += 4
        }
        for index in 0..<16 {
            let byte = (quants[index] & 15) | (quants[index + 16] & 15) << 4
            block.storeBytes(of: UInt8(truncatingIfNeeded: byte), toByteOffset: offset + index, as: UInt8.self)
        }
    }

    /// IQ4_NL: one of 16 levels that lie denser around zero, times d.
    func iq4_NL(_ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
        let search = search(x, 0, 32)
        let scale = half(search.tableScale(steps: 9))
        store(half: scale, block, 0)
        let inverse = scale == 0 ? 0 : 1 / scale
        for index in 0..<32 { quants[index] = Int32(ScaleSearch.nearestLevel(x[index] * inverse)) }
        storeNibbles(block, 2, bits: 4)
    }
}

extension ScaleSearch {
    /// The number of the level nearest to `x`.
    static func nearestLevel(_ x: Float) -> Int {
        var best = 0
        for index in 1..<16
        where x > (Float(Dequantization.iq4Levels[index - 1]) + Float(Dequantization.iq4Levels[index])) / 2 {
            best = index
        }
        return best
    }

    /// The scale for which the levels of IQ4_NL come nearest to the numbers.
    func tableScale(steps: Int) -> Float {
        let extreme = extreme()
        guard extreme.magnitude > 1e-30 else { return 0 }
        var best: (gain: Float, scale: Float) = (0, 0)
        for end: Float in [Float(Dequantization.iq4Levels[0]), Float(Dequantization.iq4Levels[15])] {
            for step in -steps...steps { considerTable((end + Float(step)) / extreme, &best) }
        }
        for _ in 0..<3 where best.scale != 0 {
            let before = best.gain
            considerTable(1 / best.scale, &best)
            if best.gain <= before { break }
        }
        return best.scale
    }

    private func considerTable(_ inverse: Float, _ best: inout (gain: Float, scale: Float)) {
        let levels = Dequantization.iq4Levels
        var cross = Vector(repeating: 0)
        var square = Vector(repeating: 0)
        for vector in 0..<vectors {
            let x = UnsafeRawPointer(values + 16 * vector).loadUnaligned(as: Vector.self)
            let w = UnsafeRawPointer(weights + 16 * vector).loadUnaligned(as: Vector.self)
            let scaled = x * inverse
            var q = Vector(repeating: Float(levels[0]))
            for index in 1..<16 {
                let (below, level) = (Float(levels[index - 1]), Float(levels[index]))
                q.replace(with: Vector(repeating: level), where: scaled .> (below + level) / 2)
            }
            let weighted = w * q
            cross += weighted * x
            square += weighted * q
        }
        let (numerator, denominator) = (Self.sum(cross), Self.sum(square))
        guard denominator > 0 else { return }
        let gain = numerator * numerator / denominator
        if gain > best.gain { best = (gain, numerator / denominator) }
    }
}
