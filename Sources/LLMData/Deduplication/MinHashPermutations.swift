/// The permutations (a·h + b) mod (2^61 − 1) of MinHash, with the products and sums wrapped to 64 bits before the
/// remainder is taken, as numpy does.
struct MinHashPermutations: Sendable {
    let count: Int
    private let factors: [UInt64]
    private let terms: [UInt64]
    private static let prime: UInt64 = 1 << 61 - 1

    init(count: Int, seed: UInt32) {
        self.count = count
        var generator = MersenneTwister(seed: seed)
        factors = (0..<count).map { _ in generator.draw(from: 1, below: Self.prime) }
        terms = (0..<count).map { _ in generator.draw(from: 0, below: Self.prime) }
    }

    /// Puts the values of a hash where they are smaller.
    func lower(_ minima: inout [UInt64], by hash: UInt64, is32Bits: Bool) {
        let mask: UInt64 = is32Bits ? 0xFFFF_FFFF : .max
        minima.withUnsafeMutableBufferPointer { minima in
            factors.withUnsafeBufferPointer { factors in
                terms.withUnsafeBufferPointer { terms in
                    for index in 0..<count {
                        let value = hash &* factors[index] &+ terms[index]
                        var rest = value & Self.prime &+ value >> 61
                        if rest >= Self.prime { rest &-= Self.prime }
                        minima[index] = min(minima[index], rest & mask)
                    }
                }
            }
        }
    }
}
