/// The random numbers of `numpy.random.default_rng(seed)`: PCG64 (O'Neill, 2014: PCG XSL RR 128/64) seeded through
/// NumPy's `SeedSequence`. Published resampling figures depend on this very stream.
struct NumPyGenerator: Sendable {
    private var state: UInt128
    private let increment: UInt128
    private var spare: UInt32?

    private static let multiplier: UInt128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645

    init(seed: UInt64) {
        let words = SeedSequence(seed: seed).words64(4)
        increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
        state = 0
        step()
        state &+= UInt128(words[0]) << 64 | UInt128(words[1])
        step()
    }

    private mutating func step() { state = state &* Self.multiplier &+ increment }

    mutating func next64() -> UInt64 {
        step()
        let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
        let rotation = UInt64(truncatingIfNeeded: state >> 122)
        return folded >> rotation | folded << ((64 &- rotation) & 63)
    }

    /// Halves of 64-bit numbers, the low one first.
    mutating func next32() -> UInt32 {
        if let value = spare {
            spare = nil
            return value
        }
        let value = next64()
        spare = UInt32(truncatingIfNeeded: value >> 32)
        return UInt32(truncatingIfNeeded: value)
    }

    /// `Generator.choice(count, size)` with replacement: numbers below `count` by Lemire's method on 32 bits.
    ///
    /// - Precondition: `count` is 1 to 2^32 − 1.
    mutating func choices(below count: Int, into numbers: UnsafeMutableBufferPointer<Int32>) {
        let range = UInt32(truncatingIfNeeded: count)
        guard range > 1 else { return numbers.update(repeating: 0) }
        let threshold = (0 &- range) % range
        for index in numbers.indices {
            var product = UInt64(next32()) &* UInt64(range)
            while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(next32()) &* UInt64(range) }
            numbers[index] = Int32(truncatingIfNeeded: product >> 32)
        }
    }

    /// `Generator.integers(2, dtype=bool)`: the bits of 32-bit numbers, the lowest first.
    mutating func booleans(_ count: Int) -> [Bool] {
        var bits: UInt32 = 0
        return (0..<count).map { index in
            if index % 32 == 0 { bits = next32() } else { bits >>= 1 }
            return bits & 1 == 1
        }
    }
}

/// NumPy's `SeedSequence`: spreads a seed over a pool of four words (after O'Neill, 2015, "Developing a seed_seq
/// Alternative").
struct SeedSequence {
    private var pool: [UInt32]

    init(seed: UInt64) {
        var entropy = [UInt32(truncatingIfNeeded: seed)]
        if seed >> 32 != 0 { entropy.append(UInt32(truncatingIfNeeded: seed >> 32)) }
        var constant: UInt32 = 0x43B0_D7E5
        func hash(_ value: UInt32) -> UInt32 {
            var value = value ^ constant
            constant = constant &* 0x931E_8875
            value = value &* constant
            return value ^ value >> 16
        }
        pool = (0..<4).map { hash($0 < entropy.count ? entropy[$0] : 0) }
        for source in 0..<4 {
            for target in 0..<4 where target != source {
                let mixed = pool[target] &* 0xCA01_F9DD &- hash(pool[source]) &* 0x4973_F715
                pool[target] = mixed ^ mixed >> 16
            }
        }
    }

    func words64(_ count: Int) -> [UInt64] {
        var constant: UInt32 = 0x8B51_F9DD
        let words = (0..<2 * count).map { index -> UInt64 in
            var value = pool[index % 4] ^ constant
            constant = constant &* 0x58F3_8DED
            value = value &* constant
            return UInt64(value ^ value >> 16)
        }
        return (0..<count).map { words[2 * $0] | words[2 * $0 + 1] << 32 }
    }
}
