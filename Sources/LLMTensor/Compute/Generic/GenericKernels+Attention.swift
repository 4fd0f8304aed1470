internal import CLLMKernels

extension GenericKernels {
    /// Attention over pages of 64 positions with a running softmax (Milakov and Gimelshein, 2018, arXiv 1805.02867).
    ///
    /// Per page: scores of all rows, then per row the new maximum, weights `e^(score - maximum)` and the factor by
    /// which the earlier output shrinks, then the weighted values. The caller divides by the sums.
    static let attend:
        @convention(c) (
            UnsafePointer<llmk_key_values>?, UnsafePointer<Float>?, Int64, Int32, UnsafePointer<Int32>?,
            UnsafePointer<Int32>?, Int32, Int32, Float, UnsafeMutablePointer<Float>?, Int64,
            UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?
        ) -> Void = {
            keyValues, queries, queryStride, rows, lower, upper, first, last, softcap, out, outStride, maxima, sums,
            scratch in
            guard let keyValues, let pages = keyValues.pointee.pages, let queries, let lower, let upper, let out,
                let maxima, let sums, let scratch
            else { return }
            let cache = keyValues.pointee
            let rows = Int(rows)
            let width = Int(cache.value_width)
            for row in 0..<rows {
                maxima[row] = -.infinity
                sums[row] = 0
                (out + row * Int(outStride)).update(repeating: 0, count: width)
            }
            guard first < last else { return }
            for page in Int(first) / 64...(Int(last) - 1) / 64 {
                guard let base = pages[page] else { return }
                let keys = PageMatrix(keys: base, cache)
                let values = PageMatrix(values: base, cache)
                let begin = max(Int(first) - 64 * page, 0)
                let end = min(Int(last) - 64 * page, 64)
                for row in 0..<rows {
                    let scores = scratch + 64 * row
                    let output = out + row * Int(outStride)
                    keys.multiply(queries + row * Int(queryStride), count: Int(cache.dimension), into: scores)
                    let factor = softmax(
                        scores, from: max(Int(lower[row]) - 64 * page, begin),
                        to: min(Int(upper[row]) - 64 * page, end), softcap: softcap, maximum: &maxima[row],
                        sum: &sums[row])
                    if factor != 1 { for i in 0..<width { output[i] *= factor } }
                    values.multiply(scores, count: end, into: output, accumulate: true)
                }
            }
        }

    /// Turns one row of 64 scores to weights, zero outside `from..<to`; updates its maximum and sum. Returns the factor
    /// by which the row's earlier output shrinks.
    private static func softmax(
        _ scores: UnsafeMutablePointer<Float>, from: Int, to: Int, softcap: Float, maximum: inout Float,
        sum: inout Float
    ) -> Float {
        var largest = maximum
        for c in 0..<4 {
            var v = Vector16(loading: scores + 16 * c)
            if softcap > 0 {
                // cap * tanh(x / cap) = cap * (1 - 2 / (e^(2x / cap) + 1))
                v = (1 - 2 / (exponential(v * (2 / softcap)) + 1)) * softcap
            }
            for i in 0..<16 where 16 * c + i < from || 16 * c + i >= to { v[i] = -.infinity }
            largest = max(largest, v.largest)
            v.store(to: scores + 16 * c)
        }
        if largest == -.infinity {
            scores.update(repeating: 0, count: 64)
            return 1
        }
        var total = Vector16(repeating: 0)
        for c in 0..<4 {
            let v = Vector16(loading: scores + 16 * c)
            let e = exponential(v - largest).replacing(with: 0, where: v .== -.infinity)
            e.store(to: scores + 16 * c)
            total += e
        }
        let factor = maximum == largest ? 1 : exponential(Vector16(repeating: maximum - largest))[0]
        maximum = largest
        sum = sum * factor + total.total
        return factor
    }
}

/// Keys `[dimension][64]` or values `[64][width]` of a page.
private struct PageMatrix {
    private let elements: UnsafeRawPointer
    private let width: Int
    private let type: Int32
    /// Of codes: `[dimension / 32][64]` for keys, `[64][width / 32]` for values.
    private let scales: UnsafeRawPointer
    private let isKeys: Bool

    init(keys page: UnsafePointer<UInt8>, _ cache: llmk_key_values) {
        elements = UnsafeRawPointer(page) + Int(cache.key_offset)
        (width, type, isKeys) = (64, cache.type, true)
        scales = elements + 64 * Int(cache.dimension)
    }

    init(values page: UnsafePointer<UInt8>, _ cache: llmk_key_values) {
        elements = UnsafeRawPointer(page) + Int(cache.value_offset)
        (width, type, isKeys) = (Int(cache.value_width), cache.type, false)
        scales = elements + 64 * width
    }

    /// `out[width] += a[count] * self[count][width]`; width is a multiple of 16.
    func multiply(
        _ a: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>, accumulate: Bool = false
    ) {
        for c in stride(from: 0, to: width, by: 16) {
            var sum = Vector16(repeating: 0)
            switch type {
            case Int32(LLMK_KV_F16):
                for k in 0..<count { sum += Vector16(halves: elements + 2 * (k * width + c)) * a[k] }
            case Int32(LLMK_KV_BF16):
                for k in 0..<count { sum += upperHalves(k, c) * a[k] }
            case Int32(LLMK_KV_Q8):
                for k in 0..<count { sum += codes(k, c) * a[k] }
            default:
                for k in 0..<count { sum += (elements + 4 * (k * width + c)).loadUnaligned(as: Vector16.self) * a[k] }
            }
            (accumulate ? Vector16(loading: out + c) + sum : sum).store(to: out + c)
        }
    }

    private func upperHalves(_ k: Int, _ c: Int) -> Vector16 {
        let halves = (elements + 2 * (k * width + c)).loadUnaligned(as: SIMD16<UInt16>.self)
        return unsafeBitCast(SIMD16<UInt32>(truncatingIfNeeded: halves) &<< 16, to: Vector16.self)
    }

    private func codes(_ k: Int, _ c: Int) -> Vector16 {
        let codes = (elements + (k * width + c)).loadUnaligned(as: SIMD16<Int8>.self)
        let values = Vector16(SIMD16<Int32>(truncatingIfNeeded: codes))
        if isKeys { return values * Vector16(halves: scales + 2 * (k / 32 * 64 + c)) }
        let scale = (scales + 2 * (k * ((width + 31) / 32) + c / 32)).loadUnaligned(as: UInt16.self)
        return values * HalfPrecision.float(scale)
    }
}
