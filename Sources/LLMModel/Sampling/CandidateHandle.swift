internal import LLMTokenizer

/// Unsafe view of a ``CandidateList`` with the truncating stages; valid only inside its closure.
struct CandidateHandle {
    let ids: UnsafeMutablePointer<TokenID>
    let scores: UnsafeMutablePointer<Float>
    let weights: UnsafeMutablePointer<Float>
    let bucketMass: UnsafeMutablePointer<Double>
    var count: Int

    /// Buckets of ``keepNucleus(probability:maximum:scale:)``.
    static let bucketCount = 256
    /// Buckets per unit of (scaled) logit: 256 buckets reach down to e^-32 of the largest weight.
    private static let bucketsPerUnit: Float = 8

    // MARK: Filling

    mutating func fill(from logits: UnsafeBufferPointer<Float>, above floor: Float) {
        var kept = 0
        for index in 0..<logits.count where logits[index] > floor {
            ids[kept] = TokenID(truncatingIfNeeded: index)
            scores[kept] = logits[index]
            kept += 1
        }
        count = kept
    }

    /// Keeps the `limit` largest logits in a heap with the smallest at its root; most logits are refused sixteen
    /// at a time. Among equal logits the lower identifier stays.
    ///
    /// - Complexity: O(n + m log `limit`) where m logits enter the heap (about `limit` · ln(n / `limit`)).
    mutating func fillLargest(_ limit: Int, from logits: UnsafeBufferPointer<Float>, above floor: Float) {
        count = 0
        guard let base = logits.baseAddress else { return }
        let raw = UnsafeRawPointer(base)
        var threshold = floor
        var index = 0
        while index < logits.count {
            let end = min(index + 16, logits.count)
            if end - index == 16 {
                let values = raw.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
                var above = SIMD16<Int32>(repeating: 0)
                above.replace(with: 1, where: values .> threshold)
                if above.wrappedSum() == 0 {
                    index = end
                    continue
                }
            }
            for token in index..<end where base[token] > threshold {
                admit(TokenID(truncatingIfNeeded: token), base[token], limit)
                if count == limit { threshold = max(floor, scores[0]) }
            }
            index = end
        }
        // Best first: an order that does not depend on what was refused, nor do draws then.
        heapify(from: 0, precedes: isWorse)
        for last in stride(from: count - 1, to: 0, by: -1) {
            exchange(0, last)
            siftDown(0, from: 0, end: last, precedes: isWorse)
        }
    }

    private mutating func admit(_ id: TokenID, _ score: Float, _ limit: Int) {
        if count < limit {
            ids[count] = id
            scores[count] = score
            count += 1
            if count == limit { heapify(from: 0, precedes: isWorse) }
        } else {
            ids[0] = id
            scores[0] = score
            siftDown(0, from: 0, end: count, precedes: isWorse)
        }
    }

    // MARK: Truncating

    mutating func keep(atLeast score: Float) {
        var kept = 0
        for index in 0..<count where scores[index] >= score {
            ids[kept] = ids[index]
            scores[kept] = scores[index]
            kept += 1
        }
        count = kept
    }

    /// Nucleus without a full sort: the mass per bucket of scores finds the one bucket in which the boundary lies;
    /// only that bucket is ordered, and only as far as needed (Holtzman et al. 2020, arXiv 1904.09751).
    ///
    /// A candidate stays when the mass of strictly better ones is below `probability` of the total.
    mutating func keepNucleus(probability: Double, maximum: Float, scale: Float) {
        let target = weigh(maximum: maximum, scale: scale) * probability
        bucketMass.update(repeating: 0, count: Self.bucketCount)
        for index in 0..<count { bucketMass[bucket(index, maximum, scale)] += Double(weights[index]) }
        var boundary = 0
        var mass = 0.0
        while boundary < Self.bucketCount - 1, mass + bucketMass[boundary] < target {
            mass += bucketMass[boundary]
            boundary += 1
        }
        // Better buckets first, the boundary bucket behind them, the rest is dropped.
        let better = compact(from: 0) { bucket($0, maximum, scale) < boundary }
        let end = compact(from: better) { bucket($0, maximum, scale) == boundary }
        heapify(from: better, end: end, precedes: isBetter)
        var kept = better
        var heapEnd = end
        // Pops the best remaining candidate to the end of the shrinking heap until the mass is reached.
        while heapEnd > better, mass < target {
            heapEnd -= 1
            exchange(better, heapEnd)
            siftDown(0, from: better, end: heapEnd, precedes: isBetter)
            mass += Double(weights[heapEnd])
            kept += 1
        }
        for offset in 0..<(kept - better) { exchange(better + offset, heapEnd + offset) }
        count = max(kept, min(count, 1))
    }

    private func bucket(_ index: Int, _ maximum: Float, _ scale: Float) -> Int {
        let distance = (maximum - scores[index]) * scale * Self.bucketsPerUnit
        return distance < Float(Self.bucketCount - 1) ? Int(max(distance, 0)) : Self.bucketCount - 1
    }

    /// Moves the candidates from `start` on that satisfy `condition` to the front; returns where they end.
    private func compact(from start: Int, _ condition: (Int) -> Bool) -> Int {
        var end = start
        for index in start..<count where condition(index) {
            exchange(end, index)
            end += 1
        }
        return end
    }

    // MARK: Weights

    /// Computes the weights; returns their sum.
    func weigh(maximum: Float, scale: Float) -> Double {
        Exponential.weights(
            of: UnsafeBufferPointer(start: scores, count: count), shift: maximum, scale: scale, into: weights)
    }

    /// The candidate at which the running sum of the weights passes `mass`.
    func find(mass: Double) -> TokenID {
        var sum = 0.0
        var lastPositive = 0
        for index in 0..<count where weights[index] > 0 {
            sum += Double(weights[index])
            if sum > mass { return ids[index] }
            lastPositive = index
        }
        return ids[lastPositive]
    }

    // MARK: Heap

    private func isWorse(_ a: Int, _ b: Int) -> Bool {
        scores[a] < scores[b] || (scores[a] == scores[b] && ids[a] > ids[b])
    }

    private func isBetter(_ a: Int, _ b: Int) -> Bool { isWorse(b, a) }

    private func exchange(_ a: Int, _ b: Int) {
        guard a != b else { return }
        swap(&ids[a], &ids[b])
        swap(&scores[a], &scores[b])
        swap(&weights[a], &weights[b])
    }

    private func heapify(from start: Int, end: Int? = nil, precedes: (Int, Int) -> Bool) {
        let end = end ?? count
        for node in stride(from: (end - start) / 2 - 1, through: 0, by: -1) {
            siftDown(node, from: start, end: end, precedes: precedes)
        }
    }

    /// Restores the heap of `start..<end` below `node` (counted from `start`); the root precedes all.
    private func siftDown(_ node: Int, from start: Int, end: Int, precedes: (Int, Int) -> Bool) {
        var parent = node
        let size = end - start
        while true {
            var child = 2 * parent + 1
            guard child < size else { return }
            if child + 1 < size, precedes(start + child + 1, start + child) { child += 1 }
            guard precedes(start + child, start + parent) else { return }
            exchange(start + child, start + parent)
            parent = child
        }
    }
}
