internal import CLLMKernels

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension GenericKernels {
    /// Products of 16-bit codes: sums of integers, then `activation(bias + sum * (row scale * token scale))`.
    static let multiplyInt16:
        @convention(c) (
            UnsafePointer<llmk_matrix16>?, Int32, Int32, UnsafePointer<Int16>?, UnsafePointer<Int16>?,
            UnsafePointer<Float>?, Int32, Int32, UnsafeMutablePointer<Float>?, Int64
        ) -> Void = { matrix, first, last, codes, _, scales, tokens, function, out, stride in
            guard let matrix = matrix?.pointee, let codes, let scales, let out else { return }
            let pairs = Int(matrix.pairs)
            let tile = Int(LLMK_TILE16)
            for panel in Int(first)..<Int(last) {
                guard let weights = matrix.codes.map({ $0 + 32 * pairs * panel }) else { return }
                for token in 0..<Int(tokens) {
                    let x = codes + token / tile * tile * 2 * pairs + 2 * (token % tile)
                    var sums = SIMD16<Int32>()
                    for pair in 0..<pairs {
                        let row = weights + 32 * pair
                        let (even, odd) = (Int32(x[2 * tile * pair]), Int32(x[2 * tile * pair + 1]))
                        for r in 0..<16 {
                            sums[r] &+= Int32(row[2 * r]) &* even &+ Int32(row[2 * r + 1]) &* odd
                        }
                    }
                    let scale = Vector16(loading: matrix.scales + 16 * panel) * scales[token]
                    let result = Vector16(sums) * scale + Vector16(loading: matrix.bias + 16 * panel)
                    let place = out + token * Int(stride) + 16 * (panel - Int(first))
                    result.store(to: place)
                    if function >= 0 { activate(place, nil, function, 16) }
                }
            }
        }

    /// Sums of the blocks of two tiles, as they are declared in CLLMKernels.h.
    static let combineInt16:
        @convention(c) (UnsafePointer<Int16>?, Int32, Int32, UnsafeMutablePointer<Int16>?) -> Void = {
            codes, pairs, tokens, sums in
            guard let codes, let sums else { return }
            let block = 2 * Int(LLMK_TILE16) * (Int(pairs) / 2)
            for pair in 0..<Int(tokens) / (2 * Int(LLMK_TILE16)) {
                let (a, s) = (codes + 4 * block * pair, sums + 4 * block * pair)
                for i in 0..<block {
                    let first = a[2 * block + i] &+ a[3 * block + i]
                    let second = first &- a[i]
                    s[i] = first
                    s[block + i] = second
                    s[2 * block + i] = a[i] &- a[2 * block + i]
                    s[3 * block + i] = a[block + i] &- second
                }
            }
        }

    /// `scale = largest magnitude / limit`, codes rounded to nearest even.
    static let quantizeInt16:
        @convention(c) (UnsafePointer<Float>?, Int32, Int32, UnsafeMutablePointer<Int16>?) -> Float = {
            values, count, limit, codes in
            guard let values, let codes else { return 0 }
            var largest: Float = 0
            // NaN reaches the scale and so the results.
            for i in 0..<Int(count) { largest = values[i].isNaN ? .nan : max(largest, abs(values[i])) }
            let inverse = largest > 1e-30 ? Float(limit) / largest : 0
            for i in 0..<Int(count) {
                let step = 2 * Int(LLMK_TILE16)
                let code = (values[i] * inverse).rounded(.toNearestOrEven)
                codes[i / 2 * step + i % 2] = code.isNaN ? 0 : Int16(max(-Float(limit), min(Float(limit), code)))
                if i == Int(count) - 1, i % 2 == 0 { codes[i / 2 * step + 1] = 0 }
            }
            return largest / Float(limit)
        }

    /// `softmax(q k / sqrt(dimension)) v` of every head, all positions seeing all.
    static let attendAll:
        @convention(c) (
            UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Int64, Int32, Int32, Int32,
            UnsafeMutablePointer<Float>?, Int64, UnsafeMutablePointer<Float>?
        ) -> Void = { queries, keys, values, stride, count, heads, dimension, out, outStride, scratch in
            guard let queries, let keys, let values, let out, let weights = scratch else { return }
            let (count, dimension) = (Int(count), Int(dimension))
            let scale = 1 / Float(dimension).squareRoot()
            for head in 0..<Int(heads) {
                for row in 0..<count {
                    let q = queries + row * Int(stride) + head * dimension
                    var largest = -Float.infinity
                    for position in 0..<count {
                        let k = keys + position * Int(stride) + head * dimension
                        var sum: Float = 0
                        for i in 0..<dimension { sum += q[i] * k[i] }
                        weights[position] = sum
                        largest = max(largest, sum)
                    }
                    var total: Float = 0
                    for position in 0..<count {
                        weights[position] = expf(scale * (weights[position] - largest))
                        total += weights[position]
                    }
                    let target = out + row * Int(outStride) + head * dimension
                    for i in 0..<dimension { target[i] = 0 }
                    for position in 0..<count {
                        let v = values + position * Int(stride) + head * dimension
                        let weight = weights[position] / total
                        for i in 0..<dimension { target[i] += weight * v[i] }
                    }
                }
            }
        }
}
