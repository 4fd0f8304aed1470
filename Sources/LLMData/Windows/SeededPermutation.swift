internal import LLMTensor

/// A shuffled order of the numbers below `count` that is computed, not stored: each place is found by itself.
///
/// So a run can be taken up again at any place, and ten machines can share one order without an array of all numbers. A
/// Feistel network of eight rounds, keyed by the seed, on the smallest even number of bits; results beyond `count` are
/// put through again ("cycle walking"). Source: J. Black, P. Rogaway, "Ciphers with arbitrary finite domains", 2002.
public struct SeededPermutation: Sendable, Hashable, RandomAccessCollection {
    /// How many numbers.
    public let count: Int
    /// The seed of the order.
    public let seed: UInt64
    /// Which of the orders of this seed, for example the epoch.
    public let stream: UInt64

    private let halfBits: UInt64
    private let mask: UInt64

    /// Makes an order.
    ///
    /// - Precondition: `count` is not negative.
    public init(count: Int, seed: UInt64, stream: UInt64 = 0) {
        precondition(count >= 0, "an order of \(count) numbers")
        self.count = count
        self.seed = seed
        self.stream = stream
        let bits = UInt64(Int.bitWidth - Swift.max(0, count - 1).leadingZeroBitCount)
        halfBits = Swift.max(1, (bits + 1) / 2)
        mask = (1 << halfBits) - 1
    }

    /// 0.
    public var startIndex: Int { 0 }
    /// ``count``.
    public var endIndex: Int { count }

    /// The number at a place.
    ///
    /// - Precondition: `place` is from 0 to `count - 1`.
    public subscript(place: Int) -> Int {
        precondition((0..<count).contains(place), "no place \(place)")
        var value = UInt64(place)
        repeat {
            var (left, right) = (value >> halfBits, value & mask)
            for round in 0..<UInt32(Self.rounds) { (left, right) = (right, left ^ mixed(right, round)) }
            value = left << halfBits | right
        } while value >= UInt64(count)
        return Int(value)
    }

    /// The place of a number: the inverse.
    ///
    /// - Precondition: `number` is from 0 to `count - 1`.
    public func place(of number: Int) -> Int {
        precondition((0..<count).contains(number), "no number \(number)")
        var value = UInt64(number)
        repeat {
            var (left, right) = (value >> halfBits, value & mask)
            for round in (0..<UInt32(Self.rounds)).reversed() { (left, right) = (right ^ mixed(left, round), left) }
            value = left << halfBits | right
        } while value >= UInt64(count)
        return Int(value)
    }

    private static let rounds = 8

    private func mixed(_ half: UInt64, _ round: UInt32) -> UInt64 {
        let block = CounterGenerator.block(
            counter: SIMD4(
                UInt32(truncatingIfNeeded: half), UInt32(truncatingIfNeeded: stream),
                UInt32(truncatingIfNeeded: stream >> 32), round | 0x5045_0000),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
        return UInt64(block.x) & mask
    }
}
