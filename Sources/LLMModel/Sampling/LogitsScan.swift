/// One pass over the logits of a step: the largest, where it is, and whether all of them are usable.
enum LogitsScan {
    private typealias Vector = SIMD16<Float>

    /// The index of the largest logit; the lowest index among equals.
    ///
    /// Negative infinity is allowed (a masked token).
    ///
    /// - Throws: ``SamplingError/invalidLogit(token:value:)`` for a NaN or positive infinity,
    ///   ``SamplingError/everyTokenMasked`` when nothing is above negative infinity.
    /// - Complexity: O(n), 16 logits at a time.
    static func largest(_ logits: UnsafeBufferPointer<Float>) throws(SamplingError) -> Int {
        let count = logits.count
        guard count > 0, let base = logits.baseAddress else { throw .everyTokenMasked }
        let raw = UnsafeRawPointer(base)
        let vectorEnd = count - count % Vector.scalarCount
        let limit = Vector(repeating: .infinity)
        var best = Vector(repeating: -.infinity)
        var usable = SIMDMask<SIMD16<Int32>>(repeating: true)
        var index = 0
        while index < vectorEnd {
            let values = raw.loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
            usable = usable .& (values .< limit)
            best.replace(with: values, where: values .> best)
            index += Vector.scalarCount
        }
        var top = -Float.infinity
        var clean = true
        for lane in 0..<Vector.scalarCount {
            clean = clean && usable[lane]
            top = max(top, best[lane])
        }
        while index < count {
            clean = clean && base[index] < .infinity
            if base[index] > top { top = base[index] }
            index += 1
        }
        guard clean else {
            let bad = logits.firstIndex { !($0 < .infinity) } ?? 0
            throw .invalidLogit(token: bad, value: logits[bad])
        }
        guard top > -.infinity else { throw .everyTokenMasked }
        return firstIndex(of: top, raw, count)
    }

    private static func firstIndex(of value: Float, _ raw: UnsafeRawPointer, _ count: Int) -> Int {
        let wanted = Vector(repeating: value)
        var index = 0
        while index + Vector.scalarCount <= count {
            let values = raw.loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
            let equal = values .== wanted
            var hit = SIMD16<Int32>(repeating: 0)
            hit.replace(with: 1, where: equal)
            if hit.wrappedSum() != 0 { break }
            index += Vector.scalarCount
        }
        while index < count, raw.loadUnaligned(fromByteOffset: index * 4, as: Float.self) != value { index += 1 }
        return index
    }
}
