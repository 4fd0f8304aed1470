/// A random number generator whose n-th output is a function of seed, stream and n: Philox4x32-10.
///
/// The same seed gives the same numbers on every machine and for any number of threads, streams of one seed are
/// independent, and a position can be saved and taken up again. Not for cryptography. A value type: copies go on
/// separately. Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
public struct CounterGenerator: RandomNumberGenerator, Sendable, Hashable {
    /// The key of the generator.
    public let seed: UInt64
    /// The upper half of the counter: names one of 2^64 independent sequences.
    public let stream: UInt64
    /// How many 64-bit numbers were taken. Setting it moves the generator there.
    public var position: UInt64

    /// Makes a generator.
    public init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
        self.seed = seed
        self.stream = stream
        self.position = position
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let block = Self.block(
            counter: SIMD4(Self.low(position >> 1), Self.high(position >> 1), Self.low(stream), Self.high(stream)),
            key: SIMD2(Self.low(seed), Self.high(seed)))
        let isOdd = position & 1 == 1
        position &+= 1
        return isOdd ? UInt64(block.w) << 32 | UInt64(block.z) : UInt64(block.y) << 32 | UInt64(block.x)
    }

    /// A number in 0..<1 with 24 random bits.
    public mutating func nextFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// A number in 0..<1 with 53 random bits.
    public mutating func nextDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The bijection itself: 128 random bits for a counter and a key.
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var counter = counter
        var key = key
        for _ in 0..<10 {
            let first = UInt64(counter.x) &* 0xD251_1F53
            let second = UInt64(counter.z) &* 0xCD9E_8D57
            counter = SIMD4(
                high(second) ^ counter.y ^ key.x, low(second), high(first) ^ counter.w ^ key.y, low(first))
            key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
        }
        return counter
    }

    private static func low(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    private static func high(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value >> 32) }
}
